"""Results of Ray Tune, read without it."""

import json

import pytest

from syne_tune.config_space import choice, loguniform, randint, uniform
from syne_tune.errors import ExperimentNotFoundError, OptionError
from syne_tune.experiments import load_experiment
from syne_tune.experiments.foreign import import_study
from syne_tune.experiments.foreign.import_study import read_foreign_study
from syne_tune.experiments.foreign.seen_values import guessed_domain, plain_value
from syne_tune.experiments.overview import read_overview


@pytest.fixture(autouse=True)
def own_root(tmp_path, monkeypatch):
    monkeypatch.setenv("SYNETUNE_FOLDER", str(tmp_path / "experiments"))
    monkeypatch.delenv("SM_MODEL_DIR", raising=False)


def test_trials_reports_and_statuses_arrive(ray_folder):
    folder = import_study(ray_folder, metric="loss", mode="min", name="ray")
    overview = read_overview(folder)
    assert overview.trials == {"Completed": 2, "Failed": 1, "Stopped": 1}
    assert overview.num_reports == 12
    assert overview.failures[0].message == "RuntimeError: out of luck"
    assert "still running" in overview.failures[1].message


def test_the_experiment_is_like_any_other(ray_folder):
    experiment = load_experiment(import_study(ray_folder, metric="loss", mode="min").name)
    assert experiment.name == "train-2024"
    assert experiment.best_config()["config_model/width"] == 16
    assert experiment.results.loc[0, "eval/accuracy"] == 0.1
    assert not {"pid", "config", "hostname", "done"} & set(experiment.results)
    assert experiment.metadata["resource_attr"] == "training_iteration"
    assert experiment.results["st_worker_time"].tolist()[:3] == [1.0, 2.0, 3.0]


def test_the_space_is_what_was_seen(ray_folder):
    study = read_foreign_study(ray_folder, metric="eval/accuracy", mode="max")
    assert study.space["lr"] == uniform(0.001, 0.1)
    assert study.space["model/width"] == randint(8, 32)
    assert study.space["model/bias"] == choice([True, False])
    assert study.space["seed"] == 1
    assert "seen" in study.notes[0]


def test_metric_and_mode_must_be_named(ray_folder):
    with pytest.raises(OptionError, match="'loss'"):
        read_foreign_study(ray_folder)
    with pytest.raises(OptionError, match="mode = None"):
        read_foreign_study(ray_folder, metric="loss")
    with pytest.raises(OptionError, match="did you mean 'loss'"):
        read_foreign_study(ray_folder, metric="lss", mode="min")
    with pytest.raises(OptionError, match="one study"):
        read_foreign_study(ray_folder, study="x", metric="loss", mode="min")


def test_nothing_is_unpickled(ray_folder, monkeypatch):
    import pickle

    monkeypatch.setattr(pickle, "load", None)
    monkeypatch.setattr(pickle, "loads", None)
    import_study(ray_folder, metric="loss", mode="min")


def test_torn_last_lines_are_dropped_and_other_damage_refused(ray_folder):
    path = ray_folder / "train_00000" / "result.json"
    whole = path.read_text()
    path.write_text(whole + '{"loss": 0.')
    assert len(read_foreign_study(ray_folder, metric="loss", mode="min").trials[0].reports) == 3
    path.write_text("{broken\n" + whole)
    with pytest.raises(ExperimentNotFoundError, match="line 1 is damaged"):
        read_foreign_study(ray_folder, metric="loss", mode="min")


def test_values_that_are_not_finite_are_failures(ray_folder):
    path = ray_folder / "train_00000" / "result.json"
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    rows[1]["loss"] = float("nan")
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    overview = read_overview(import_study(ray_folder, metric="loss", mode="min"))
    assert overview.failures[0].cause == "non_finite"


def test_folders_of_others_are_refused(tmp_path):
    with pytest.raises(ExperimentNotFoundError, match="neither"):
        read_foreign_study(tmp_path)


@pytest.mark.parametrize(
    ("values", "domain"),
    [
        ([1, 1], 1),
        ([1e-4, 0.1], loguniform(1e-4, 0.1)),
        ([0.0, 2], uniform(0.0, 2.0)),
        (["a", "b", "a"], choice(["a", "b"])),
        ([1, True], choice(["1", "True"])),
        (["a", 1], choice(["a", "1"])),
    ],
)
def test_guessed_domains(values, domain):
    assert guessed_domain(values) == domain


def test_what_no_domain_can_hold_becomes_text():
    assert [plain_value(value) for value in ([1, 2], None, 3, "x", True)] == ["[1, 2]", "None", 3, "x", True]
