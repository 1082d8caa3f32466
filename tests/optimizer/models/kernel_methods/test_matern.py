from __future__ import annotations

import numpy as np
import pytest

from syne_tune.optimizer.models.inputs import InputLayout, OneHot, Scalar
from syne_tune.optimizer.models.kernel_methods.matern import IsotropicMatern, solve_positive


def test_agrees_with_scikit_learn():
    kernels = pytest.importorskip("sklearn.gaussian_process.kernels")
    random_state = np.random.RandomState(0)
    x, others = random_state.random_sample((5, 3)), random_state.random_sample((7, 3))
    kernel = IsotropicMatern(InputLayout.of([Scalar()] * 3), 0.4)
    expected = kernels.Matern(length_scale=0.4 * np.sqrt(3), nu=2.5)(x, others)
    np.testing.assert_allclose(kernel.matrix(x, others), expected)


def test_different_categories_have_distance_one():
    kernel = IsotropicMatern(InputLayout.of([OneHot(3)]), 0.4)
    number = IsotropicMatern(InputLayout.of([Scalar()]), 0.4)
    expected = number.matrix(np.zeros((1, 1)), np.ones((1, 1)))[0, 0]
    np.testing.assert_allclose(kernel.matrix(np.eye(3), np.eye(3)), np.where(np.eye(3), 1, expected), atol=1e-7)


def test_inactive_counts_as_the_middle():
    kernel = IsotropicMatern(InputLayout.of([Scalar(conditional=True)]), 0.4)
    np.testing.assert_allclose(kernel.matrix(np.array([[np.nan]]), np.array([[0.5], [np.nan]])), 1)


def test_solve_positive():
    a = np.random.RandomState(0).random_sample((4, 4))
    matrix, right = a @ a.T + np.eye(4), np.arange(4.0)
    solved, half_log_determinant = solve_positive(matrix, right)
    np.testing.assert_allclose(matrix @ solved, right, atol=1e-9)
    assert half_log_determinant == pytest.approx(np.log(np.linalg.det(matrix)) / 2)
