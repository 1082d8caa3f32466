"""Good and bad observations as two densities: :func:`fit_density_ratio`.

Bergstra, Bardenet, Bengio, Kégl, *Algorithms for Hyper-Parameter Optimization*, NeurIPS 2011, section 4: with ``l`` the
density of the inputs whose values are among the best, and ``g`` that of the others, expected improvement grows with
``l(x) / g(x)`` (eq. 5). The densities are multivariate, as in Falkner, Klein, Hutter, *BOHB*, ICML 2018; the uniform
component, the weights and the bandwidths follow Watanabe, *Tree-Structured Parzen Estimator: Understanding Its
Algorithm Components and Their Roles*, 2023.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from syne_tune.optimizer.models.density.product_kernel import ProductKernelDensity
from syne_tune.optimizer.models.inputs import InputLayout
from syne_tune.optimizer.models.predictor import FloatArray


@dataclass(frozen=True)
class DensityRatioOptions:
    """How the two densities are made.

    Args:
        good_fraction: Share of the observations which are good.
        fewest_good: At least so many are good.
        bandwidth: Bandwidth of a single observation; it shrinks as ``n ** (-1 / (b + 4))`` (Scott's rule).
        min_bandwidth: Bandwidths are not smaller.
        uniform_weight: Weight of the uniform component, in terms of observations.
        weigh_good: Whether good observations count the more, the better they are compared with the best bad one.
    """

    good_fraction: float = 0.15
    fewest_good: int = 2
    bandwidth: float = 0.2
    min_bandwidth: float = 1e-3
    uniform_weight: float = 0.1
    weigh_good: bool = True


@dataclass(frozen=True)
class DensityRatio:
    """Two densities.

    Args:
        good: Density ``l`` of the good observations.
        bad: Density ``g`` of the others.
        threshold: The worst good value.
    """

    good: ProductKernelDensity
    bad: ProductKernelDensity
    threshold: float

    def log_ratio(self, x: FloatArray) -> FloatArray:
        """``log l(x) - log g(x)``, ``(m,)``, for inputs ``(m, d)``."""
        return self.good.log_density(x) - self.bad.log_density(x)


def fit_density_ratio(
    layout: InputLayout, x: FloatArray, y: FloatArray, options: DensityRatioOptions, others: FloatArray | None = None
) -> DensityRatio:
    """Splits observations into good and bad ones.

    Args:
        layout: Meaning of the columns.
        x: Inputs ``(n, d)``, n at least 1.
        y: Values ``(n,)``, to be minimised.
        options: See there.
        others: Inputs ``(q, d)`` which count as bad, such as evaluations under way.
    """
    order = np.argsort(y, kind="stable")
    num_good = min(len(y), max(options.fewest_good, round(options.good_fraction * len(y))))
    good, bad = order[:num_good], order[num_good:]
    weights = _improvements(y[good], y[bad]) if options.weigh_good else np.ones(num_good)
    bad_x = x[bad] if others is None else np.vstack([x[bad], others])
    return DensityRatio(
        _estimate(layout, x[good], weights, options),
        _estimate(layout, bad_x, np.ones(len(bad_x)), options),
        float(y[order[num_good - 1]]),
    )


def _improvements(good: FloatArray, bad: FloatArray) -> FloatArray:
    """Weights ``(g,)`` of good values, 1 on average: how much better they are than the best bad one."""
    gain = (np.min(bad) if len(bad) else np.max(good)) - good
    mean = np.mean(gain)
    return np.asarray(gain / mean) if mean > 0 else np.ones(len(good))


def _estimate(
    layout: InputLayout, x: FloatArray, weights: FloatArray, options: DensityRatioOptions
) -> ProductKernelDensity:
    total = float(np.sum(weights)) + options.uniform_weight
    num_blocks = len(layout.blocks)
    bandwidth = max(options.min_bandwidth, options.bandwidth * max(1, len(x)) ** (-1 / (num_blocks + 4)))
    return ProductKernelDensity(
        layout, x, weights / total, options.uniform_weight / total, np.full(num_blocks, bandwidth)
    )
