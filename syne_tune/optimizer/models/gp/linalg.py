"""Thin calls into LAPACK, without checks, copies and fresh memory that cost more than the work itself at n = 200."""

from __future__ import annotations

import numpy as np
from scipy.linalg import lapack

from syne_tune.optimizer.models.predictor import FloatArray

_JITTERS = (0.0, *(10.0**exponent for exponent in range(-10, 1)))
"""Relative to the mean of the diagonal."""


class NotPositiveDefinite(ArithmeticError):
    """A matrix has no Cholesky factor, even with jitter: it contains ``nan`` or is far from positive definite."""


class Workspace:
    """Arrays that are used again and again by the evaluations of one fit.

    Fresh memory has to be mapped page by page: at n = 200 that takes longer than the arithmetic.
    """

    def __init__(self) -> None:
        self._arrays: dict[str, FloatArray] = {}

    def array(self, name: str, shape: tuple[int, int]) -> FloatArray:
        """An array in C order with undefined content; the same one as last time for the same name and shape."""
        array = self._arrays.get(name)
        if array is None or array.shape != shape:
            array = self._arrays[name] = np.empty(shape)
        return array


def cholesky(matrix: FloatArray, shift: float | FloatArray = 0.0, out: FloatArray | None = None) -> FloatArray:
    """Lower Cholesky factor of a symmetric matrix plus ``shift`` on its diagonal, plus jitter only if needed.

    Args:
        matrix: ``(n, n)``; unchanged.
        shift: Added to the diagonal, one number or ``(n,)``: for instance noise variances.
        out: ``(n, n)`` in C order, overwritten; its memory holds the result. Default: fresh memory.

    Returns:
        L ``(n, n)`` in Fortran order, zeros above the diagonal.

    Raises:
        NotPositiveDefinite: If jitter as large as the mean of the diagonal does not help.
    """
    work = np.empty_like(matrix, order="C") if out is None else out
    diagonal, scale = work.reshape(-1)[:: len(work) + 1], 0.0
    for jitter in _JITTERS:
        np.copyto(work, matrix)
        scale = float(np.mean(diagonal)) if jitter else 0.0
        diagonal += shift + jitter * scale
        factor, info = lapack.dpotrf(work.T, lower=1, clean=1, overwrite_a=1)
        if info == 0 and np.isfinite(factor[-1, -1]):  # nan anywhere reaches the last entry
            return _as_array(factor)
    raise NotPositiveDefinite(f"no Cholesky factor of a {matrix.shape} matrix with mean diagonal {scale:g}")


def solve_lower(factor: FloatArray, right: FloatArray) -> FloatArray:
    """``L^-1 B`` for lower triangular L ``(n, n)`` and B ``(n,)`` or ``(n, k)``."""
    return _as_array(lapack.dtrtrs(factor, right, lower=1)[0])


def solve_lower_transposed(factor: FloatArray, right: FloatArray) -> FloatArray:
    """``L^-T B`` for lower triangular L ``(n, n)`` and B ``(n,)`` or ``(n, k)``."""
    return _as_array(lapack.dtrtrs(factor, right, lower=1, trans=1)[0])


def inverse_from_cholesky(factor: FloatArray, out: FloatArray | None = None) -> FloatArray:
    """``(L L^T)^-1`` with both triangles filled.

    Args:
        factor: Lower Cholesky factor L ``(n, n)`` in Fortran order, zeros above the diagonal; overwritten if ``out``
            is given.
        out: ``(n, n)``, holds the result. Default: fresh memory.
    """
    lower = _as_array(lapack.dpotri(factor, lower=1, overwrite_c=int(out is not None))[0])
    full = np.add(lower, lower.T, out=out)
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
