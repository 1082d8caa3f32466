from __future__ import annotations

import numpy as np
import pytest

from syne_tune.optimizer.models.density.density_ratio import DensityRatioOptions, fit_density_ratio
from syne_tune.optimizer.models.inputs import InputLayout, Scalar

LAYOUT = InputLayout.of([Scalar()])
PLAIN = DensityRatioOptions(uniform_weight=1.0, weigh_good=False)


def data(n=40, seed=0):
    x = np.random.RandomState(seed).random_sample((n, 1))
    return x, (x[:, 0] - 0.3) ** 2


def test_good_ones_are_the_best():
    x, y = data()
    ratio = fit_density_ratio(LAYOUT, x, y, DensityRatioOptions(good_fraction=0.25))
    assert sorted(ratio.good.centres.ravel()) == sorted(x[np.argsort(y)[:10], 0])
    assert len(ratio.bad.centres) == 30
    assert ratio.threshold == np.sort(y)[9]


@pytest.mark.parametrize(("n", "num_good"), [(1, 1), (2, 2), (5, 2), (40, 6)])
def test_number_of_good_ones(n, num_good):
    x, y = data(n)
    ratio = fit_density_ratio(LAYOUT, x, y, DensityRatioOptions())
    assert (len(ratio.good.centres), len(ratio.bad.centres)) == (num_good, n - num_good)
    assert np.all(np.isfinite(ratio.log_ratio(x)))


def test_weights_and_bandwidths():
    x, y = data(20)
    ratio = fit_density_ratio(LAYOUT, x, y, PLAIN)
    np.testing.assert_allclose(ratio.good.weights, 1 / 4)
    assert ratio.good.uniform_weight == 1 / 4
    np.testing.assert_allclose(ratio.bad.bandwidths, 0.2 * 17 ** (-1 / 5))
    wide = fit_density_ratio(LAYOUT, x, y, DensityRatioOptions(min_bandwidth=0.5))
    np.testing.assert_allclose(wide.bad.bandwidths, 0.5)


def test_better_ones_weigh_more():
    """By how much they are better than the best bad one, on average 1."""
    x = np.array([[0.1], [0.2], [0.8], [0.9]])
    ratio = fit_density_ratio(LAYOUT, x, np.array([1.0, 3.0, 4.0, 9.0]), DensityRatioOptions(uniform_weight=2.0))
    np.testing.assert_allclose(ratio.good.weights, [1.5 / 4, 0.5 / 4])
    equal = fit_density_ratio(LAYOUT, x, np.ones(4), DensityRatioOptions(uniform_weight=2.0))
    np.testing.assert_allclose(equal.good.weights, 1 / 4)


@pytest.mark.parametrize("weigh_good", [True, False])
def test_units_play_no_role(weigh_good):
    x, y = data()
    options = DensityRatioOptions(weigh_good=weigh_good)
    expected = fit_density_ratio(LAYOUT, x, y, options).log_ratio(x)
    np.testing.assert_allclose(fit_density_ratio(LAYOUT, x, 1e4 * y - 7, options).log_ratio(x), expected, atol=1e-8)


def test_ratio_is_highest_near_the_optimum():
    x, y = data(100)
    grid = np.linspace(0, 1, 101)[:, None]
    best = grid[np.argmax(fit_density_ratio(LAYOUT, x, y, DensityRatioOptions()).log_ratio(grid)), 0]
    assert best == pytest.approx(0.3, abs=0.05)


def test_ratio_approximates_the_true_one():
    """Good ones are uniform on a fifth of the interval, the others on the rest."""
    x, y = data(2000)
    ratio = fit_density_ratio(LAYOUT, x, y, DensityRatioOptions(0.2, bandwidth=0.2, weigh_good=False))
    np.testing.assert_allclose(np.exp(ratio.good.log_density(np.array([[0.25], [0.3], [0.35]]))), 5, rtol=0.3)
    np.testing.assert_allclose(np.exp(ratio.bad.log_density(np.array([[0.6], [0.8]]))), 1.25, rtol=0.3)


def test_pending_count_as_bad():
    x, y = data()
    here = np.array([[0.3]])
    without = fit_density_ratio(LAYOUT, x, y, PLAIN).log_ratio(here)
    with_pending = fit_density_ratio(LAYOUT, x, y, PLAIN, np.repeat(here, 3, axis=0)).log_ratio(here)
    assert with_pending < without - 0.5
