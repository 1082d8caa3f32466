from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.gaussian_process.kernels import Matern

from syne_tune.optimizer.models.gp.kernels import (
    Matern52,
    length_scale_prior,
    matern52,
    matern52_with_slope,
    squared_distances,
)
from syne_tune.optimizer.models.gp.linalg import Workspace
from syne_tune.optimizer.models.gp.parameters import ParameterVector
from syne_tune.optimizer.models.gp.warping import KumaraswamyWarping
from syne_tune.optimizer.models.inputs import InputLayout, OneHot, Scalar


def gram(kernel: Matern52, theta: np.ndarray, x: np.ndarray) -> np.ndarray:
    return kernel.gram_with_pullback(ParameterVector(kernel.parameters).decode(theta), x, Workspace())[0]


def random_theta(kernel: Matern52, seed: int) -> np.ndarray:
    vector = ParameterVector(kernel.parameters)
    return vector.perturb(vector.initial, np.random.RandomState(seed))


def test_squared_distances() -> None:
    random_state = np.random.RandomState(0)
    left, right = random_state.random_sample((4, 3)), random_state.random_sample((5, 3))
    expected = ((left[:, None] - right[None]) ** 2).sum(axis=2)
    assert squared_distances(left, right) == pytest.approx(expected)
    assert np.all(squared_distances(left, left) >= 0)


def test_agrees_with_scikit_learn() -> None:
    x = np.random.RandomState(0).random_sample((7, 3))
    kernel = Matern52(InputLayout.of([Scalar()] * 3))
    scales = np.array([0.3, 1.2, 4.0])
    theta = np.log([*scales, 2.5])
    assert gram(kernel, theta, x) == pytest.approx(2.5 * Matern(length_scale=scales, nu=2.5)(x))


def test_slope_is_the_derivative_of_the_correlation_also_over_several_blocks() -> None:
    squared = np.linspace(0.0, 9.0, 20_000).reshape(100, 200)
    step = 1e-6
    numeric = (matern52(squared + step) - matern52(squared + 2 * step)) / -step
    value, slope = matern52_with_slope(squared + 1.5 * step)
    assert slope == pytest.approx(numeric, abs=1e-5)
    assert value == pytest.approx(matern52(squared + 1.5 * step))
    assert matern52_with_slope(np.zeros((1, 1)))[1][0, 0] == pytest.approx(-5 / 6)


def test_shared_length_scale_without_ard() -> None:
    layout = InputLayout.of([Scalar(), OneHot(3), Scalar(conditional=True)])
    kernel = Matern52(layout, ard=False)
    assert [parameter.size for parameter in kernel.parameters] == [1, 1]
    with_ard = Matern52(layout)
    x = np.array([[0.1, 1, 0, 0, 0.7], [0.6, 0, 1, 0, np.nan]])
    shared = gram(kernel, np.log([0.8, 1.3]), x)
    assert shared == pytest.approx(gram(with_ard, np.log([0.8, 0.8, 0.8, 1.3]), x))


def test_all_columns_of_a_category_share_a_length_scale() -> None:
    kernel = Matern52(InputLayout.of([OneHot(4), Scalar()]))
    assert kernel.parameters[0].size == 2
    x = np.hstack([np.eye(4), np.full((4, 1), 0.5)])
    matrix = gram(kernel, np.log([0.7, 1.0, 1.0]), x)
    assert len(np.unique(np.round(matrix[np.triu_indices(4, 1)], 12))) == 1


def test_length_scales_grow_with_the_dimension() -> None:
    """Mode of LogNormal(sqrt(2) + log(d)/2, sqrt(3)): proportional to sqrt(d)."""
    assert length_scale_prior(36, 36).initial == pytest.approx(6 * length_scale_prior(1, 1).initial)
    assert length_scale_prior(1, 1).initial == pytest.approx(np.exp(np.sqrt(2) - 3))


@given(seed=st.integers(0, 10_000), warping=st.booleans())
def test_masked_kernel_is_positive_definite(seed: int, warping: bool) -> None:
    random_state = np.random.RandomState(seed)
    layout = InputLayout.of([Scalar(), Scalar(conditional=True), OneHot(3, conditional=True)])
    x = random_state.random_sample((12, 5))
    x[:, 2:] = np.eye(3)[random_state.randint(3, size=12)]
    x[random_state.random_sample(12) < 0.5, 1] = np.nan
    x[random_state.random_sample(12) < 0.5, 2:] = np.nan
    kernel = Matern52(layout, warping=KumaraswamyWarping.for_layout(layout) if warping else None)
    matrix = gram(kernel, random_theta(kernel, seed), x)
    assert matrix == pytest.approx(matrix.T)
    assert np.linalg.eigvalsh(matrix).min() > -1e-10


@pytest.mark.parametrize("warped", [False, True])
@pytest.mark.parametrize("ard", [False, True])
def test_gradients_match_finite_differences(mixed: Any, warped: bool, ard: bool) -> None:
    warping = KumaraswamyWarping.for_layout(mixed.layout) if warped else None
    kernel = Matern52(mixed.layout, ard=ard, warping=warping)
    vector = ParameterVector(kernel.parameters)
    theta, x = random_theta(kernel, 0), mixed.sample(6, seed=1)
    root = np.random.RandomState(2).standard_normal((6, 6))
    arriving = root + root.T
    step = 1e-6

    _, pullback = kernel.gram_with_pullback(vector.decode(theta), x, Workspace())
    numeric = [
        np.sum(arriving * (gram(kernel, theta + e, x) - gram(kernel, theta - e, x))) / (2 * step)
        for e in step * np.eye(vector.size)
    ]
    assert vector.flatten(pullback(arriving)) == pytest.approx(numeric, abs=1e-5)


@pytest.mark.parametrize("warped", [False, True])
def test_input_gradients_match_finite_differences(mixed: Any, warped: bool) -> None:
    kernel = Matern52(mixed.layout, warping=KumaraswamyWarping.for_layout(mixed.layout) if warped else None)
    values = ParameterVector(kernel.parameters).decode(random_theta(kernel, 3))
    x, right = mixed.sample(5, seed=4), kernel.features(values, mixed.sample(7, seed=5))
    arriving = np.random.RandomState(6).standard_normal((5, 7))

    left = kernel.features(values, x)
    cross, pullback = kernel.cross_with_pullback(values, x, left, right)
    assert cross == pytest.approx(kernel.cross(values, left, right))
    gradient = pullback(arriving)
    assert np.all(gradient[np.isnan(x)] == 0)
    for i, j in zip(*np.nonzero(~np.isnan(x)), strict=True):
        shift = np.zeros_like(x)
        shift[i, j] = 1e-6
        difference = kernel.cross(values, kernel.features(values, x + shift), right)
        difference -= kernel.cross(values, kernel.features(values, x - shift), right)
        assert gradient[i, j] == pytest.approx(np.sum(arriving * difference) / 2e-6, abs=1e-5)


def test_prior_variance_is_the_diagonal(mixed: Any) -> None:
    kernel = Matern52(mixed.layout)
    values = ParameterVector(kernel.parameters).decode(random_theta(kernel, 1))
    features = kernel.features(values, mixed.sample(4, seed=0))
    assert kernel.diagonal(values, features) == pytest.approx(np.diagonal(kernel.cross(values, features, features)))
