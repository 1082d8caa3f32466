from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from syne_tune.optimizer.models.subsample import select_observations


def test_keeps_everything_that_fits() -> None:
    assert select_observations(np.array([3.0, 1.0]), size=2).tolist() == [0, 1]


def test_w7_top_share_is_the_smallest_targets() -> None:
    """W7: the down-sampler of the past kept the worst quarter as "top" if the metric was to be maximised.

    Targets are minimised by contract, so that there is no mode which could be applied twice.
    """
    metric = np.random.RandomState(0).random_sample(400)  # to be maximised
    chosen = select_observations(-metric, size=100, top_fraction=0.25)
    assert set(np.argsort(-metric)[:25]) <= set(chosen)


@given(n=st.integers(1, 200), size=st.integers(1, 50), share=st.floats(0, 1), seed=st.integers(0, 99))
def test_chooses_distinct_observations_in_order(n: int, size: int, share: float, seed: int) -> None:
    chosen = select_observations(np.random.RandomState(seed).random_sample(n), size, share)
    assert len(chosen) == min(n, size)
    assert np.all(np.diff(chosen) > 0)


def test_rest_is_sampled_uniformly() -> None:
    targets = np.arange(1000.0)
    rest = select_observations(targets, size=400, top_fraction=0.25)[100:]
    assert rest.mean() == pytest.approx(550, abs=40)


def test_choice_changes_little_from_one_observation_to_the_next() -> None:
    targets = np.random.RandomState(1).random_sample(301)
    before, after = select_observations(targets[:300], 100), select_observations(targets, 100)
    assert len(set(before) & set(after)) >= 98


def test_does_not_touch_global_randomness() -> None:
    np.random.seed(3)
    expected = np.random.RandomState(3).random_sample()
    select_observations(np.arange(50.0), 10)
    assert np.random.random_sample() == expected
