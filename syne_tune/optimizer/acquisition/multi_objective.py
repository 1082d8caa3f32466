"""Expected hypervolume improvement for several objectives, exact for independent predictions.

Notation::

    mu, sigma   predictive means and standard deviations of k objectives, all to be minimised
    l, u        corners of the boxes that are not dominated yet, (b, k); see :mod:`~.boxes`
    e(t)        E[max(t - y, 0)] = sigma h((t - mu) / sigma), the expected improvement of one objective over t

A value y gains, in a box, the volume between y and the upper corner. Per objective that is ``(u - y)+ - (l - y)+``, so

    EHVI = sum over boxes of the product over objectives of  e(u) - e(l)

(Emmerich, Deutz, Klinkenberg 2011, for two objectives; Yang, Emmerich, Deutz, Baeck 2019 for more). For a single
objective this is expected improvement. Everything is computed in logarithms, as all other acquisition values are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.special import logsumexp, ndtr

from syne_tune.errors import OptionError
from syne_tune.optimizer.acquisition.acquisition import differentiable
from syne_tune.optimizer.acquisition.boxes import Boxes
from syne_tune.optimizer.acquisition.functions import log_h_and_slope
from syne_tune.optimizer.models.predictor import (
    DifferentiablePredictor,
    FloatArray,
    Prediction,
    Predictor,
    shortest_length_scales,
)

_ROOT_TWO_PI = np.sqrt(2 * np.pi)


class JointScore(NamedTuple):
    """Value of an acquisition function of several predictions, with derivatives.

    Attributes:
        value: ``(m,)``, to be maximised.
        by_mean: Derivatives with respect to the means, ``(m, k)``.
        by_std: Derivatives with respect to the standard deviations, ``(m, k)``.
    """

    value: FloatArray
    by_mean: FloatArray
    by_std: FloatArray


@dataclass(frozen=True)
class LogExpectedHypervolumeImprovement:
    """``log EHVI`` at m points.

    Args:
        boxes: What is not dominated yet, from :func:`~.boxes.non_dominated_boxes`.
    """

    boxes: Boxes

    def __call__(self, predictions: Sequence[Prediction]) -> JointScore:
        """Scores predictions of k objectives, each with means and standard deviations ``(m,)``."""
        if len(predictions) != self.boxes.lower.shape[1]:
            raise OptionError(f"{len(predictions)} predictions for boxes of {self.boxes.lower.shape[1]} objectives")
        pairs = zip(predictions, self._edges, strict=True)
        parts = zip(*(_gains(edges, it.mean[:, None], it.std[:, None]) for it, edges in pairs), strict=True)
        log_gain, by_mean, by_std = (np.stack(part, axis=2) for part in parts)
        log_products = log_gain.sum(axis=2)
        value = logsumexp(log_products, axis=1)
        with np.errstate(invalid="ignore"):
            shares = np.nan_to_num(np.exp(log_products - value[:, None]))[:, :, None]
        return JointScore(value, (shares * by_mean).sum(axis=1), (shares * by_std).sum(axis=1))

    @cached_property
    def _edges(self) -> list[_Edges]:
        return [_Edges.of(lower, upper) for lower, upper in zip(self.boxes.lower.T, self.boxes.upper.T, strict=True)]


class _Edges(NamedTuple):
    """Where boxes begin and end in one objective; neighbours share edges, so that there are few different ones.

    Attributes:
        values: ``(t,)``, finite.
        upper: Place among the values for each box, ``(b,)``.
        lower: Likewise; any place where the box is open.
        is_open: Whether a box has no lower end, ``(b,)``.
    """

    values: FloatArray
    upper: npt.NDArray[np.intp]
    lower: npt.NDArray[np.intp]
    is_open: npt.NDArray[np.bool_]

    @staticmethod
    def of(lower: FloatArray, upper: FloatArray) -> _Edges:
        is_open = np.isneginf(lower)
        values, places = np.unique(np.concatenate([upper, np.where(is_open, upper, lower)]), return_inverse=True)
        return _Edges(values, places[: len(upper)], places[len(upper) :], is_open)


def _gains(edges: _Edges, mean: FloatArray, std: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """``log(e(u) - e(l))`` of one objective and its derivatives, all ``(m, b)``, for predictions ``(m, 1)``."""
    at_edges = np.stack(_log_improvement(edges.values, mean, std))
    log_e, upper_ratio, upper_spread = at_edges[..., edges.upper]
    log_less, lower_ratio, lower_spread = at_edges[..., edges.lower]
    share = np.where(edges.is_open, 0.0, np.exp(np.minimum(log_less - log_e, 0.0)))
    left = np.maximum(1 - share, np.finfo(float).tiny)
    by_mean = (upper_ratio - share * lower_ratio) / left
    by_std = (upper_spread - share * lower_spread) / left
    return log_e + np.log(left), by_mean, by_std


def _log_improvement(
    threshold: FloatArray, mean: FloatArray, std: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """``log e(t)``, and its derivatives with respect to mean and deviation."""
    u = (threshold - mean) / std
    log_h, slope = log_h_and_slope(u)
    return np.log(std) + log_h, -slope / std, (1 - u * slope) / std


def expected_hypervolume_improvement_2d(
    mean: FloatArray, std: FloatArray, front: FloatArray, reference: FloatArray
) -> FloatArray:
    """The closed form for two objectives, strip by strip, without logarithms.

    Args:
        mean: ``(m, 2)``.
        std: ``(m, 2)``.
        front: Points ``(p, 2)`` that do not dominate each other and are better than the reference.
        reference: ``(2,)``.

    Returns:
        ``(m,)``.
    """
    ordered = front[np.argsort(front[:, 0])]
    left = np.concatenate([[-np.inf], ordered[:, 0]])
    right = np.concatenate([ordered[:, 0], reference[:1]])
    height = np.concatenate([reference[1:], ordered[:, 1]])
    width = _improvement(right, mean[:, :1], std[:, :1]) - _improvement(left, mean[:, :1], std[:, :1])
    return np.asarray((width * _improvement(height, mean[:, 1:], std[:, 1:])).sum(axis=1))


def _improvement(threshold: FloatArray, mean: FloatArray, std: FloatArray) -> FloatArray:
    u = (np.where(np.isneginf(threshold), mean, threshold) - mean) / std
    value = std * (np.exp(-0.5 * u**2) / _ROOT_TWO_PI + u * ndtr(u))
    return np.where(np.isneginf(threshold), 0.0, value)


def hypervolume_improvement(values: FloatArray, boxes: Boxes) -> FloatArray:
    """Volume that each of the values ``(..., k)`` adds to what is dominated; ``(...,)``.

    The average over joint samples of a new point estimates the expected improvement for any distribution.
    """
    corner = np.maximum(values[..., None, :], boxes.lower)
    return np.asarray(np.prod(np.maximum(boxes.upper - corner, 0.0), axis=-1).sum(axis=-1))


@dataclass(frozen=True)
class JointTerm:
    """An acquisition function of several models at once.

    Args:
        predictors: One per objective.
        score: Of their predictions.
    """

    predictors: Sequence[Predictor]
    score: LogExpectedHypervolumeImprovement

    def evaluate(self, x: FloatArray) -> FloatArray:
        """Values ``(m,)``."""
        return self.score([predictor.predict(x) for predictor in self.predictors]).value

    def evaluate_with_gradient(self, x: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Values ``(m,)`` and derivatives ``(m, d)``.

        Raises:
            OptionError: If a model has no gradients.
        """
        pairs = [predictor.predict_with_pullback(x) for predictor in self._differentiable]
        value, by_mean, by_std = self.score([prediction for prediction, _ in pairs])
        gradients = [pull(by_mean[:, i], by_std[:, i]) for i, (_, pull) in enumerate(pairs)]
        return value, np.asarray(np.sum(gradients, axis=0))

    @cached_property
    def _differentiable(self) -> list[DifferentiablePredictor]:
        return [differentiable(predictor) for predictor in self.predictors]

    @property
    def length_scales(self) -> FloatArray | None:
        """The shortest of those of all models, as far as known."""
        return shortest_length_scales(*self.predictors)
