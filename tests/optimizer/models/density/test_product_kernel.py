from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import gaussian_kde, truncnorm

from syne_tune.optimizer.models.density.product_kernel import ProductKernelDensity
from syne_tune.optimizer.models.inputs import InputLayout, OneHot, Scalar

LEVELS = (0.125, 0.375, 0.625, 0.875)


def density(layout, centres, bandwidth, weights=None, uniform_weight=0.0):
    centres = np.asarray(centres, dtype=float)
    if weights is None:
        weights = np.full(len(centres), (1 - uniform_weight) / len(centres))
    return ProductKernelDensity(
        layout, centres, np.asarray(weights), uniform_weight, np.full(len(layout.blocks), bandwidth)
    )


def test_agrees_with_scipy_away_from_the_bounds():
    """With narrow kernels in the middle, nothing is cut off."""
    layout = InputLayout.of([Scalar(), Scalar()])
    random_state = np.random.RandomState(0)
    centres = random_state.uniform(0.45, 0.55, size=(20, 2))
    centres = (centres - centres.mean(axis=0)) @ np.linalg.inv(np.linalg.cholesky(np.cov(centres.T))).T * 0.03 + 0.5
    reference = gaussian_kde(centres.T)
    bandwidth = 0.03 * reference.factor
    x = random_state.uniform(0.4, 0.6, size=(50, 2))
    found = density(layout, centres, bandwidth).log_density(x)
    np.testing.assert_allclose(np.exp(found), reference(x.T), rtol=1e-6)


def test_agrees_with_brute_force_at_the_bounds():
    layout = InputLayout.of([Scalar(), Scalar()])
    centres = np.array([[0.01, 0.9], [0.5, 1.0]])
    weights, bandwidth = np.array([0.3, 0.5]), 0.2
    x = np.array([[0.0, 1.0], [0.4, 0.7], [1.0, 0.0]])
    expected = np.full(3, 0.2)
    for weight, centre in zip(weights, centres, strict=True):
        a, b = -centre / bandwidth, (1 - centre) / bandwidth
        expected += weight * np.prod(truncnorm.pdf(x, a, b, loc=centre, scale=bandwidth), axis=1)
    found = density(layout, centres, bandwidth, weights, 0.2).log_density(x)
    np.testing.assert_allclose(np.exp(found), expected)


@settings(max_examples=30, deadline=None)
@given(st.floats(0, 1), st.floats(1e-3, 2), st.floats(0, 1))
def test_density_of_a_number_integrates_to_one(centre, bandwidth, uniform_weight):
    one = density(InputLayout.of([Scalar()]), [[centre]], bandwidth, uniform_weight=uniform_weight)
    total, _ = quad(lambda x: np.exp(one.log_density(np.array([[x]])))[0], 0, 1, points=[centre], limit=200)
    assert total == pytest.approx(1, abs=1e-5)


@settings(max_examples=30, deadline=None)
@given(st.sampled_from(LEVELS), st.floats(1e-3, 2), st.integers(1, 5))
def test_probabilities_of_levels_and_categories_add_up_to_one(centre, bandwidth, num_values):
    layout = InputLayout.of([Scalar(LEVELS), OneHot(num_values)])
    one = density(layout, [[centre, *np.eye(num_values)[0]]], bandwidth, uniform_weight=0.1)
    everything = [[level, *row] for level, row in itertools.product(LEVELS, np.eye(num_values))]
    assert np.mean(np.exp(one.log_density(np.array(everything)))) == pytest.approx(1)


def test_category_is_never_less_likely_than_others():
    """Aitchison and Aitken's bandwidth ends where all categories are alike."""
    one = density(InputLayout.of([OneHot(4)]), [[1, 0, 0, 0]], 5.0)
    np.testing.assert_allclose(one.log_density(np.eye(4)), 0, atol=1e-12)


def test_inactive_hyperparameters_are_left_out():
    layout = InputLayout.of([Scalar(), Scalar(conditional=True), OneHot(2, conditional=True)])
    nan = np.nan
    masked = density(layout, [[0.3, nan, nan, nan]], 0.1)
    known = density(layout, [[0.3, 0.7, 1, 0]], 0.1)
    first = density(InputLayout.of([Scalar()]), [[0.3]], 0.1).log_density(np.array([[0.35]]))
    np.testing.assert_allclose(masked.log_density(np.array([[0.35, 0.9, 0, 1]])), first)
    np.testing.assert_allclose(known.log_density(np.array([[0.35, nan, nan, nan]])), first)


@pytest.mark.parametrize("uniform_weight", [0.0, 0.3, 1.0])
def test_draws_follow_the_density(uniform_weight):
    layout = InputLayout.of([Scalar(), OneHot(3)])
    one = density(layout, [[0.1, 1, 0, 0], [0.8, 0, 0, 1]], 0.15, uniform_weight=uniform_weight)
    x = one.sample(4000, np.random.RandomState(0))
    assert np.all((x >= 0) & (x <= 1))
    edges = np.linspace(0, 1, 6)
    observed, _ = np.histogram(x[:, 0], edges)
    grid = (np.arange(5000) + 0.5) / 5000
    marginal = density(InputLayout.of([Scalar()]), [[0.1], [0.8]], 0.15, uniform_weight=uniform_weight)
    expected = np.exp(marginal.log_density(grid[:, None])).reshape(5, 1000).mean(axis=1) / 5
    np.testing.assert_allclose(observed / 4000, expected, atol=0.03)
    category = np.bincount(np.argmax(x[:, 1:], axis=1), minlength=3) / 4000
    single = density(InputLayout.of([OneHot(3)]), [[1, 0, 0], [0, 0, 1]], 0.15, uniform_weight=uniform_weight)
    np.testing.assert_allclose(category, np.exp(single.log_density(np.eye(3))) / 3, atol=0.03)


def test_draws_around_inactive_centres_are_uniform():
    one = density(InputLayout.of([Scalar(), Scalar(conditional=True)]), [[0.5, np.nan]], 0.01)
    x = one.sample(2000, np.random.RandomState(0))
    assert np.std(x[:, 0]) < 0.02
    assert np.std(x[:, 1]) == pytest.approx(12**-0.5, rel=0.1)


def test_no_centres():
    one = ProductKernelDensity(InputLayout.of([Scalar()]), np.empty((0, 1)), np.empty(0), 1.0, np.array([0.1]))
    np.testing.assert_allclose(one.log_density(np.array([[0.2], [0.9]])), 0)
    assert one.sample(3, np.random.RandomState(0)).shape == (3, 1)
