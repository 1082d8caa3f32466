"""Ridge regression whose strength is chosen by leave-one-out error, in closed form.

Notation::

    A      features (n, p), columns scaled to mean square 1;   y  targets (n,), scaled likewise
    A = U diag(s) V^T
    H      U diag(s^2 / (s^2 + a)) U^T: from targets to fitted values, at strength a

    leave-one-out residual:  (y - H y)_i / (1 - H_ii)            Golub, Heath, Wahba 1979, eq. (1.3)
"""

from __future__ import annotations

import numpy as np

from syne_tune.optimizer.models.predictor import FloatArray

STRENGTHS: FloatArray = np.exp(np.arange(-16.0, 5.0))
"""Strengths that are tried; columns have mean square 1, so they mean the same for all data."""

_SMALLEST_REST = 1e-6
"""Residuals of observations that determine their own fit are divided by no less than this."""


def ridge(features: FloatArray, targets: FloatArray) -> FloatArray:
    """Weights of the regression with the least squared leave-one-out error.

    Args:
        features: ``(n, p)``, including a column of ones if there shall be a constant.
        targets: ``(n,)``.

    Returns:
        ``(p,)``; zero for columns that are zero.
    """
    scale = np.sqrt(np.mean(features**2, axis=0))
    scale[scale == 0] = 1.0
    size = float(np.sqrt(np.mean(targets**2))) or 1.0
    left, singular, right = np.linalg.svd(features / scale, full_matrices=False)
    projected = left.T @ (targets / size)
    shrink = singular**2 / (singular**2 + STRENGTHS[:, None])
    fitted = (shrink * projected) @ left.T
    leverage = shrink @ (left**2).T
    residuals = (targets / size - fitted) / np.maximum(1 - leverage, _SMALLEST_REST)
    best = STRENGTHS[np.argmin(np.mean(residuals**2, axis=1))]
    weights = right.T @ (projected * singular / (singular**2 + best))
    return np.asarray(weights * size / scale)
