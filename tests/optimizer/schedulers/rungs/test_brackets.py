from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from syne_tune.optimizer.schedulers.rungs.brackets import (
    DefaultHyperbandBracketDistribution,
    draw_bracket,
    hyperband_shares,
)


def test_shares_by_hand():
    """Levels 1, 3, 9 and maximum 27: K = 4, weights 4/4, 4/(3*3), 4/(2*9), 4/27."""
    weights = np.array([1, 4 / 9, 2 / 9, 4 / 27])
    assert hyperband_shares([1, 3, 9, 27], 4) == pytest.approx(weights / weights.sum())
    assert hyperband_shares([1, 3, 9, 27], 2) == pytest.approx([9 / 13, 4 / 13])
    assert hyperband_shares([5], 1) == pytest.approx([1.0])


def test_distribution_takes_what_it_needs_from_the_scheduler():
    distribution = DefaultHyperbandBracketDistribution()
    distribution.configure(SimpleNamespace(num_brackets=2, rung_levels=[1, 3, 9], max_resource_level=27))
    assert distribution() == pytest.approx([9 / 13, 4 / 13])


def test_brackets_are_drawn_by_their_probability():
    random_state = np.random.RandomState(0)
    drawn = [draw_bracket(np.array([0.7, 0.2, 0.1]), random_state) for _ in range(2000)]
    assert np.bincount(drawn) / 2000 == pytest.approx([0.7, 0.2, 0.1], abs=0.04)


def test_single_bracket_needs_no_randomness():
    random_state = np.random.RandomState(0)
    assert draw_bracket(np.ones(1), random_state) == 0
    assert random_state.randint(1000) == np.random.RandomState(0).randint(1000)
