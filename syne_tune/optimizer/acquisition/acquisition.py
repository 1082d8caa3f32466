"""The contract of acquisition functions over inputs, and how they are put together from terms.

A score function says how good a prediction is; a term applies one to the predictions of one model; an acquisition
function is a sum of terms. Since scores are logarithms, sums are products of what they stand for::

    expected improvement     Sum([Term(model, LogExpectedImprovement(t))])
    ... that is feasible     Sum([..., Term(constraint_model, LogProbabilityBelow(0.0))])
    ... per unit of cost     Sum([..., Term(log_cost_model, CheapnessOfLogCost())])
    nothing feasible yet     Sum([Term(constraint_model, LogProbabilityBelow(0.0))])

Every model has its own targets, transforms and pending evaluations.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np

from syne_tune.errors import OptionError
from syne_tune.optimizer.acquisition.functions import ScoreFunction
from syne_tune.optimizer.models.predictor import (
    DifferentiablePredictor,
    FloatArray,
    Predictor,
    shortest_length_scales,
)


class AcquisitionFunction(Protocol):
    """A function of encoded inputs which is to be maximised."""

    def evaluate(self, x: FloatArray) -> FloatArray:
        """Values.

        Args:
            x: Encoded inputs ``(m, d)``, ``nan`` where inactive.

        Returns:
            ``(m,)``, row by row.
        """
        ...

    def evaluate_with_gradient(self, x: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Values ``(m,)`` and derivatives ``(m, d)``, which are zero where ``x`` is ``nan``."""
        ...


@dataclass(frozen=True)
class Term:
    """One model and what is expected of it.

    Args:
        predictor: Model.
        score: Score of its predictions.
    """

    predictor: Predictor
    score: ScoreFunction

    def evaluate(self, x: FloatArray) -> FloatArray:
        """Values ``(m,)``."""
        return self.score(self.predictor.predict(x)).value

    def evaluate_with_gradient(self, x: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Values ``(m,)`` and derivatives ``(m, d)``.

        Raises:
            OptionError: If the model has no gradients.
        """
        prediction, pullback = self._differentiable.predict_with_pullback(x)
        value, by_mean, by_std = self.score(prediction)
        return value, pullback(by_mean, by_std)

    @cached_property
    def _differentiable(self) -> DifferentiablePredictor:
        return differentiable(self.predictor)

    @property
    def length_scales(self) -> FloatArray | None:
        """Those of the model, if it knows them."""
        return shortest_length_scales(self.predictor)


class Sum:
    """Sum of terms.

    Args:
        terms: At least one.
    """

    def __init__(self, terms: Sequence[AcquisitionFunction]) -> None:
        self._terms = tuple(terms)

    def evaluate(self, x: FloatArray) -> FloatArray:
        """Values ``(m,)``."""
        return _sum([term.evaluate(x) for term in self._terms])

    def evaluate_with_gradient(self, x: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Values ``(m,)`` and derivatives ``(m, d)``."""
        values, gradients = zip(*(term.evaluate_with_gradient(x) for term in self._terms), strict=True)
        return _sum(values), _sum(gradients)

    @property
    def length_scales(self) -> FloatArray | None:
        """The shortest of those of all terms, as far as known."""
        return shortest_length_scales(*self._terms)


def differentiable(predictor: Predictor) -> DifferentiablePredictor:
    """The predictor itself.

    Raises:
        OptionError: If it has no gradients.
    """
    if not isinstance(predictor, DifferentiablePredictor):
        raise OptionError(f"{predictor!r} has no gradients: search with SearchEffort(max_climb=0)")
    return predictor


def _sum(arrays: Sequence[FloatArray]) -> FloatArray:
    """Sum of one or more arrays of one shape; one alone is handed back as it is."""
    return arrays[0] if len(arrays) == 1 else np.asarray(np.sum(arrays, axis=0))
