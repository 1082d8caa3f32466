"""Studies of Optuna, read without it."""

import json
import math
import sys

import pytest

from syne_tune.config_space import active_if, choice, finrange, lograndint, loguniform, randint, uniform
from syne_tune.errors import ExperimentFolderError, ExperimentNotFoundError, OptionError
from syne_tune.experiments import load_experiment
from syne_tune.experiments.foreign import import_study
from syne_tune.experiments.foreign.import_study import read_foreign_study
from syne_tune.experiments.foreign.optuna_distributions import parameter
from syne_tune.experiments.recorded_study import read_study


@pytest.fixture(params=["database", "journal"])
def storage(request):
    """The same study in both formats."""
    made = request.getfixturevalue(request.param)
    return made if request.param == "journal" else made.path


@pytest.fixture(autouse=True)
def own_root(tmp_path, monkeypatch):
    monkeypatch.setenv("SYNETUNE_FOLDER", str(tmp_path / "experiments"))
    monkeypatch.delenv("SM_MODEL_DIR", raising=False)


def test_both_formats_tell_the_same_story(database, journal):
    one, other = read_foreign_study(database.path), read_foreign_study(journal)
    assert one.trials == other.trials
    assert (one.space, one.notes, one.metric_modes) == (other.space, other.notes, other.metric_modes)


def test_space_with_the_condition_that_trials_obey(storage):
    study = read_foreign_study(storage)
    assert dict(study.space) == {
        "lr": loguniform(1e-4, 0.1),
        "units": randint(1, 9),
        "optimizer": choice(["sgd", "adam"]),
        "momentum": active_if(uniform(0.0, 1.0), optimizer=["sgd"]),
    }


def test_trials_and_reports_arrive(storage):
    folder = import_study(storage)
    trials = read_study(folder, ["value"]).trials
    statuses = [state.status for state in trials.values()]
    assert statuses == ["Completed", "Completed", "Stopped", "Failed", "Failed", "Stopped"]
    assert trials[0].trial.config == {"lr": 0.01, "units": 3, "optimizer": "sgd", "momentum": 0.9}
    assert [state.num_reports for state in trials.values()] == [3, 3, 1, 1, 1, 1]
    assert trials[4].failure.cause.value == "non_finite"
    assert trials[5].failure.cause.value == "stopped_by_user"


def test_the_experiment_is_like_any_other(storage):
    experiment = load_experiment(import_study(storage, name="mine").name)
    assert experiment.metric_names() == ["value"]
    assert experiment.metric_mode() == "min"
    assert experiment.best_config()["config_units"] == 4
    curve = experiment.results[experiment.results.trial_id == 1]
    assert curve["step"].tolist() == [1, 2, 3]
    assert curve["value"].tolist() == [0.8, 0.4, 0.25]
    assert curve["st_tuner_time"].tolist() == [80.0, 100.0, 120.0]
    assert experiment.metadata["resource_attr"] == "step"
    assert "1 trials are left out" in experiment.metadata["import_notes"][0]


def test_optuna_is_not_imported(storage):
    import_study(storage)
    assert "optuna" not in sys.modules


def test_curves_that_are_not_of_the_metric_keep_apart(database):
    trials = [("COMPLETE", {"lr": 0.01}, [7.0], [1.0, 2.0])]
    database.study(
        "other",
        ["MAXIMIZE"],
        trials,
        {"lr": {"name": "LogUniformDistribution", "attributes": {"low": 0.001, "high": 0.1}}},
    )
    study = read_foreign_study(database.path, study="other", metric="score")
    assert study.resource_attr is None
    assert study.metric_modes == ("max",)
    values = [dict(report.values) for report in study.trials[0].reports]
    assert values == [{"step": 1, "intermediate_value": 1.0}, {"step": 2, "intermediate_value": 2.0}, {"score": 7.0}]


def test_several_objectives_with_their_names(database):
    trials = [("COMPLETE", {"x": 0.5}, [1.0, 2.0], []), ("COMPLETE", {"x": 0.25}, [2.0, 3.0], [])]
    space = {"x": {"name": "UniformDistribution", "attributes": {"low": 0.0, "high": 1.0}}}
    database.study("mo", ["MINIMIZE", "MAXIMIZE"], trials, space, metric_names=["loss", "speed"])
    experiment = load_experiment(import_study(database.path, study="mo").name)
    assert experiment.metric_mode() == ["min", "max"]
    assert experiment.results[["loss", "speed"]].to_numpy().tolist() == [[1.0, 2.0], [2.0, 3.0]]


def test_which_study_must_be_said_if_there_are_several(database):
    database.study("second", ["MINIMIZE"], [], {})
    with pytest.raises(ExperimentNotFoundError, match="'first', 'second'"):
        read_foreign_study(database.path)
    with pytest.raises(ExperimentNotFoundError, match="did you mean 'second'"):
        read_foreign_study(database.path, study="secnd")
    assert read_foreign_study(database.path, study="second").trials == ()


def test_trials_added_as_a_whole_and_deleted_studies(tmp_path):
    text = json.dumps({"name": "CategoricalDistribution", "attributes": {"choices": ["a", "b"]}})
    lines = [
        {"op_code": 0, "study_name": "gone", "directions": [1]},
        {"op_code": 4, "study_id": 0, "datetime_start": "2024-05-01T10:00:00"},
        {"op_code": 1, "study_id": 0},
        {"op_code": 0, "study_name": "kept", "directions": [2]},
        {
            "op_code": 4,
            "study_id": 1,
            "state": 1,
            "value": 0.25,
            "values": None,
            "datetime_start": "2024-05-01T10:00:00+00:00",
            "datetime_complete": "2024-05-01T10:01:00+00:00",
            "params": {"c": 1},
            "distributions": {"c": text},
            "intermediate_values": {"0": 0.5, "1": 0.25},
        },
        {"op_code": 99, "study_id": 1},
    ]
    path = tmp_path / "journal"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines) + '{"op_code": 4, "stud')
    (trial,) = read_foreign_study(path).trials
    assert trial.config == {"c": "b"}
    assert [report.values["value"] for report in trial.reports] == [0.5, 0.25]


@pytest.mark.parametrize("line", ["{nonsense", '{"op_code": 6, "trial_id": 7, "state": 1}', '{"op_code": "x"}'])
def test_damaged_journals_are_refused_with_the_line(tmp_path, line):
    path = tmp_path / "journal"
    path.write_text('{"op_code": 0, "study_name": "a", "directions": [1]}\n' + line + "\n\n")
    with pytest.raises(ExperimentNotFoundError, match="line 2"):
        read_foreign_study(path)


def test_databases_of_others_are_refused(tmp_path):
    import sqlite3

    connection = sqlite3.connect(tmp_path / "other.db")
    connection.execute("CREATE TABLE t (x INTEGER)")
    connection.commit()
    connection.close()
    with pytest.raises(ExperimentNotFoundError, match="'studies' is missing"):
        read_foreign_study(tmp_path / "other.db")
    (tmp_path / "broken.db").write_bytes(b"SQLite format 3\x00" + b"x" * 100)
    with pytest.raises(ExperimentNotFoundError, match="broken"):
        read_foreign_study(tmp_path / "broken.db")


def test_mistakes_are_refused(database, tmp_path):
    with pytest.raises(OptionError, match="mode = 'max'"):
        read_foreign_study(database.path, mode="max")
    with pytest.raises(ExperimentNotFoundError, match="no such file"):
        read_foreign_study(tmp_path / "missing.db")
    import_study(database.path)
    with pytest.raises(ExperimentFolderError, match="exists already"):
        import_study(database.path)
    with pytest.raises(OptionError, match="letters, digits"):
        import_study(database.path, name="a name")


def stored(kind, **attributes):
    return {"name": f"{kind}Distribution", "attributes": attributes}


@pytest.mark.parametrize(
    ("distribution", "domain"),
    [
        (stored("Float", low=0.0, high=1.0, log=False, step=0.25), finrange(0.0, 1.0, 5)),
        (stored("DiscreteUniform", low=0.1, high=0.5, q=0.2), finrange(0.1, 0.5, 3)),
        (stored("Int", low=16, high=256, log=True, step=1), lograndint(16, 256)),
        (stored("IntLogUniform", low=1, high=8), lograndint(1, 8)),
        (stored("Int", low=0, high=10, log=False, step=5), finrange(0.0, 10.0, 3, cast_int=True)),
        (stored("IntUniform", low=1, high=8, step=1), randint(1, 8)),
        (stored("Int", low=3, high=3, log=False, step=1), 3),
        (stored("Categorical", choices=[1, 2.5]), choice([1.0, 2.5])),
        (stored("Categorical", choices=[True, False]), choice([True, False])),
        (stored("Categorical", choices=["only"]), "only"),
        (stored("Categorical", choices=[None, "x", 1]), choice(["None", "x", "1"])),
        (stored("Categorical", choices=["1", 1]), choice(['"1"', "1"])),
    ],
)
def test_distributions(distribution, domain):
    assert parameter("p", [distribution]).domain == domain


def test_ranges_that_change_are_joined():
    known = parameter(
        "p", [stored("Int", low=1, high=4, log=False, step=1), stored("Int", low=2, high=9, log=False, step=1)]
    )
    assert known.domain == randint(1, 9)
    assert "1 to 9" in known.note
    with pytest.raises(ExperimentNotFoundError, match="'SphereDistribution'"):
        parameter("p", [stored("Sphere")])


def test_reserved_names_get_another_one(database):
    database.study(
        "names", ["MINIMIZE"], [("COMPLETE", {"st_lr": 0.5}, [1.0], [])], {"st_lr": stored("Float", low=0.0, high=1.0)}
    )
    study = read_foreign_study(database.path, study="names")
    assert list(study.space) == ["param_st_lr"]
    assert not math.isnan(study.trials[0].config["param_st_lr"])
