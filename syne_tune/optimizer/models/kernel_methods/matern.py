"""The Matérn-5/2 kernel with one length scale for all hyperparameters: :class:`IsotropicMatern`."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import cho_factor, cho_solve

from syne_tune.optimizer.models.inputs import InputLayout
from syne_tune.optimizer.models.predictor import FloatArray


@dataclass(frozen=True)
class IsotropicMatern:
    """``k(r) = (1 + r + r^2 / 3) exp(-r)`` with ``r = sqrt(5) |u - v| / (l sqrt(b))``.

    The length scale ``l`` is in terms of the typical distance of two inputs, which grows as the root of the number b of
    hyperparameters. Different categories have distance 1, as have the ends of a number. Inactive hyperparameters count
    as if they were in the middle of their range.

    Args:
        layout: Meaning of the columns.
        length_scale: l, positive.
    """

    layout: InputLayout
    length_scale: float

    def matrix(self, x: FloatArray, others: FloatArray) -> FloatArray:
        """Kernel ``(m, n)`` between inputs ``(m, d)`` and ``(n, d)``, ``nan`` where inactive."""
        u, v = self._features(x), self._features(others)
        squares = np.sum(u**2, axis=1)[:, None] + np.sum(v**2, axis=1) - 2 * u @ v.T
        num_blocks = max(1, len(self.layout.blocks))
        r = np.sqrt(5 * np.maximum(squares, 0.0) / num_blocks) / self.length_scale
        return np.asarray((1 + r + r**2 / 3) * np.exp(-r))

    def _features(self, x: FloatArray) -> FloatArray:
        scale = np.where(self.layout.is_one_hot, np.sqrt(0.5), 1.0)
        return np.asarray(np.where(np.isnan(x), self.layout.centre, x) * scale)


def solve_positive(matrix: FloatArray, right: FloatArray) -> tuple[FloatArray, float]:
    """Solves ``A a = b``.

    Args:
        matrix: A ``(n, n)``, symmetric and positive definite.
        right: b ``(n,)``.

    Returns:
        a ``(n,)``, and half the logarithm of the determinant of A.
    """
    factor = cho_factor(matrix, lower=True, check_finite=False)
    half_log_determinant = float(np.sum(np.log(np.diag(factor[0]))))
    return np.asarray(cho_solve(factor, right, check_finite=False)), half_log_determinant
