"""Kernel quantile regression: :func:`fit_kernel_quantiles`.

Notation::

    y, q     targets (n,), level of a quantile
    c        the quantile of all targets at this level
    K, a     kernel matrix (n, n), coefficients (n,)
    f        K a; the predicted quantile is c + f
    r        residuals y - c - f
    s, g     typical size of residuals, strength of the penalty

Takeuchi, Le, Sears, Smola, *Nonparametric Quantile Estimation*, JMLR 2006: minimise the pinball loss and a penalty on
the smoothness of f, ``sum_i |r_i| + (2 q - 1) r_i + (g / s) a^T K a``. Each absolute value is replaced by the parabola
``(r^2 / w + w) / 2`` that touches it at the last residual, ``w = |r| + small`` (Hunter and Lange, *Quantile Regression
via an MM Algorithm*, 2000), so that each step is one linear system::

    (K + (g / s) diag(w)) a = y - c + (2 q - 1) w

Length scale and penalty are those of the ridge regression of all targets with the largest evidence.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from syne_tune.optimizer.models.blas_threads import single_blas_thread
from syne_tune.optimizer.models.inputs import InputLayout
from syne_tune.optimizer.models.kernel_methods.matern import IsotropicMatern, solve_positive
from syne_tune.optimizer.models.predictor import FloatArray

_LENGTH_SCALES = (0.25, 0.5, 1.0, 2.0)
_PENALTIES = (0.01, 0.1, 0.5)
_STEPS = 12
_SMALL = 0.05
"""Residuals smaller than this share of the typical one are treated as if they had this size."""

_SMALLEST_SPREAD = 1e-3


@dataclass(frozen=True)
class KernelQuantiles:
    """Predicts quantiles.

    Args:
        kernel: The kernel.
        x: Inputs ``(n, d)`` of the data.
        coefficients: ``(n, q)``.
        constants: ``(q,)``.
    """

    kernel: IsotropicMatern
    x: FloatArray
    coefficients: FloatArray
    constants: FloatArray

    def predict(self, x: FloatArray) -> FloatArray:
        """Quantiles ``(m, q)`` of inputs ``(m, d)``, increasing in each row."""
        return np.sort(self.kernel.matrix(x, self.x) @ self.coefficients + self.constants, axis=1)


class _Smoothness(NamedTuple):
    evidence: float
    kernel: IsotropicMatern
    penalty: float
    spread: float


@single_blas_thread()
def fit_kernel_quantiles(layout: InputLayout, x: FloatArray, y: FloatArray, levels: FloatArray) -> KernelQuantiles:
    """Fits one function per level.

    Args:
        layout: Meaning of the columns.
        x: Inputs ``(n, d)``, ``nan`` where inactive; n at least 1.
        y: Targets ``(n,)``, of the size of 1.
        levels: Of the quantiles, ``(q,)``, increasing in (0, 1).
    """
    smoothness = _choose(layout, x, y)
    k = smoothness.kernel.matrix(x, x)
    constants = np.quantile(y, levels)
    pairs = zip(constants.tolist(), levels.tolist(), strict=True)
    columns = [_coefficients(k, y - constant, level, smoothness) for constant, level in pairs]
    return KernelQuantiles(smoothness.kernel, x, np.stack(columns, axis=1), constants)


def _choose(layout: InputLayout, x: FloatArray, y: FloatArray) -> _Smoothness:
    """Smoothness by the evidence of a Gaussian process whose variance is the best one for the data."""
    assessed = []
    for scale in _LENGTH_SCALES:
        kernel = IsotropicMatern(layout, scale)
        k = kernel.matrix(x, x)
        for penalty in _PENALTIES:
            solved, half_log_determinant = solve_positive(k + penalty * np.eye(len(x)), y)
            variance = max(float(y @ solved) / len(y), _SMALLEST_SPREAD**2)
            evidence = -0.5 * len(y) * np.log(variance) - half_log_determinant
            spread = np.sqrt(penalty * variance) + _SMALLEST_SPREAD
            assessed.append(_Smoothness(float(evidence), kernel, penalty, float(spread)))
    return max(assessed, key=lambda it: it.evidence)


def _coefficients(k: FloatArray, targets: FloatArray, level: float, smoothness: _Smoothness) -> FloatArray:
    f = coefficients = np.zeros(len(targets))
    for _ in range(_STEPS):
        w = np.abs(targets - f) + _SMALL * smoothness.spread
        damped = k + np.diag(smoothness.penalty / smoothness.spread * w)
        coefficients, _ = solve_positive(damped, targets + (2 * level - 1) * w)
        f = k @ coefficients
    return coefficients
