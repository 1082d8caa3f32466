"""A Gaussian process before it has seen data: kernel, mean and Gaussian noise.

Notation::

    r       residuals y - m, (n,)
    K       covariance of the targets, noise included, (n, n)
    a       K^-1 r, (n,)

    log p(y | theta) = -1/2 r^T a - 1/2 log|K| - n/2 log(2 pi)        Rasmussen & Williams 2006, eq. (5.8)
    d/dK             =  1/2 (a a^T - K^-1)                             eq. (5.9)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, TypeAlias

import numpy as np

from syne_tune.optimizer.models.gp.kernels import Kernel, Matern52
from syne_tune.optimizer.models.gp.linalg import (
    Workspace,
    cholesky,
    inverse_from_cholesky,
    solve_lower,
    solve_lower_transposed,
)
from syne_tune.optimizer.models.gp.means import ConstantMean, MeanFunction
from syne_tune.optimizer.models.gp.noise import Noise, UniformNoise
from syne_tune.optimizer.models.gp.parameters import ParameterVector, Values, sum_by_name
from syne_tune.optimizer.models.gp.warping import KumaraswamyWarping
from syne_tune.optimizer.models.inputs import InputLayout
from syne_tune.optimizer.models.predictor import FloatArray


class GaussianProcess:
    """The prior ``y = m(x) + f(x) + noise`` with ``f ~ GP(0, k)``.

    Args:
        kernel: k.
        mean: m. Default: a constant.
        noise: Default: the same variance everywhere.

    Attributes:
        kernel: k.
        mean: m.
        noise: Noise of the targets.
        parameters: All parameters in one vector: those of mean, noise and kernel.
    """

    def __init__(self, kernel: Kernel, mean: MeanFunction | None = None, noise: Noise | None = None) -> None:
        self.kernel = kernel
        self.mean = mean or ConstantMean()
        self.noise = noise or UniformNoise()
        self.parameters = ParameterVector((*self.mean.parameters, *self.noise.parameters, *kernel.parameters))

    @classmethod
    def matern52(cls, layout: InputLayout, *, ard: bool = True, warping: bool = False) -> GaussianProcess:
        """The process used throughout: Matérn-5/2, over inputs warped or not.

        Args:
            layout: Meaning of the input columns.
            ard: Whether each hyperparameter has a length scale of its own.
            warping: Whether scalar inputs are warped.
        """
        bend = KumaraswamyWarping.for_layout(layout) if warping else None
        return cls(Matern52(layout, ard=ard, warping=bend))

    def residuals(self, values: Values, x: FloatArray, targets: FloatArray) -> FloatArray:
        """Targets minus mean, ``(n,)`` or ``(n, f)``."""
        return np.asarray((targets.T - self.mean.evaluate(values, x)).T)

    def negative_log_likelihood(
        self, values: Values, x: FloatArray, targets: FloatArray, workspace: Workspace
    ) -> tuple[float, dict[str, FloatArray]]:
        """``-log p(y | theta)`` and its derivatives.

        Args:
            values: Parameters by name.
            x: Encoded inputs ``(n, d)``.
            targets: y ``(n,)``.
            workspace: Memory to use again.

        Returns:
            Value, and derivatives with respect to encoded parameters, by name.

        Raises:
            NotPositiveDefinite: If the covariance matrix cannot be factorised.
        """
        gram, pullback = self.kernel.gram_with_pullback(values, x, workspace)
        residuals = self.residuals(values, x, targets)
        value, weights, by_gram = negative_log_density(gram, self.noise.variance(values, x), residuals, workspace)
        by_noise = self.noise.parameter_pullback(values, x, np.diagonal(by_gram))
        by_mean = self.mean.parameter_pullback(values, x, -weights)
        return value, sum_by_name(pullback(by_gram), by_noise, by_mean)


class NormalDensity(NamedTuple):
    """Outcome of :func:`negative_log_density`.

    Attributes:
        value: ``-log N(r; 0, K)``.
        weights: a ``(n,)``, which is the derivative with respect to r.
        by_covariance: Derivative with respect to K ``(n, n)``, symmetric; valid until the workspace is used again.
    """

    value: float
    weights: FloatArray
    by_covariance: FloatArray


def negative_log_density(
    gram: FloatArray, variances: FloatArray, residuals: FloatArray, workspace: Workspace
) -> NormalDensity:
    """Density of residuals whose covariance is ``gram`` plus a diagonal.

    Args:
        gram: ``(n, n)``.
        variances: Added to the diagonal, ``(n,)``.
        residuals: r ``(n,)``.
        workspace: Memory to use again.

    Raises:
        NotPositiveDefinite: If the covariance matrix cannot be factorised.
    """
    factor = cholesky(gram, variances, out=workspace.array("factor", gram.shape))
    whitened = solve_lower(factor, residuals)
    weights = solve_lower_transposed(factor, whitened)
    log_root = float(np.log(np.diagonal(factor)).sum())
    value = 0.5 * float(whitened @ whitened) + log_root + 0.5 * len(residuals) * np.log(2 * np.pi)

    by_gram = inverse_from_cholesky(factor, out=workspace.array("by_gram", gram.shape))
    by_gram -= np.multiply.outer(weights, weights, out=workspace.array("factor", gram.shape))
    by_gram *= 0.5
    return NormalDensity(value, weights, by_gram)


ProcessChange: TypeAlias = Callable[[GaussianProcess], GaussianProcess]
"""From a process to the one that takes its place."""
