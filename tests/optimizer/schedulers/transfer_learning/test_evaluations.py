"""What was measured on earlier tasks."""

import numpy as np
import pandas as pd
import pytest

from syne_tune.config_space import active_if, choice, randint, uniform
from syne_tune.errors import OptionError
from syne_tune.optimizer.schedulers.transfer_learning import (
    TransferLearningMixin,
    TransferLearningTaskEvaluations,
)
from syne_tune.optimizer.schedulers.transfer_learning.evaluations import best_per_task, check_tasks

SPACE = {"n": randint(1, 9), "c": choice(["u", "v"]), "epochs": 27}
FRAME = pd.DataFrame({"n": [1, 2, 3], "c": ["u", "v", "u"]})


def of(values, frame=FRAME, space=SPACE, names=("loss", "time")):
    return TransferLearningTaskEvaluations(space, frame, list(names), np.asarray(values, dtype=float))


def curves():
    """Three configurations, two seeds, two fidelities, two objectives."""
    loss = np.array([[[5, 4], [7, 2]], [[1, 9], [1, 7]], [[4, 4], [4, 4]]], dtype=float)
    return np.stack([loss, -loss], axis=-1)


def test_best_is_mean_over_seeds_and_best_over_fidelities():
    task = of(curves())
    assert task.summary("loss", "min").tolist() == [3.0, 1.0, 4.0]
    assert task.summary("loss", "max").tolist() == [6.0, 8.0, 4.0]
    assert task.summary("time", "max").tolist() == [-3.0, -1.0, -4.0]
    assert task.objective_values("time").shape == (3, 2, 2)
    assert task.top_k_hyperparameter_configurations(2, "min", "loss") == [{"n": 2, "c": "v"}, {"n": 1, "c": "u"}]
    assert task.top_k_hyperparameter_configurations(9, "max", "time")[0] == {"n": 2, "c": "v"}


def test_w24_rows_count_by_position_whatever_the_index_of_the_table():
    """W24: positional indices used with ``.loc`` gave wrong rows unless the index was 0..n-1."""
    shuffled = FRAME.set_index(pd.Index([2, 0, 1]))
    named = FRAME.set_index(pd.Index(["p", "q", "r"]))
    expected = of(curves()).top_k_hyperparameter_configurations(3, "min", "loss")
    for frame in (shuffled, named):
        assert of(curves(), frame).top_k_hyperparameter_configurations(3, "min", "loss") == expected


def test_c17_constants_of_the_space_need_not_be_columns():
    """C17: ``epochs`` had to be a column of the table."""
    assert "epochs" not in FRAME
    assert of(curves()).configurations[0] == {"n": 1, "c": "u"}
    assert of(curves(), FRAME.assign(epochs=27, other=1)).configurations[0] == {"n": 1, "c": "u"}


def test_values_that_are_not_finite_do_not_count():
    values = curves()
    values[1] = np.nan
    values[0, 0, 0, 0] = np.inf
    task = of(values)
    assert np.isnan(task.summary("loss", "min")[1])
    assert task.top_k_hyperparameter_configurations(3, "min", "loss") == [{"n": 1, "c": "u"}, {"n": 3, "c": "u"}]


def test_missing_values_are_inactive_parameters():
    space = {"c": choice(["u", "v"]), "m": active_if(randint(0, 9), c="v")}
    frame = pd.DataFrame({"c": ["u", "v"], "m": [np.nan, 3]})
    task = of(np.zeros((2, 1, 1, 2)), frame, space)
    assert task.configurations == [{"c": "u"}, {"c": "v", "m": 3}]


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"values": np.zeros((3, 2))}, "evaluations, seeds, fidelities, objectives"),
        ({"values": np.zeros((2, 1, 1, 2))}, "3 rows"),
        ({"values": np.zeros((3, 1, 1, 1))}, "2 objectives"),
        ({"values": np.zeros((3, 1, 1, 2)), "frame": FRAME.rename(columns={"n": "m"})}, "'n' is missing"),
    ],
)
def test_shapes_and_columns_are_checked(change, match):
    with pytest.raises(OptionError, match=match):
        of(**change)


def test_mistakes_name_the_legal_values():
    task = of(curves())
    with pytest.raises(OptionError, match="did you mean 'loss'"):
        task.objective_values("lss")
    with pytest.raises(OptionError, match="mode"):
        task.summary("loss", "minimum")
    with pytest.raises(OptionError, match="k = 0"):
        task.top_k_hyperparameter_configurations(0, "min", "loss")
    for wrong in ({}, [task], {"a": FRAME}):
        with pytest.raises(OptionError, match="transfer_learning_evaluations"):
            check_tasks(wrong, "loss")


def test_best_per_task_keeps_the_order_of_tasks():
    tasks = {"z": of(curves()), "a": of(-curves())}
    expected = {"z": [{"n": 2, "c": "v"}], "a": [{"n": 2, "c": "v"}]}
    assert list(best_per_task(tasks, 1, "min", "loss")) == ["z", "a"]
    found = TransferLearningMixin().top_k_hyperparameter_configurations_per_task(tasks, 1, "min", "loss")
    assert found == best_per_task(tasks, 1, "min", "loss")
    assert found["z"] == expected["z"]


def test_the_space_may_have_numbers_of_any_scale():
    task = of(np.zeros((3, 1, 1, 2)), FRAME.assign(c=[0.5, 0.25, 1]), {"n": randint(1, 9), "c": uniform(0, 1)})
    assert task.configurations[2] == {"n": 3, "c": 1.0}
