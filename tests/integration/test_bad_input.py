"""Scripts, spaces and folders broken in each way users break them: a clear error, and no report is lost."""

import json
import os
import stat
import textwrap

import pytest

from syne_tune import StoppingCriterion, Tuner
from syne_tune.backend import LocalBackend
from syne_tune.config_space import choice, loguniform, randint, uniform
from syne_tune.errors import (
    BackendError,
    ConfigSpaceError,
    ExperimentFolderError,
    ExperimentNotFoundError,
    OptionError,
    TooManyFailuresError,
)
from syne_tune.event_log import read_events
from syne_tune.experiment_folder import TunerLock
from syne_tune.experiments import load_experiment
from syne_tune.optimizer.baselines import ASHA, RandomSearch

HEADER = """
import argparse, sys
parser = argparse.ArgumentParser()
parser.add_argument("--x", type=float)
parser.add_argument("--epochs", type=int)
args, _ = parser.parse_known_args()
from syne_tune import Reporter
report = Reporter()
"""


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("SYNETUNE_FOLDER", str(tmp_path / "experiments"))
    return tmp_path


def make_tuner(folder, body, header=HEADER, scheduler=None, **options):
    script = folder / "train.py"
    script.write_text(header + textwrap.dedent(body))
    backend_options = {key: options.pop(key) for key in ("binary", "trial_timeout") if key in options}
    space = {"x": uniform(0, 1), "epochs": 3}
    options.setdefault("max_failures", 0)
    options.setdefault("stop_criterion", StoppingCriterion(max_num_trials_finished=2))
    return Tuner(
        LocalBackend(str(script), **backend_options),
        scheduler or RandomSearch(space, metric="loss", random_seed=0),
        n_workers=1,
        **options,
    )


def events_of(tuner, kind):
    return [event for event in read_events(tuner.tuner_path / "events.jsonl") if event["kind"] == kind]


def the_failure(tuner):
    failures = [event.get("failure") for kind in ("status", "report") for event in events_of(tuner, kind)]
    return next(failure for failure in failures if failure is not None)


GOOD_REPORT = "report(epoch=1, loss=0.5)\n"

BROKEN_SCRIPTS = {
    "dies at import": ("import no_such_module", HEADER, "error", "no_such_module"),
    "syntax error": ("def broken(:", "", "error", "SyntaxError"),
    "raises after a report": (GOOD_REPORT + "raise RuntimeError('out of luck')", HEADER, "error", "out of luck"),
    "exits with a code": (GOOD_REPORT + "sys.exit(3)", HEADER, "error", "3"),
    "never reports": ("pass", HEADER, "no_report", "Reporter"),
    "misspelt metric": ("report(epoch=1, los=0.5)", HEADER, "invalid_metric", "did you mean"),
    "reports None": (GOOD_REPORT + "report(epoch=2, loss=None)", HEADER, "invalid_metric", "loss"),
    "reports a string": (GOOD_REPORT + "report(epoch=2, loss='low')", HEADER, "invalid_metric", "loss"),
    "reserved name": ("report(epoch=1, loss=1.0, st_mine=1)", HEADER, "invalid_metric", "st_mine"),
    "out of memory": (GOOD_REPORT + "raise MemoryError('too large')", HEADER, "out_of_memory", "emory"),
}


@pytest.mark.parametrize("case", BROKEN_SCRIPTS)
def test_broken_scripts_fail_with_their_cause(folder, case):
    body, header, cause, text = BROKEN_SCRIPTS[case]
    tuner = make_tuner(folder, body, header)
    with pytest.raises(TooManyFailuresError, match=r"Everything reported is kept"):
        tuner.run()
    failure = the_failure(tuner)
    assert failure["cause"] == cause
    assert text in failure["message"] + "\n".join(failure["log_tail"])
    if GOOD_REPORT in body:
        assert load_experiment(tuner.name).results["loss"].tolist()[0] == 0.5
    if cause not in ("no_report", "invalid_metric"):
        assert str(folder / "train.py") in failure["command"]


@pytest.mark.parametrize("value", ["float('nan')", "float('inf')", "-float('inf')"])
def test_a_diverged_metric_fails_the_trial_but_not_the_run(folder, value):
    body = f"{GOOD_REPORT}report(epoch=2, loss={value})\nimport time\ntime.sleep(60)"
    tuner = make_tuner(folder, body)
    tuner.run()
    assert the_failure(tuner)["cause"] == "non_finite"
    assert tuner.best_config()[0] == 0
    assert tuner.tuning_status.overall_metric_statistics.min_metrics["loss"] == 0.5


def test_a_missing_resource_is_named(folder):
    scheduler = ASHA(
        {"x": uniform(0, 1), "epochs": 3}, metric="loss", resource_attr="epoch", max_resource_attr="epochs"
    )
    tuner = make_tuner(folder, "report(epok=1, loss=0.5)", scheduler=scheduler)
    with pytest.raises(TooManyFailuresError, match="epoch"):
        tuner.run()


@pytest.mark.parametrize("levels", [[1, 1, 2], [2, 1, 3], [1, 3], [1, 2, 3, 4, 5], [3]])
def test_odd_resources_never_end_the_experiment(folder, levels):
    scheduler = ASHA(
        {"x": uniform(0, 1), "epochs": 3}, metric="loss", resource_attr="epoch", max_resource_attr="epochs"
    )
    body = f"for level in {levels}:\n    report(epoch=level, loss=args.x / level)"
    tuner = make_tuner(folder, body, scheduler=scheduler)
    tuner.run()
    assert tuner.tuning_status.num_trials_finished >= 2


def test_a_trial_that_takes_too_long_is_ended(folder):
    tuner = make_tuner(folder, GOOD_REPORT + "import time; time.sleep(600)", trial_timeout=1.0)
    with pytest.raises(TooManyFailuresError, match="timeout"):
        tuner.run()


def test_a_missing_script_is_refused_at_once(folder):
    with pytest.raises(BackendError, match=r"nowhere\.py"):
        LocalBackend(str(folder / "nowhere.py"))


def test_a_missing_interpreter_is_said(folder):
    tuner = make_tuner(folder, GOOD_REPORT, binary="no-such-interpreter")
    with pytest.raises((TooManyFailuresError, BackendError), match="no-such-interpreter"):
        tuner.run()


BROKEN_SPACES = [
    ({}, "empty|no entries|at least one"),
    ({"x": "constant", 3: uniform(0, 1)}, "3"),
    ({"st_x": uniform(0, 1)}, "st_x"),
]


@pytest.mark.parametrize(("space", "text"), BROKEN_SPACES)
def test_broken_spaces(space, text):
    with pytest.raises(ConfigSpaceError, match=text):
        RandomSearch(space, metric="loss")


@pytest.mark.parametrize(
    "make",
    [
        lambda: uniform(2, 1),
        lambda: loguniform(0, 1),
        lambda: randint(3, 1),
        lambda: choice([]),
        lambda: uniform(0, float("nan")),
    ],
)
def test_broken_domains(make):
    with pytest.raises(ConfigSpaceError):
        make()


@pytest.mark.parametrize(("point", "text"), [({"x": 2.0}, "x"), ({"y": 0.5}, "y"), ({"x": "high"}, "x")])
def test_broken_initial_points(point, text):
    with pytest.raises(ConfigSpaceError, match=text):
        RandomSearch({"x": uniform(0, 1)}, metric="loss", points_to_evaluate=[point])


@pytest.mark.parametrize(
    "options",
    [{"mode": "minimum"}, {"serchoptions": {}}, {"search_options": {"debug_lok": True}}, {"random_seed": -1}],
)
def test_misspelt_options(options):
    with pytest.raises((OptionError, TypeError)):
        RandomSearch({"x": uniform(0, 1)}, metric="loss", **options)


def test_a_directory_in_use_is_refused(folder):
    tuner = make_tuner(folder, GOOD_REPORT, tuner_name="busy", suffix_tuner_name=False)
    tuner.tuner_path.mkdir(parents=True)
    with TunerLock(tuner.tuner_path), pytest.raises(Exception, match="live tuner owns"):
        tuner.run()


def test_a_place_that_cannot_be_written_is_said(folder, monkeypatch):
    (folder / "file").touch()
    monkeypatch.setenv("SYNETUNE_FOLDER", str(folder / "file"))
    tuner = make_tuner(folder, GOOD_REPORT)
    with pytest.raises(ExperimentFolderError, match="SYNETUNE_FOLDER"):
        tuner.run()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_place_is_said(folder, monkeypatch):
    (folder / "locked").mkdir()
    (folder / "locked").chmod(stat.S_IRUSR | stat.S_IXUSR)
    monkeypatch.setenv("SYNETUNE_FOLDER", str(folder / "locked"))
    with pytest.raises(ExperimentFolderError):
        make_tuner(folder, GOOD_REPORT).run()


def test_loading_executes_nothing(folder):
    tuner = make_tuner(folder, GOOD_REPORT)
    tuner.run()
    marker = folder / "executed"

    class Malicious:
        def __reduce__(self):
            return (marker.touch, ())

    import pickle

    for name in ("tuner.dill", "setup.dill"):
        (tuner.tuner_path / name).write_bytes(pickle.dumps(Malicious()))
    assert len(load_experiment(tuner.name).results) >= 2
    assert not marker.exists()


def test_corrupt_snapshots_are_not_needed_and_their_absence_is_said(folder):
    tuner = make_tuner(folder, GOOD_REPORT)
    tuner.run()
    (tuner.tuner_path / "tuner.dill").write_bytes(b"garbage")
    assert Tuner.load(tuner.tuner_path).best_config() == tuner.best_config()
    (tuner.tuner_path / "setup.dill").unlink()
    with pytest.raises(ExperimentNotFoundError, match=r"tuner\.dill"):
        Tuner.load(tuner.tuner_path)


def test_damaged_metadata_is_named(folder):
    tuner = make_tuner(folder, GOOD_REPORT)
    tuner.run()
    (tuner.tuner_path / "metadata.json").write_text("{")
    with pytest.raises((ValueError, ExperimentNotFoundError), match=r"metadata\.json"):
        load_experiment(tuner.name)
    assert json.loads((tuner.tuner_path / "0" / "config.json").read_text())["epochs"] == 3
