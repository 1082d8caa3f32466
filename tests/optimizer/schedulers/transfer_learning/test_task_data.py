"""Evaluations of earlier tasks as arrays."""

import numpy as np
import pytest

from syne_tune.config_space import Space, active_if, choice, uniform
from syne_tune.errors import OptionError
from syne_tune.optimizer.schedulers.searchers.encoding import HyperparameterRanges
from syne_tune.optimizer.schedulers.searchers.model_inputs import ModelInputs
from syne_tune.optimizer.schedulers.transfer_learning.task_data import read_tasks

SPACE = Space({"x": uniform(0, 1)})


def read(tasks, space=SPACE, mode="min", **kwargs):
    return read_tasks(tasks, "loss", mode, ModelInputs(HyperparameterRanges(space)), space, **kwargs)


def test_ranks_become_normal_quantiles_whatever_the_units(make_task):
    configs = [{"x": 0.1}, {"x": 0.2}, {"x": 0.3}]
    one, other = read({"a": make_task(SPACE, configs, [1, 2, 9]), "b": make_task(SPACE, configs, [1e6, 2e9, 3e9])})
    assert np.array_equal(one.z, other.z)
    assert np.allclose(one.z, [-0.9674, 0, 0.9674], atol=1e-3)
    assert one.configs == configs


def test_mode_max_turns_the_sign(make_task):
    (task,) = read({"a": make_task(SPACE, [{"x": 0.1}, {"x": 0.2}], [1, 2])}, mode="max")
    assert task.z[0] > task.z[1]


def test_standard_normalisation(make_task):
    task = make_task(SPACE, [{"x": 0.1}, {"x": 0.2}, {"x": 0.3}], [1, 2, 9])
    (data,) = read({"a": task}, normalization="standard")
    assert abs(data.z.mean()) < 1e-9
    assert abs(data.z.std() - 1) < 1e-9


def test_rows_outside_of_the_space_are_left_out_and_so_are_tasks_without_any(make_task):
    wide = Space({"x": uniform(0, 5)})
    tasks = {
        "some": make_task(wide, [{"x": 0.1}, {"x": 2.0}, {"x": 0.3}], [1, 2, 3]),
        "none": make_task(wide, [{"x": 2.0}, {"x": 3.0}], [1, 2]),
    }
    (task,) = read(tasks)
    assert (task.name, len(task.z)) == ("some", 2)
    with pytest.raises(OptionError, match="none: 0"):
        read({"none": tasks["none"]})


def test_what_was_constant_then_may_be_searched_now(make_task):
    now = Space({"x": uniform(0, 1), "y": uniform(0, 1)})
    (task,) = read({"a": make_task({"x": uniform(0, 1), "y": 0.25}, [{"x": 0.1}, {"x": 0.2}], [1, 2])}, now)
    assert [config["y"] for config in task.configs] == [0.25, 0.25]


def test_at_most_so_many_rows_chosen_by_lot(make_task):
    configs = [{"x": place / 100} for place in range(100)]
    task = make_task(SPACE, configs, np.arange(100.0))
    first, second = (read({"a": task}, max_rows=10)[0] for _ in range(2))
    assert len(first.z) == 10
    assert first.configs == second.configs


def test_inactive_parameters_are_nan(make_task):
    space = Space({"c": choice(["u", "v"]), "m": active_if(uniform(0, 1), c="v")})
    (task,) = read({"a": make_task(space, [{"c": "u"}, {"c": "v", "m": 0.5}], [1, 2])}, space)
    assert np.isnan(task.x[0]).sum() == 1
    assert not np.isnan(task.x[1]).any()
