"""Earlier experiments and blackboxes as the beginning of a new one."""

import logging

import numpy as np
import pandas as pd
import pytest

from syne_tune.blackbox_repository import BlackboxOffline, load_blackbox
from syne_tune.config_space import Space, choice, loguniform, randint, uniform
from syne_tune.errors import ExperimentNotFoundError, OptionError
from syne_tune.experiments import load_experiment
from syne_tune.experiments.earlier_tasks import (
    evaluations_from_blackbox,
    evaluations_from_blackboxes,
    evaluations_from_experiments,
    points_to_evaluate_from_experiments,
)
from syne_tune.optimizer.baselines import WarmStartedBayesianOptimization

SPACE = Space({"lr": loguniform(1e-4, 1), "opt": choice(["sgd", "adam"]), "epochs": 2})


@pytest.fixture
def experiments(new_experiment):
    """Two experiments of two trials; the last reports of ``one`` are 1 and 4, those of ``two`` are 7 and 6."""
    for name, finals in {"one": (1.0, 4.0), "two": (7.0, 6.0)}.items():
        writer = new_experiment(name, config_space=SPACE.to_json(), resource_attr="epoch").session()
        for trial_id, value in enumerate(finals):
            writer.start(trial_id, lr=0.01 * value, opt="sgd" if trial_id else "adam", epochs=2)
            writer.report(trial_id, loss=9.0, epoch=1).report(trial_id, loss=value, epoch=2)
    return ["one", "two"]


def test_evaluations_are_values_at_the_common_resource(experiments):
    tasks = evaluations_from_experiments(experiments)
    assert list(tasks) == experiments
    assert tasks["one"].summary("loss", "min").tolist() == [1.0, 4.0]
    assert tasks["two"].configurations[1] == {"lr": 0.06, "opt": "sgd"}
    assert tasks["one"].top_k_hyperparameter_configurations(1, "min", "loss") == [{"lr": 0.01, "opt": "adam"}]


def test_methods_take_them(experiments):
    tasks = evaluations_from_experiments([load_experiment("one"), "two"])
    scheduler = WarmStartedBayesianOptimization(dict(SPACE), "loss", tasks, random_seed=1)
    assert scheduler.suggest(0).config["lr"] in (0.01, 0.04, 0.06, 0.07)


def test_experiments_must_optimise_the_same(experiments, new_experiment):
    writer = new_experiment("max", config_space=SPACE.to_json(), metric_mode="max").session()
    writer.start(0, lr=0.1, opt="sgd").report(0, loss=1.0)
    with pytest.raises(OptionError, match="different metrics"):
        evaluations_from_experiments(["one", "max"])
    with pytest.raises(ExperimentNotFoundError):
        evaluations_from_experiments(["three"])


def test_best_points_of_each_experiment_first(experiments):
    points = points_to_evaluate_from_experiments(experiments, SPACE, num_per_experiment=2)
    assert [point["lr"] for point in points] == [0.01, 0.06, 0.04, 0.07]
    assert [point["lr"] for point in points_to_evaluate_from_experiments(experiments, SPACE)] == [0.01, 0.06]


def test_points_are_moved_into_the_present_space_and_it_is_said(experiments, caplog):
    narrow = {"lr": loguniform(0.02, 0.05), "opt": choice(["sgd", "adam"]), "depth": randint(1, 3)}
    with caplog.at_level(logging.WARNING):
        points = points_to_evaluate_from_experiments(experiments, narrow)
    assert points == [{"lr": 0.02, "opt": "adam", "depth": 2}, {"lr": 0.05, "opt": "sgd", "depth": 2}]
    assert "Experiment one: lr = 0.01 is moved to 0.02" in caplog.text
    assert "depth is missing and becomes 2" in caplog.text


def test_points_that_do_not_fit_are_left_out_and_it_is_said(experiments, caplog):
    other = {"lr": uniform(0.02, 1), "opt": choice(["sgd", "lion"])}
    with caplog.at_level(logging.WARNING):
        points = points_to_evaluate_from_experiments(experiments, other, num_per_experiment=2, clip=False)
    assert [point["lr"] for point in points] == [0.06, 0.04]
    assert "Experiment one: configuration {'lr': 0.01" in caplog.text
    with pytest.raises(OptionError, match="num_per_experiment"):
        points_to_evaluate_from_experiments(experiments, other, num_per_experiment=0)


def test_tables_of_blackboxes():
    tables = load_blackbox("gboost-tabular")
    tasks = evaluations_from_blackboxes(tables, leave_out="diabetes")
    assert list(tasks) == ["breast-cancer"]
    table, task = tables["breast-cancer"], tasks["breast-cancer"]
    assert len(task.configurations) == len(table.all_configurations())
    name = table.objectives_names[0]
    expected = np.nanmin(table.objectives_evaluations[..., 0].mean(axis=1), axis=1)
    assert np.allclose(task.summary(name, "min"), expected)


def test_lists_of_evaluations():
    rows = pd.DataFrame({"lr": [0.1, 0.2, 0.1], "opt": ["sgd", "adam", "adam"], "metric_loss": [3.0, np.nan, 1.0]})
    space = {"lr": loguniform(1e-4, 1), "opt": choice(["sgd", "adam"])}
    task = evaluations_from_blackbox(BlackboxOffline(rows, space))
    assert task.configurations == [{"lr": 0.1, "opt": "sgd"}, {"lr": 0.1, "opt": "adam"}]
    assert task.summary("metric_loss", "min").tolist() == [3.0, 1.0]


def test_blackboxes_of_other_kinds_are_refused():
    with pytest.raises(OptionError, match="only tables"):
        evaluations_from_blackbox(object())
    rows = pd.DataFrame({"x": [0.1, 0.1], "epoch": [1, 2], "metric_loss": [3.0, 1.0]})
    with pytest.raises(OptionError, match="without seeds and fidelities"):
        evaluations_from_blackbox(BlackboxOffline(rows, {"x": uniform(0, 1)}, {"epoch": randint(1, 2)}))
