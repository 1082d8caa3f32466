from __future__ import annotations

import numpy as np
import pytest

from syne_tune.config_space import Space, active_if, choice, loguniform, randint, uniform
from syne_tune.errors import ExperimentNotFoundError, OptionError
from syne_tune.experiments.finished_trials import FinishedTrials
from syne_tune.experiments.importance import importance_of_trials, importance_of_values


def sample(space, num, seed=0):
    rs = np.random.RandomState(seed)
    return [space.sample(rs) for _ in range(num)]


def by_name(found):
    return {parameter.name: parameter for parameter in found.parameters}


def test_g_function():
    """Sobol' indices of the g-function are known; the model sees 150 values of it."""
    a = np.array([0.0, 1.0, 4.5, 9.0])
    space = Space({f"x{i}": uniform(0, 1) for i in range(4)})
    configs = sample(space, 150)
    values = [np.prod([(abs(4 * c[f"x{i}"] - 2) + a[i]) / (1 + a[i]) for i in range(4)]) for c in configs]
    found = importance_of_values(space, configs, values, transform="standardize")
    assert found.model_fit > 0.9
    assert [parameter.name for parameter in found.parameters] == ["x0", "x1", "x2", "x3"]
    assert [parameter.main for parameter in found.parameters] == pytest.approx([0.716, 0.179, 0.024, 0.007], abs=0.06)
    assert [parameter.total for parameter in found.parameters] == pytest.approx([0.787, 0.242, 0.034, 0.01], abs=0.06)
    assert 0 <= found.interactions < 0.2


def conditional():
    method = choice(["a", "b", "c"])
    return Space(
        {"x": loguniform(1e-3, 1), "method": method, "m": active_if(uniform(0, 1), method="a"), "n": randint(1, 4)}
    )


def test_conditional_parameters():
    """With z = x on its scale: variances are 1/12 (z), 1/18 (method), 1/36 (m where it is active), 1/6 in total."""
    space = conditional()
    configs = sample(space, 150)
    offset = {"a": 0.0, "b": 0.5, "c": 1.0}
    values = [np.log10(c["x"]) / 3 + offset[c["method"]] + c.get("m", 0.0) for c in configs]
    found = by_name(importance_of_values(space, configs, values, transform="standardize"))
    assert found["x"].main == pytest.approx(0.5, abs=0.05)
    assert found["method"].main == pytest.approx(1 / 3, abs=0.05)
    assert found["m"].main == pytest.approx(1 / 18, abs=0.04)
    assert found["m"].total == pytest.approx(1 / 6, abs=0.04)
    assert found["n"].total < 0.02


def test_length_scales_tell_what_plays_no_role():
    space = conditional()
    configs = sample(space, 80)
    found = importance_of_values(space, configs, [np.log10(c["x"]) for c in configs], method="length_scale")
    assert found.parameters[0].name == "x"
    assert sum(parameter.total for parameter in found.parameters) == pytest.approx(1)


def test_a_few_extreme_values_do_not_decide():
    space = Space({"x": uniform(0, 1), "y": uniform(0, 1)})
    configs = sample(space, 80)
    values = [c["x"] + (1e6 * c["y"] if number < 2 else 0) for number, c in enumerate(configs)]
    assert importance_of_values(space, configs, values).parameters[0].name == "x"


def trials(space, configs, failed):
    return FinishedTrials(
        space=space,
        metric="loss",
        mode="max",
        resource=None,
        trial_ids=tuple(range(len(configs))),
        configs=tuple(configs),
        values=np.array([config["x"] for config in configs]),
        failed=tuple(failed),
    )


@pytest.mark.parametrize("method", ["anova", "length_scale"])
def test_what_decides_whether_trials_fail(method):
    space = Space({"x": uniform(0, 1), "y": uniform(0, 1)})
    configs = sample(space, 80)
    failed = [config for config in configs if config["y"] > 0.7]
    known = trials(space, [config for config in configs if config["y"] <= 0.7], failed)
    found = importance_of_trials(known, method, "success")
    assert found.subject == "success"
    assert found.parameters[0].name == "y"
    assert found.num_failures == len(failed)
    assert importance_of_trials(known, method, "metric").parameters[0].name == "x"


def test_too_little_is_known():
    space = Space({"x": uniform(0, 1)})
    with pytest.raises(ExperimentNotFoundError, match="importance needs 8"):
        importance_of_values(space, sample(space, 7), range(7))
    with pytest.raises(ExperimentNotFoundError, match="No trial failed"):
        importance_of_trials(trials(space, sample(space, 9), []), "anova", "success")


def test_constant_metric():
    space = Space({"x": uniform(0, 1)})
    found = importance_of_values(space, sample(space, 10), [3.0] * 10)
    assert found.model_fit == 0
    assert found.parameters[0].total < 1e-3


def test_unknown_method():
    with pytest.raises(OptionError, match="did you mean 'anova'"):
        importance_of_values({"x": uniform(0, 1)}, [], [], method="fanova")
