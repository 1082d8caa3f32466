"""Monotone maps from metric values to something a Gaussian process likes, each with its exact inverse.

Notation::

    y   metric values (n,), finite, to be minimised, in any units
    z   transformed targets (n,): mean about 0, variance about 1

Every transform is increasing, so the best value stays the best. Except for ``box_cox``, all commute with a change of
units: ``y`` and ``a y + b`` with ``a > 0`` give the same ``z``. Models, acquisition functions and stopping tolerances
see ``z`` only and are therefore free of units; predictions go back through the inverse before a person sees them.

    standardize     (y - mean) / deviation
    yeo_johnson     power transform of robustly scaled values: skewed targets; Yeo & Johnson 2000
    rank_gaussian   normal quantiles of ranks: outliers, plateaus, heavy tails
    box_cox         power transform of positive values, Box & Cox 1964; where one is not positive, ``yeo_johnson``
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol, TypeAlias

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import ndtri

from syne_tune.optimizer.models.predictor import FloatArray, Prediction

_LARGEST_EXPONENT = 700.0
"""``exp`` of more than this overflows: inverses saturate there."""

_SMALLEST_POWER = 1e-8
"""Powers closer to zero than this are taken as zero, where the power transform becomes the logarithm."""

_RELATIVE_RESOLUTION = 1e-12
"""Targets whose deviation is smaller than this, relative to their size, are taken as constant."""


class TargetTransform(Protocol):
    """An increasing map with its inverse; both keep the shape of their argument."""

    def forward(self, y: FloatArray) -> FloatArray:
        """Metric values to targets."""
        ...

    def inverse(self, z: FloatArray) -> FloatArray:
        """Targets to metric values; finite for finite arguments."""
        ...


@dataclass(frozen=True)
class Affine:
    """``z = (y - location) / scale``.

    Args:
        location: Value that becomes 0.
        scale: Positive.
    """

    location: float
    scale: float

    def forward(self, y: FloatArray) -> FloatArray:
        """Metric values to targets."""
        return (y - self.location) / self.scale

    def inverse(self, z: FloatArray) -> FloatArray:
        """Targets to metric values."""
        return self.location + self.scale * z


def prediction_of_values(transform: TargetTransform, mean: FloatArray, std: FloatArray) -> Prediction:
    """A prediction of metric values: the value at the mean of targets, and half of what lies within one deviation.

    Args:
        transform: From values to targets.
        mean: Of the targets ``(m,)``.
        std: Their deviations ``(m,)``.
    """
    low, middle, high = (transform.inverse(targets) for targets in (mean - std, mean, mean + std))
    return Prediction(middle, (high - low) / 2)


class Curve(Protocol):
    """A one-parameter family of increasing maps."""

    def forward(self, value: FloatArray) -> FloatArray:
        """Applies the map."""
        ...

    def inverse(self, curved: FloatArray) -> FloatArray:
        """Undoes the map."""
        ...

    def log_slope(self, value: FloatArray) -> FloatArray:
        """Logarithm of the derivative; proportional to ``p - 1``, where p is the parameter."""
        ...


@dataclass(frozen=True)
class BoxCoxCurve:
    """``(v^p - 1) / p`` for positive v; ``log v`` at p = 0.

    Args:
        power: p; 1 is the identity up to a shift.
    """

    power: float

    def forward(self, value: FloatArray) -> FloatArray:
        """Applies the map."""
        log = np.log(value)
        return log if abs(self.power) < _SMALLEST_POWER else np.expm1(self.power * log) / self.power

    def inverse(self, curved: FloatArray) -> FloatArray:
        """Undoes the map; values outside of its range become very large or very small positive numbers."""
        if abs(self.power) < _SMALLEST_POWER:
            exponent = curved
        else:
            exponent = np.log(np.maximum(1 + self.power * curved, np.finfo(float).tiny)) / self.power
        return np.exp(np.clip(exponent, -_LARGEST_EXPONENT, _LARGEST_EXPONENT))

    def log_slope(self, value: FloatArray) -> FloatArray:
        """Logarithm of the derivative ``v^(p - 1)``."""
        return (self.power - 1) * np.log(value)


@dataclass(frozen=True)
class YeoJohnsonCurve:
    """Box-Cox with power p of ``1 + v`` for positive v; with power ``2 - p`` of ``1 - v``, mirrored, for negative v.

    Args:
        power: p; 1 is the identity.
    """

    power: float

    @property
    def _above(self) -> BoxCoxCurve:
        return BoxCoxCurve(self.power)

    @property
    def _below(self) -> BoxCoxCurve:
        return BoxCoxCurve(2 - self.power)

    def forward(self, value: FloatArray) -> FloatArray:
        """Applies the map."""
        size, is_above = 1 + np.abs(value), value >= 0
        if min(abs(self.power), abs(2 - self.power)) < _SMALLEST_POWER:
            return np.where(is_above, self._above.forward(size), -self._below.forward(size))
        power = np.where(is_above, self.power, 2 - self.power)
        return np.asarray(np.where(is_above, 1.0, -1.0) * np.expm1(power * np.log(size)) / power)

    def inverse(self, curved: FloatArray) -> FloatArray:
        """Undoes the map; values outside of its range become very large."""
        size = np.abs(curved)
        return np.where(curved >= 0, self._above.inverse(size) - 1, 1 - self._below.inverse(size))

    def log_slope(self, value: FloatArray) -> FloatArray:
        """Logarithm of the derivative."""
        return np.sign(value) * (self.power - 1) * np.log1p(np.abs(value))


@dataclass(frozen=True)
class Curved:
    """Scale, bend, standardise.

    Args:
        before: Makes values comparable across units.
        curve: Bends them.
        after: Standardises the result.
    """

    before: Affine
    curve: Curve
    after: Affine

    def forward(self, y: FloatArray) -> FloatArray:
        """Metric values to targets."""
        return self.after.forward(self.curve.forward(self.before.forward(y)))

    def inverse(self, z: FloatArray) -> FloatArray:
        """Targets to metric values."""
        return self.before.inverse(self.curve.inverse(self.after.inverse(z)))


@dataclass(frozen=True)
class RankGaussian:
    """Piecewise linear between observed values, whose images are normal quantiles; straight on beyond the ends.

    Args:
        values: Observed values without repetitions, increasing, at least two.
        quantiles: Their images, increasing.
    """

    values: FloatArray
    quantiles: FloatArray

    def forward(self, y: FloatArray) -> FloatArray:
        """Metric values to targets."""
        return _interpolate(y, self.values, self.quantiles)

    def inverse(self, z: FloatArray) -> FloatArray:
        """Targets to metric values."""
        return _interpolate(z, self.quantiles, self.values)


def _interpolate(points: FloatArray, knots: FloatArray, images: FloatArray) -> FloatArray:
    low = (images[1] - images[0]) / (knots[1] - knots[0]) * np.minimum(points - knots[0], 0)
    high = (images[-1] - images[-2]) / (knots[-1] - knots[-2]) * np.maximum(points - knots[-1], 0)
    return np.asarray(np.interp(points, knots, images) + low + high)


def standardize(y: FloatArray) -> Affine:
    """Mean 0 and variance 1; constant values become 0."""
    return Affine(float(np.mean(y)), _positive_scale(float(np.std(y)), y))


def _positive_scale(scale: float, y: FloatArray) -> float:
    return scale if scale > _RELATIVE_RESOLUTION * float(np.max(np.abs(y))) else 1.0


def yeo_johnson(y: FloatArray) -> Curved:
    """The power which makes robustly scaled values most nearly normal."""
    low, median, high = np.quantile(y, [0.25, 0.5, 0.75])
    scale = float(high - low) or float(np.std(y))
    before = Affine(float(median), _positive_scale(scale, y))
    return _most_normal(y, before, YeoJohnsonCurve, (-1.0, 3.0))


def box_cox(y: FloatArray) -> Curved:
    """The power which makes positive values most nearly normal; :func:`yeo_johnson` where a value is not positive.

    Values are divided by their geometric mean first, which makes the result independent of a factor.
    """
    if np.min(y) <= 0:
        return yeo_johnson(y)
    before = Affine(0.0, float(np.exp(np.mean(np.log(y)))))
    return _most_normal(y, before, BoxCoxCurve, (-1.0, 2.0))


def _most_normal(
    y: FloatArray, before: Affine, family: Callable[[float], Curve], bounds: tuple[float, float]
) -> Curved:
    """Maximises the profile likelihood of the power, Box & Cox 1964, eq. (8)."""
    scaled = before.forward(y)
    sum_of_logs = float(np.sum(family(2.0).log_slope(scaled)))

    def negative_log_likelihood(power: float) -> float:
        curve = family(power)
        variance = max(float(np.var(curve.forward(scaled))), np.finfo(float).tiny)
        return 0.5 * len(y) * float(np.log(variance)) - (power - 1) * sum_of_logs

    found = minimize_scalar(negative_log_likelihood, bounds=bounds, method="bounded", options={"xatol": 1e-3})
    curve = family(float(found.x))
    return Curved(before, curve, standardize(curve.forward(scaled)))


def rank_gaussian(y: FloatArray) -> RankGaussian | Affine:
    """Ranks to normal quantiles ``Phi^-1((rank - 1/2) / n)``; equal values share their middle rank."""
    values, ranks = middle_ranks(y)
    return RankGaussian(values, np.asarray(ndtri(ranks))) if len(values) > 1 else standardize(y)


def middle_ranks(y: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The empirical distribution function in the middle of its steps.

    Args:
        y: ``(n,)``.

    Returns:
        Distinct values, increasing, and for each the share of smaller values plus half the share of equal ones.
    """
    values, counts = np.unique(y, return_counts=True)
    return values, (np.cumsum(counts) - counts / 2) / len(y)


TransformFit: TypeAlias = Callable[[FloatArray], TargetTransform]

TRANSFORMS: Mapping[str, TransformFit] = {
    "standardize": standardize,
    "yeo_johnson": yeo_johnson,
    "rank_gaussian": rank_gaussian,
    "box_cox": box_cox,
}
"""Name to the function which adapts the transform to observed values ``(n,)``."""
