"""Improvements that count, and those that do not."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from syne_tune.config_space import uniform
from syne_tune.errors import OptionError
from syne_tune.optimizer.models.gp.target_transforms import TRANSFORMS
from syne_tune.optimizer.schedulers.searchers.ambition import lowered, relevant_gain
from syne_tune.optimizer.schedulers.searchers.bayesian import BayesianOptimizationSearcher

VALUES = np.array([0.1, 0.1001, 0.1002, 0.5, 1.0, 3.0, 40.0])


def test_gain_is_a_share_of_the_distance_to_the_upper_quartile():
    assert relevant_gain(np.array([1.0, 2.0, 3.0, 4.0, 1000.0]), 0.1) == pytest.approx(0.3)
    assert relevant_gain(np.array([2.0, 2.0]), 0.1) == 0.0
    assert relevant_gain(VALUES, 0.0) == 0.0


@given(st.floats(0.01, 100), st.floats(-1e3, 1e3), st.sampled_from(["standardize", "yeo_johnson", "rank_gaussian"]))
def test_units_do_not_matter(scale, shift, name):
    def threshold(y):
        transform = TRANSFORMS[name](y)
        return lowered(float(transform.forward(y.min())), relevant_gain(y, 0.03), transform)

    y = np.linspace(0.0, 1.0, 9) ** 2
    assert threshold(scale * y + shift) == pytest.approx(threshold(y), abs=0.02)


@pytest.mark.parametrize("name", TRANSFORMS)
def test_threshold_is_below_the_incumbent_but_not_out_of_sight(name):
    """Box-Cox is not defined at all for values below zero."""
    transform = TRANSFORMS[name](VALUES)
    incumbent = float(transform.forward(VALUES.min()))
    assert lowered(incumbent, 0.0, transform) == pytest.approx(incumbent)
    assert incumbent - 3 <= lowered(incumbent, 0.5, transform) < incumbent - 1e-3


def test_each_fantasy_has_its_threshold():
    transform = TRANSFORMS["standardize"](VALUES)
    both = lowered(np.array([-1.0, -2.0]), 0.1, transform)
    np.testing.assert_allclose(both, [lowered(-1.0, 0.1, transform), lowered(-2.0, 0.1, transform)])


def staircase(x: float, y: float) -> float:
    """Hardly better, step by step, towards one corner; clearly better in the other one."""
    return 1e-4 * (x + y) - np.exp(-20 * ((x - 0.9) ** 2 + (y - 0.9) ** 2)) + 0.5 * (x > 0.5) * (y < 0.5)


def best_of(ambition: float, seed: int) -> float:
    space = {"x": uniform(0, 1), "y": uniform(0, 1)}
    searcher = BayesianOptimizationSearcher(space, "loss", [{"x": 0.2, "y": 0.2}], random_seed=seed, ambition=ambition)
    values = []
    for number in range(16):
        config = searcher.get_config(trial_id=str(number))
        searcher.register_pending(str(number), config)
        values.append(staircase(**config))
        searcher.on_trial_result(str(number), config, {"loss": values[-1]}, update=True)
    return min(values)


def test_ambition_finds_what_small_steps_do_not_and_still_refines():
    with_it = [best_of(0.03, seed) for seed in range(12)]
    without = [best_of(0.0, seed) for seed in range(12)]
    assert np.mean(with_it) <= np.mean(without) + 0.01
    assert np.median(with_it) < -0.95


def test_ambition_takes_turns():
    searcher = BayesianOptimizationSearcher({"x": uniform(0, 1)}, "loss", ambition=0.2)
    assert [searcher._options.ambition_after(count) for count in range(4)] == [0.0, 0.2, 0.0, 0.2]


@pytest.mark.parametrize("wrong", [-0.1, 1.5, "much", None, float("nan")])
def test_wrong_ambition_is_refused(wrong):
    with pytest.raises(OptionError, match="ambition"):
        BayesianOptimizationSearcher({"x": uniform(0, 1)}, "loss", ambition=wrong)
