from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from syne_tune.config_space import Space, choice, finrange, loguniform, ordinal, randint, uniform
from syne_tune.optimizer.schedulers.multiobjective.variation import Variation
from syne_tune.testing.spaces import conditional_space, finite_space, mixed_space


@pytest.mark.parametrize("make_space", [mixed_space, conditional_space, finite_space])
@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_children_are_complete_and_lie_in_the_space(make_space, seed):
    space, state = make_space(), np.random.RandomState(seed)
    first, second = space.sample(state), space.sample(state)
    for _ in range(10):
        child = Variation(space).child(first, second, state)
        assert set(child) == set(space.active(child))
        assert all(space.free[name].is_valid(value) for name, value in child.items())


@pytest.mark.parametrize(
    "domain", [randint(1, 3), ordinal([1, 10, 100]), choice(["a", "b", "c"]), finrange(0.0, 1.0, 4), randint(1, 12)]
)
def test_all_values_can_be_reached(domain):
    """W16: the upper bound of integers was never reached; C13: ordinals were refused."""
    space, state = Space({"x": domain}), np.random.RandomState(0)
    config, seen = {"x": domain.midpoint()}, set()
    for _ in range(400):
        config = Variation(space).child(config, config, state)
        seen.add(config["x"])
    values = list(domain.enumerate_values())
    assert {values[0], values[-1]} <= seen
    assert len(seen) == len(values)


def test_log_scale_is_respected():
    """W16: scales were ignored, so that small values of a logarithmic parameter were hardly ever tried."""
    space, state = Space({"lr": loguniform(1e-6, 1.0)}), np.random.RandomState(1)
    factors = [np.log10(Variation(space).child({"lr": 1e-3}, {"lr": 1e-3}, state)["lr"] / 1e-3) for _ in range(200)]
    assert -2.5 < min(factors) < -0.2
    assert 0.2 < max(factors) < 2.5


def test_crossover_stays_near_the_parents():
    space, state = Space({"x": uniform(0, 1), "y": uniform(0, 1)}), np.random.RandomState(2)
    children = [Variation(space).child({"x": 0.4, "y": 0.1}, {"x": 0.6, "y": 0.1}, state) for _ in range(500)]
    x = np.array([child["x"] for child in children])
    assert abs(x.mean() - 0.5) < 0.03
    assert 0.05 < x.std() < 0.2


def test_parameters_of_one_parent_are_passed_on():
    space, state = conditional_space(), np.random.RandomState(3)
    first = {"lr": 0.1, "optimizer": "sgd", "momentum": 0.5, "nesterov": True, "warmup": 1, "decay": 1}
    second = {"lr": 0.1, "optimizer": "adam", "warmup": 1, "decay": 1}
    momenta = [Variation(space).child(first, second, state).get("momentum") for _ in range(100)]
    assert None in momenta
    assert momenta.count(0.5) > 10
