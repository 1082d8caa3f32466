"""Simulated studies: the same whether reports are taken one by one or many at once, in whatever process, and whether or
not they are interrupted."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from syne_tune import StoppingCriterion, Tuner, number_texts
from syne_tune.backend.simulator_backend.simulator_config import SimulatorConfig
from syne_tune.blackbox_repository import BlackboxTabular, UserBlackboxBackend
from syne_tune.callbacks.callback import TunerCallback
from syne_tune.callbacks.simulator_callback import SimulatorCallback
from syne_tune.config_space import randint
from syne_tune.errors import EventLogError
from syne_tune.event_log import Event, read_events
from syne_tune.experiments import load_experiment
from syne_tune.optimizer.baselines import ASHA, RandomSearch
from syne_tune.optimizer.scheduler import TrialScheduler
from syne_tune.optimizer.schedulers.median_stopping_rule import MedianStoppingRule
from syne_tune.optimizer.schedulers.pbt import PopulationBasedTraining
from syne_tune.trial import Result, Trial

EPOCHS = 9


def table(seconds_per_epoch: bool = False) -> BlackboxTabular:
    """Learning curves of 100 configurations; with many events at the same time, if ``seconds_per_epoch`` is set."""
    random_state = np.random.RandomState(0)
    epochs = np.arange(1, EPOCHS + 1)
    loss = random_state.rand(100, 1) + np.exp(-epochs / (1 + 5 * random_state.rand(100, 1)))
    seconds = np.ones((100, 1)) if seconds_per_epoch else 1 + random_state.rand(100, 1)
    return BlackboxTabular(
        pd.DataFrame({"x": np.arange(100)}),
        {"x": randint(0, 99)},
        {"epoch": randint(1, EPOCHS)},
        np.stack([loss, seconds * epochs], axis=-1)[:, None],
        objectives_names=["loss", "elapsed"],
    )


def table_with_gaps() -> BlackboxTabular:
    """Curves with values that are missing or infinite, at their beginning, within, at their end, or everywhere."""
    whole = table()
    values = whole.objectives_evaluations.copy()
    values[3::7, 0, 4, 0] = np.nan
    values[5::11, 0, 0, 0] = np.inf
    values[2::13, 0, 6:] = np.nan
    values[1::17] = np.nan
    return BlackboxTabular(
        whole.hyperparameters,
        whole.configuration_space,
        whole.fidelity_space,
        values,
        objectives_names=["loss", "elapsed"],
    )


TABLES = {"all different": table(), "many at once": table(seconds_per_epoch=True), "gaps": table_with_gaps()}


class OneByOne(TunerCallback):
    """Keeps the loop from taking several reports at once."""

    needs_single_reports = True


class Listener(TunerCallback):
    """Writes down what it is told of reports."""

    def __init__(self) -> None:
        self.heard: list[tuple[int, str, Result, str, float]] = []
        self.tuner: Any = None

    def on_tuning_start(self, tuner: Any) -> None:
        self.tuner = tuner

    def on_trial_result(self, trial: Trial, status: str, result: Result, decision: str) -> None:
        self.heard.append((trial.trial_id, status, dict(result), str(decision), self.tuner.elapsed))


def scheduler(kind: str, blackbox: BlackboxTabular) -> TrialScheduler:
    space = blackbox.configuration_space_with_max_resource_attr("epochs")
    if kind == "random search":
        return RandomSearch(space, metric="loss", random_seed=1)
    if kind == "population":
        return PopulationBasedTraining(space, metric="loss", resource_attr="epoch", population_size=4, random_seed=1)
    if kind == "median rule":
        return MedianStoppingRule(RandomSearch(space, metric="loss", random_seed=1), resource_attr="epoch")
    return ASHA(
        space, metric="loss", resource_attr="epoch", max_resource_attr="epochs", type=kind, brackets=2, random_seed=1
    )


def study(
    kind: str = "stopping",
    events: str = "all different",
    callbacks: tuple[TunerCallback, ...] = (),
    name: str | None = None,
    backend_options: dict[str, Any] | None = None,
    n_workers: int = 4,
    tuner_options: dict[str, Any] | None = None,
    **limits: Any,
) -> Tuner:
    blackbox = TABLES[events]
    backend = UserBlackboxBackend(blackbox, "elapsed", max_resource_attr="epochs", **(backend_options or {}))
    criterion = StoppingCriterion(**(limits or {"max_num_trials_started": 30}))
    is_new = name is None
    return Tuner(
        backend,
        scheduler(kind, blackbox),
        criterion,
        n_workers=n_workers,
        max_failures=100,
        **(tuner_options or {}),
        callbacks=callbacks,
        tuner_name=name,
        suffix_tuner_name=is_new,
    )


def events_of(tuner: Tuner) -> list[Event]:
    return list(read_events(tuner.tuner_path / "events.jsonl"))


def lines_of(tuner: Tuner) -> list[bytes]:
    return (tuner.tuner_path / "events.jsonl").read_bytes().splitlines()


def table_of(tuner: Tuner) -> bytes:
    return zipfile.ZipFile(tuner.tuner_path / "results.csv.zip").read("results.csv")


KINDS = ["random search", "stopping", "promotion", "median rule", "population"]
LIMITS: list[dict[str, Any]] = [
    {"max_num_trials_started": 30},
    {"max_num_trials_finished": 15},
    {"max_num_evaluations": 77},
    {"max_wallclock_time": 31.5},
    {"min_metric_value": {"loss": 0.15}},
]


@pytest.mark.parametrize("events", TABLES)
@pytest.mark.parametrize("kind", KINDS)
def test_reports_taken_many_at_once_make_no_difference(kind: str, events: str) -> None:
    for limits in LIMITS:
        studies = {}
        for name, callbacks in {"slow": (OneByOne(),), "fast": ()}.items():
            listener = Listener()
            studies[name] = one = study(kind, events, (*callbacks, listener), **limits)
            one.run()
            assert one.tuning_status.num_evaluations == len(listener.heard)
            listener.tuner = None
            studies[f"{name} heard"] = listener.heard  # type: ignore[assignment]
        slow, fast = studies["slow"], studies["fast"]
        assert as_text(events_of(slow)) == as_text(events_of(fast))
        assert str(studies["slow heard"]) == str(studies["fast heard"])
        assert table_of(slow) == table_of(fast)
        assert str(slow.tuning_status) == str(fast.tuning_status)
        assert slow.best_config() == fast.best_config()
        assert str(slow.last_seen_result_per_trial) == str(fast.last_seen_result_per_trial)
        statistics = [str(vars(one.tuning_status.overall_metric_statistics)) for one in (slow, fast)]
        assert statistics[0] == statistics[1]


NO_DELAY = SimulatorConfig(0.0, 0.0, 0.0, 0.0, 0.0)


@pytest.mark.parametrize("option", ["asynchronous_scheduling", "start_jobs_without_delay"])
def test_workers_that_wait_make_no_difference(option: str) -> None:
    found = []
    for callbacks in ((OneByOne(),), ()):
        one = study("stopping", callbacks=callbacks, tuner_options={option: False}, max_num_trials_finished=12)
        one.run()
        found.append(events_of(one))
    assert found[0] == found[1]


@pytest.mark.parametrize("events", TABLES)
@pytest.mark.parametrize("kind", ["random search", "stopping", "promotion"])
def test_stretches_make_no_difference_whatever_the_delays_and_the_number_of_workers(kind: str, events: str) -> None:
    found = []
    for callbacks in ((OneByOne(),), ()):
        one = study(
            kind,
            events,
            callbacks,
            backend_options={"simulator_config": NO_DELAY},
            n_workers=7,
            tuner_options={"wait_trial_completion_when_stopping": True},
            max_num_trials_finished=20,
        )
        one.run()
        found.append((as_text(events_of(one)), table_of(one)))
    assert len(found[0][0]) > 50
    assert found[0] == found[1]


def as_text(events: Iterable[Event]) -> list[dict[str, str]]:
    """Values are compared as text, because NaN does not equal NaN."""
    return [{key: str(value) for key, value in event.items()} for event in events]


def test_blocks_are_written_where_the_scheduler_does_not_care() -> None:
    one = study("random search")
    one.run()
    stretches = [line for line in lines_of(one) if b'"kind":"stretch"' in line]
    assert 0 < len(stretches) < 10
    assert len(events_of(one)) > 300
    assert not any(b'"kind":"report"' in line for line in lines_of(one))


@pytest.mark.parametrize("kind", ["random search", "promotion"])
def test_two_runs_are_equal_to_the_byte(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """W-12: the log, and the file of results."""
    found = []
    for run in ("first", "second"):
        monkeypatch.setenv("SYNETUNE_FOLDER", str(tmp_path / run))
        one = study(kind, callbacks=(SimulatorCallback(),), name=f"name-of-the-{run}")
        one.run()
        found.append([(one.tuner_path / name).read_bytes() for name in ("events.jsonl", "results.csv.zip")])
    assert found[0] == found[1]


@pytest.mark.parametrize("kind", ["random search", "stopping", "promotion"])
def test_packages_of_the_extra_fast_make_no_difference(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The log is the same, and so is the table; only what the archive is packed with may differ."""
    found = []
    for missing in ({}, {"orjson": None, "isal.isal_zlib": None}):
        for name in missing:
            monkeypatch.setitem(sys.modules, name, None)
        number_texts._quick_dumps.cache_clear()
        monkeypatch.setenv("SYNETUNE_FOLDER", str(tmp_path / str(len(missing))))
        one = study(kind, name="same")
        one.run()
        found.append(((one.tuner_path / "events.jsonl").read_bytes(), table_of(one)))
    number_texts._quick_dumps.cache_clear()
    assert found[0] == found[1]


@pytest.mark.parametrize(
    ("kind", "events", "backend_options"),
    [
        ("random search", "all different", {}),
        ("stopping", "many at once", {}),
        ("promotion", "all different", {"support_checkpointing": False}),
        ("promotion", "many at once", {}),
        ("stopping", "gaps", {}),
        ("stopping", "all different", {"tuner_sleep_time": 0.75}),
    ],
)
def test_study_killed_at_any_byte_ends_the_same(
    kind: str, events: str, backend_options: dict[str, Any], tmp_path: Path
) -> None:
    """W-22: a simulation is rebuilt from its log: which trial ran since when, what was seen, what comes next."""
    whole = study(kind, events, backend_options=backend_options, max_num_trials_finished=8)
    whole.run()
    log = (whole.tuner_path / "events.jsonl").read_bytes()
    expected = [event for event in events_of(whole) if event["kind"] != "session"]
    ends = [place for place, byte in enumerate(log, start=1) if byte == ord("\n")]
    cuts = [*ends[1 : -1 : len(ends) // 6], *(end + 20 for end in ends[1 : -1 : len(ends) // 3])]
    assert len(cuts) > 5
    for number, cut in enumerate(cuts):
        folder = tmp_path / str(number)
        shutil.copytree(whole.tuner_path, folder)
        (folder / "tuner.dill").unlink()
        (folder / "events.jsonl").write_bytes(log[:cut])
        again = Tuner.load(folder)
        again.run()
        found = [event for event in events_of(again) if event["kind"] != "session"]
        assert as_text(map(_without_seq, found)) == as_text(map(_without_seq, expected))
        assert table_of(again) == table_of(whole)


@pytest.mark.parametrize("kind", ["random search", "stopping", "promotion"])
def test_study_goes_on_from_its_snapshot_as_from_its_log(kind: str, tmp_path: Path) -> None:
    """Trials that were rows when the snapshot was written are what they would be if all had been asked again."""
    whole = study(kind, max_num_trials_finished=12)
    whole.run()
    found = []
    for name in ("snapshot", "log"):
        folder = tmp_path / name
        shutil.copytree(whole.tuner_path, folder)
        if name == "log":
            (folder / "tuner.dill").unlink()
        again = Tuner.load(folder)
        again.stop_criterion = StoppingCriterion(max_num_trials_finished=25)
        again.run()
        trials = again.trial_backend._all_trial_results(again.trial_backend.trial_ids)
        found.append(
            (
                as_text(events_of(again)),
                table_of(again),
                str(again.tuning_status),
                str(again.last_seen_result_per_trial),
                [(trial.trial_id, trial.config, trial.status, trial.metrics, trial.creation_time) for trial in trials],
            )
        )
    assert len(found[0][4]) >= 25
    assert found[0] == found[1]


class InterruptedInThought(ASHA):
    """Interrupted once, when it has drawn a configuration but not yet said it."""

    at_trial: int | None = None

    def suggest(self, *args: Any, **kwargs: Any) -> Any:
        suggestion = super().suggest(*args, **kwargs)
        if kwargs.get("trial_id", args[0] if args else None) == InterruptedInThought.at_trial:
            InterruptedInThought.at_trial = None
            raise KeyboardInterrupt
        return suggestion


@pytest.mark.parametrize("at_trial", [0, 3, 17])
def test_an_interrupted_simulation_goes_on_from_its_log_alone(at_trial: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same object once went on, with a scheduler that had drawn what nobody knows of."""

    def configs(tuner: Tuner) -> list[dict[str, Any]]:
        return [event["config"] for event in events_of(tuner) if event["kind"] == "suggest"]

    whole, interrupted = study("stopping"), study("stopping")
    whole.run()
    space = TABLES["all different"].configuration_space_with_max_resource_attr("epochs")
    interrupted.scheduler = InterruptedInThought(
        space, metric="loss", resource_attr="epoch", max_resource_attr="epochs", brackets=2, random_seed=1
    )
    monkeypatch.setattr(InterruptedInThought, "at_trial", at_trial)
    with pytest.raises(KeyboardInterrupt):
        interrupted.run()
    with pytest.raises(EventLogError, match=r"Tuner\.load"):
        interrupted.run()
    again = Tuner.load(interrupted.tuner_path)
    again.run()
    assert configs(again) == configs(whole)


def _without_seq(event: Event) -> Event:
    return {key: value for key, value in event.items() if key != "seq"}


def test_results_can_be_derived_from_blocks() -> None:
    one = study("random search")
    one.run()
    from_file = load_experiment(one.name).results
    (one.tuner_path / "results.csv.zip").unlink()
    derived = load_experiment(one.name).results
    assert from_file is not None
    assert derived is not None
    pd.testing.assert_frame_equal(from_file, derived[from_file.columns], check_exact=True, check_dtype=False)


SCRIPT = """
import hashlib, sys
sys.path.insert(0, {folder!r})
from test_simulated_study import study
one = study("stopping", name="elsewhere")
one.run()
print(hashlib.sha256((one.tuner_path / "events.jsonl").read_bytes()).hexdigest())
"""


def test_another_process_with_other_cores_writes_the_same_log(tmp_path: Path) -> None:
    hashes = set()
    for number, cores in enumerate(("1", "4")):
        environment = {
            "SYNETUNE_FOLDER": str(tmp_path / str(number)),
            "PATH": "",
            "OMP_NUM_THREADS": cores,
            "OPENBLAS_NUM_THREADS": cores,
            "PYTHONHASHSEED": str(number),
            "PYTHONPATH": str(Path(__file__).parents[2]),
        }
        command = [sys.executable, "-c", SCRIPT.format(folder=str(Path(__file__).parent))]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=240)
        hashes.add(done.stdout.splitlines()[-1])
    assert len(hashes) == 1
