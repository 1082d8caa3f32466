"""What makes a point worth evaluating, as functions of predictive mean and standard deviation.

Notation::

    mu, sigma    predictive mean (m,) or (m, f) and standard deviation (m,) of a target to be minimised
    t            threshold: the incumbent, or the limit of a constraint
    u            (t - mu) / sigma
    phi, Phi     density and distribution function of the standard normal
    h(u)         phi(u) + u Phi(u)

Conventions: targets are minimised, acquisition values are *maximised*. All but :class:`LowerConfidenceBound` are
logarithms, so that products (improvement times feasibility, improvement per cost) are sums of terms, and so that
nothing underflows far away from the incumbent, where plain expected improvement is exactly 0 and has no gradient (Ament
et al. 2023, arXiv:2310.20708).

With f fantasies of pending evaluations, the value is that of the average over fantasies.

No function has a constant with a unit: targets in other units give the same points.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt
from scipy.special import erfcx, expit, log_expit, log_ndtr, logsumexp

from syne_tune.optimizer.models.predictor import FloatArray, Prediction, as_columns

_LOG_ROOT_TWO_PI = float(0.5 * np.log(2 * np.pi))
_ROOT_HALF_PI, _ROOT_HALF = float(np.sqrt(np.pi / 2)), float(np.sqrt(0.5))

_LEFT = -100.0
"""Below, the ratio h / phi is evaluated by its asymptotic series."""

_RIGHT = 9.0
"""Above, h is u, to all digits."""


class Score(NamedTuple):
    """Value of an acquisition function at m predictions, with derivatives.

    Attributes:
        value: ``(m,)``, to be maximised.
        by_mean: Derivatives with respect to the means, of their shape.
        by_std: Derivatives with respect to the standard deviations, ``(m,)``.
    """

    value: FloatArray
    by_mean: FloatArray
    by_std: FloatArray


class ScoreFunction(Protocol):
    """An acquisition function, seen as a function of the prediction at a point."""

    def __call__(self, prediction: Prediction) -> Score:
        """Scores m predictions."""
        ...


@dataclass(frozen=True)
class LogExpectedImprovement:
    """``log E[max(t - f, 0)] = log sigma + log h(u)``; Ament et al. 2023, eq. (9).

    Args:
        incumbent: t: the lowest mean at points that have been or are being evaluated, see :func:`best_mean`. With f
            fantasies, one per fantasy ``(f,)``.
    """

    incumbent: float | FloatArray

    def __call__(self, prediction: Prediction) -> Score:
        """Scores m predictions."""
        mean, std = _columns(prediction)
        u = (self.incumbent - mean) / std
        log_h, slope = log_h_and_slope(u)
        return _average_of_logs(prediction, np.log(std) + log_h, -slope / std, (1 - u * slope) / std)


@dataclass(frozen=True)
class LogProbabilityBelow:
    """``log P(f <= t) = log Phi(u)``: feasibility, for a constraint that holds at values up to t.

    Args:
        threshold: t.
    """

    threshold: float

    def __call__(self, prediction: Prediction) -> Score:
        """Scores m predictions."""
        mean, std = _columns(prediction)
        u = (self.threshold - mean) / std
        slope = _inverse_mills_ratio(u)
        return _average_of_logs(prediction, log_ndtr(u), -slope / std, -u * slope / std)


@dataclass(frozen=True)
class LogProbabilityOfSuccess:
    """``weight * log P(success)`` for a model of its log odds, averaged over their uncertainty.

    With ``s = sqrt(1 + pi sigma^2 / 8)``, the probability is ``1 / (1 + exp(-mu / s))`` (MacKay 1992).

    Args:
        weight: Positive; more than 1 avoids risks that would be worth taking.
    """

    weight: float = 1.0

    def __call__(self, prediction: Prediction) -> Score:
        """Scores m predictions."""
        mean, std = prediction
        scale = np.sqrt(1 + np.pi * std**2 / 8)
        odds = mean / scale
        slope = self.weight * expit(-odds)
        return Score(self.weight * log_expit(odds), slope / scale, -slope * odds * np.pi * std / (8 * scale**2))


@dataclass(frozen=True)
class LowerConfidenceBound:
    """``-(mu - kappa sigma)``: optimism under uncertainty.

    Args:
        kappa: Number of standard deviations below the mean, not negative.
    """

    kappa: float = 1.0

    def __call__(self, prediction: Prediction) -> Score:
        """Scores m predictions."""
        mean, std = prediction
        columns = as_columns(mean)
        by_mean = np.full(mean.shape, -1 / columns.shape[1])
        return Score(self.kappa * std - columns.mean(axis=1), by_mean, np.full(len(std), self.kappa))


@dataclass(frozen=True)
class CheapnessOfLogCost:
    """``-exponent * mu`` where mu predicts the *logarithm* of a cost: added to log-EI, it makes EI per cost.

    A model of the logarithm cannot predict a cost below zero, which would make improvement per cost explode.

    Args:
        exponent: In (0, 1]; less than 1 weakens the influence of cost.
    """

    exponent: float = 1.0

    def __call__(self, prediction: Prediction) -> Score:
        """Scores m predictions."""
        value, by_mean, by_std = LowerConfidenceBound(kappa=0.0)(prediction)
        return Score(self.exponent * value, self.exponent * by_mean, by_std)


def best_mean(mean: FloatArray, eligible: npt.NDArray[np.bool_] | None = None) -> float | FloatArray:
    """The incumbent of a noisy target: the lowest predictive mean, not the luckiest observation.

    Args:
        mean: Predictive means ``(n,)`` or ``(n, f)`` at points that have been or are being evaluated.
        eligible: Which of these count, for instance those that are feasible; at least one. Default: all.

    Returns:
        A number, or one per fantasy ``(f,)``.
    """
    lowest = np.min(mean if eligible is None else mean[eligible], axis=0)
    return float(lowest) if lowest.ndim == 0 else np.asarray(lowest)


def log_h_and_slope(u: FloatArray) -> tuple[FloatArray, FloatArray]:
    """``log h(u)`` and its derivative ``Phi(u) / h(u)``, accurate for all u.

    With Mills' ratio ``M = Phi(u) / phi(u)``, ``h / phi = 1 + u M``. Its asymptotic series ``1/u^2 - 3/u^4 + 15/u^6``
    takes over where the sum cancels (compare Ament et al. 2023, eq. (14)), and ``h = u`` where M would overflow.
    """
    v = np.minimum(u, _RIGHT)
    mills = _ROOT_HALF_PI * erfcx(v * -_ROOT_HALF)
    ratio = 1 + v * mills
    if (u < _LEFT).any():
        inverse_square = np.minimum(v, _LEFT) ** -2
        series = inverse_square * (1 - inverse_square * (3 - 15 * inverse_square))
        ratio = np.where(u < _LEFT, series, ratio)
    log_h, slope = np.log(ratio) - (0.5 * v * v + _LOG_ROOT_TWO_PI), mills / ratio
    if (u > _RIGHT).any():
        certain = np.maximum(u, _RIGHT)
        log_h, slope = np.where(u > _RIGHT, np.log(certain), log_h), np.where(u > _RIGHT, 1 / certain, slope)
    return log_h, slope


def _inverse_mills_ratio(u: FloatArray) -> FloatArray:
    """``phi(u) / Phi(u)``, the derivative of ``log Phi``."""
    return np.asarray(np.sqrt(2 / np.pi) / erfcx(-u / np.sqrt(2)))


def _columns(prediction: Prediction) -> tuple[FloatArray, FloatArray]:
    """Means ``(m, f)`` and standard deviations ``(m, 1)``."""
    return as_columns(prediction.mean), prediction.std[:, None]


def _average_of_logs(prediction: Prediction, logs: FloatArray, by_mean: FloatArray, by_std: FloatArray) -> Score:
    """``log mean exp`` over fantasies of values given as logarithms, all ``(m, f)``."""
    if logs.shape[1] == 1:
        return Score(logs[:, 0], by_mean.reshape(prediction.mean.shape), by_std[:, 0])
    total = logsumexp(logs, axis=1)
    shares = np.exp(logs - total[:, None])
    value = total - np.log(logs.shape[1])
    return Score(value, shares * by_mean, np.asarray(np.sum(shares * by_std, axis=1)))
