from __future__ import annotations

import itertools
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syne_tune.errors import OptionError
from syne_tune.optimizer.checkpoints import BetaBinomialEstimator, probability_of_resuming


def played_out(rank: int, size: int, quantile: float, p_better: float, num_arrivals: int, times: int) -> float:
    """The share of simulated futures in which the trial gets among the best."""
    draws, resumed = random.Random(1), 0
    for _ in range(times):
        better = rank - 1
        for arrived in range(1, num_arrivals + 1):
            better += draws.random() < p_better
            if better <= quantile * (size + arrived - 1) + 1e-9:
                resumed += 1
                break
    return resumed / times


@pytest.mark.parametrize(
    ("rank", "size", "p_better", "num_arrivals"), [(4, 9, 0.3, 9), (3, 5, 0.5, 20), (8, 9, 0.1, 25)]
)
def test_agrees_with_futures_played_out(rank: int, size: int, p_better: float, num_arrivals: int) -> None:
    expected = played_out(rank, size, 1 / 3, p_better, num_arrivals, times=4000)
    found = probability_of_resuming(rank, size, 1 / 3, p_better, num_arrivals, approx_steps=num_arrivals)
    assert found == pytest.approx(expected, abs=0.03)


def test_leaps_are_a_good_approximation() -> None:
    exact = probability_of_resuming(5, 12, 1 / 3, 0.28, 100, approx_steps=100)
    assert probability_of_resuming(5, 12, 1 / 3, 0.28, 100) == pytest.approx(exact, abs=0.1)


@given(
    size=st.integers(1, 60),
    quantile=st.floats(0.1, 0.7),
    p_better=st.floats(0.01, 0.99),
    num_arrivals=st.integers(0, 3000),
)
def test_better_ranks_are_more_probable(size: int, quantile: float, p_better: float, num_arrivals: int) -> None:
    ranks = sorted({1, 1 + size // 3, size})
    found = [probability_of_resuming(rank, size, quantile, p_better, num_arrivals) for rank in ranks]
    assert all(0 <= value <= 1 for value in found)
    assert all(first >= second - 1e-9 for first, second in itertools.pairwise(found))


def test_certain_cases() -> None:
    assert probability_of_resuming(1, 4, 1 / 3, 0.5, 0) == 1.0
    assert probability_of_resuming(4, 4, 1 / 3, 0.5, 0) == 0.0
    assert probability_of_resuming(1, 1, 1 / 3, 0.5, 0) == 0.0  # nothing to compare with


def test_estimator_moves_from_its_prior_to_the_data() -> None:
    estimator = BetaBinomialEstimator(beta_mean=0.33, beta_size=2)
    assert estimator.posterior_mean() == pytest.approx(0.33)
    estimator.update(True)
    estimator.update(2, 7)
    assert (estimator.num_one, estimator.num_total) == (3, 8)
    assert estimator.posterior_mean() == pytest.approx((0.66 + 3) / 10)


@pytest.mark.parametrize(("mean", "size"), [(0.0, 1), (1.0, 1), (0.5, 0)])
def test_estimator_refuses_what_is_no_prior(mean: float, size: float) -> None:
    with pytest.raises(OptionError):
        BetaBinomialEstimator(mean, size)
