"""Thin calls into LAPACK, without the checks and copies that cost more than the work itself at n = 100."""

from __future__ import annotations

import numpy as np
from scipy.linalg import lapack

from syne_tune.optimizer.models.predictor import FloatArray

_FIRST_JITTER = 1e-10
_LARGEST_JITTER = 1.0


class NotPositiveDefinite(ArithmeticError):
    """A matrix has no Cholesky factor, even with jitter: it contains ``nan`` or is far from positive definite."""


def cholesky(matrix: FloatArray) -> FloatArray:
    """Lower Cholesky factor of a symmetric matrix; jitter is added to the diagonal only if needed.

    Args:
        matrix: ``(n, n)``.

    Returns:
        L ``(n, n)`` in Fortran order, zeros above the diagonal.

    Raises:
        NotPositiveDefinite: If jitter as large as the mean of the diagonal does not help.
    """
    factor, info = lapack.dpotrf(matrix.T, lower=1, clean=1)
    if info == 0:
        return _as_array(factor)
    scale = float(np.mean(np.diagonal(matrix)))
    jitter = _FIRST_JITTER
    while jitter <= _LARGEST_JITTER:
        factor, info = lapack.dpotrf((matrix + jitter * scale * np.eye(len(matrix))).T, lower=1, clean=1)
        if info == 0:
            return _as_array(factor)
        jitter *= 10
    raise NotPositiveDefinite(f"no Cholesky factor of a {matrix.shape} matrix with mean diagonal {scale:g}")


def solve_lower(factor: FloatArray, right: FloatArray) -> FloatArray:
    """``L^-1 B`` for lower triangular L ``(n, n)`` and B ``(n,)`` or ``(n, k)``."""
    return _as_array(lapack.dtrtrs(factor, right, lower=1)[0])


def solve_lower_transposed(factor: FloatArray, right: FloatArray) -> FloatArray:
    """``L^-T B`` for lower triangular L ``(n, n)`` and B ``(n,)`` or ``(n, k)``."""
    return _as_array(lapack.dtrtrs(factor, right, lower=1, trans=1)[0])


def inverse_from_cholesky(factor: FloatArray) -> FloatArray:
    """``(L L^T)^-1``, both triangles filled, for the lower Cholesky factor L ``(n, n)``."""
    lower = _as_array(lapack.dpotri(factor, lower=1)[0])
    full = lower + lower.T
    full.flat[:: len(full) + 1] *= 0.5
    return full


def append_to_cholesky(factor: FloatArray, cross: FloatArray, corner: FloatArray) -> FloatArray | None:
    """Cholesky factor of a matrix that grows by q rows and columns.

    With ``A = L L^T`` the factor of ``[[A, B], [B^T, C]]`` is ``[[L, 0], [V^T, S]]``, where ``L V = B`` and
    ``S S^T = C - V^T V`` (Golub & Van Loan, Matrix Computations, 4.2.5).

    Args:
        factor: L ``(n, n)``.
        cross: B ``(n, q)``.
        corner: C ``(q, q)``.

    Returns:
        ``(n + q, n + q)``, or ``None`` if the grown matrix is not numerically positive definite.
    """
    n, q = cross.shape
    v = solve_lower(factor, cross)
    schur, info = lapack.dpotrf(corner - v.T @ v, lower=1, clean=1)
    if info != 0:
        return None
    grown = np.zeros((n + q, n + q), order="F")
    grown[:n, :n], grown[n:, :n], grown[n:, n:] = factor, v.T, schur
    return grown


def _as_array(result: object) -> FloatArray:
    return np.asarray(result, dtype=np.float64)
