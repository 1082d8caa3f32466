from __future__ import annotations

import numpy as np
import pytest

from syne_tune.optimizer.models.gp.linalg import (
    NotPositiveDefinite,
    Workspace,
    append_to_cholesky,
    cholesky,
    inverse_from_cholesky,
    solve_lower,
    solve_lower_transposed,
)


def positive_definite(n: int) -> np.ndarray:
    root = np.random.RandomState(n).standard_normal((n, n + 2))
    return root @ root.T


def test_cholesky_of_shifted_matrix() -> None:
    matrix = positive_definite(6)
    expected = np.linalg.cholesky(matrix + 0.3 * np.eye(6))
    assert cholesky(matrix, 0.3) == pytest.approx(expected)
    assert np.array_equal(matrix, positive_definite(6))


def test_cholesky_into_given_memory() -> None:
    out = np.empty((6, 6))
    factor = cholesky(positive_definite(6), out=out)
    assert np.shares_memory(factor, out)
    assert factor == pytest.approx(np.linalg.cholesky(positive_definite(6)))


def test_jitter_helps_where_rounding_hurts() -> None:
    singular = np.ones((5, 5))
    factor = cholesky(singular)
    assert factor @ factor.T == pytest.approx(singular, abs=1e-6)


@pytest.mark.parametrize("matrix", [np.full((3, 3), np.nan), np.array([[1.0, 5.0], [5.0, 1.0]])])
def test_hopeless_matrix_is_refused(matrix: np.ndarray) -> None:
    with pytest.raises(NotPositiveDefinite):
        cholesky(matrix)


@pytest.mark.parametrize("shape", [(6,), (6, 3), (6, 0)])
def test_triangular_solves(shape: tuple[int, ...]) -> None:
    factor, right = cholesky(positive_definite(6)), np.random.RandomState(0).standard_normal(shape)
    assert factor @ solve_lower(factor, right) == pytest.approx(right)
    assert factor.T @ solve_lower_transposed(factor, right) == pytest.approx(right)


def test_inverse() -> None:
    matrix = positive_definite(6)
    expected = np.linalg.inv(matrix)
    assert inverse_from_cholesky(cholesky(matrix)) == pytest.approx(expected)
    out = np.empty((6, 6))
    assert inverse_from_cholesky(cholesky(matrix), out=out) is out
    assert out == pytest.approx(expected)


@pytest.mark.parametrize("q", [1, 3])
def test_append_equals_factorising_again(q: int) -> None:
    matrix = positive_definite(8)
    n = 8 - q
    grown = append_to_cholesky(cholesky(matrix[:n, :n]), matrix[:n, n:], matrix[n:, n:])
    assert grown == pytest.approx(np.linalg.cholesky(matrix))


def test_append_gives_up_on_singular_matrices() -> None:
    matrix = positive_definite(4)
    indefinite = matrix[3:, 3:] - 100 * np.eye(1)
    assert append_to_cholesky(cholesky(matrix[:3, :3]), matrix[:3, 3:], indefinite) is None


def test_workspace_hands_out_the_same_memory() -> None:
    workspace = Workspace()
    first = workspace.array("a", (3, 4))
    assert workspace.array("a", (3, 4)) is first
    assert workspace.array("b", (3, 4)) is not first
    assert workspace.array("a", (5, 5)).shape == (5, 5)
