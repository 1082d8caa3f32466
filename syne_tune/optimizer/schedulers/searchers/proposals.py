"""The configurations that a Gaussian process would evaluate next: :class:`Proposer`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from syne_tune.optimizer.acquisition.acquisition import Sum, Term
from syne_tune.optimizer.acquisition.fantasies import believe, fantasize
from syne_tune.optimizer.acquisition.functions import best_mean
from syne_tune.optimizer.acquisition.optimize import optimize
from syne_tune.optimizer.models.gp.surrogate import GaussianProcessSurrogate
from syne_tune.optimizer.models.predictor import FloatArray, Prediction
from syne_tune.optimizer.models.surrogate import Conditioned
from syne_tune.optimizer.schedulers.searchers.bayesian_options import BayesianOptions
from syne_tune.optimizer.schedulers.searchers.history import History
from syne_tune.optimizer.schedulers.searchers.model_inputs import ModelInputs

_NUM_CENTRES = 5
"""Candidates are looked for around so many of the best configurations."""


class Proposal(NamedTuple):
    """A configuration worth evaluating, and what the model says of it.

    Attributes:
        config: Active hyperparameters.
        mean: Predicted value, in the units of the history.
        std: Its standard deviation.
        acquisition: Value of the acquisition function; larger is better.
    """

    config: dict[str, Any]
    mean: float
    std: float
    acquisition: float


class Proposer:
    """Keeps a Gaussian process up to date, and ranks configurations by it.

    The caller takes the first proposal of a ranking that it has not used yet.

    Args:
        inputs: The encoding.
        options: Choices of the user.
        random_state: The only source of randomness.
    """

    def __init__(self, inputs: ModelInputs, options: BayesianOptions, random_state: np.random.RandomState) -> None:
        self._inputs = inputs
        self._options = options
        self._random_state = random_state
        self._surrogate = GaussianProcessSurrogate(inputs.layout, options.surrogate(), random_state)

    def _learn(self, history: History) -> tuple[Conditioned, Sum]:
        """The model given all values, and the acquisition function, which also knows what is pending."""
        known = self._surrogate.update(*history.observations())
        assumed = self._assume(known, history.pending())
        return known, Sum([Term(assumed, self._options.score(best_mean(assumed.mean_at_data)))])

    def _assume(self, posterior: Conditioned, pending: FloatArray) -> Conditioned:
        """Adds what is to be expected of the evaluations that are under way."""
        if self._options.no_fantasizing:
            return posterior
        if self._options.num_fantasy_samples is None:
            return believe(posterior, pending)
        return fantasize(posterior, pending, self._options.num_fantasy_samples, self._random_state)

    def search(self, history: History) -> Iterator[Proposal]:
        """Ranks configurations found by searching the space.

        Args:
            history: With at least one value.
        """
        known, acquisition = self._learn(history)
        centres = known.x[np.argsort(known.mean_at_data, kind="stable")[:_NUM_CENTRES]]
        effort = self._options.effort(len(known.x))
        found = optimize(acquisition, self._inputs.domain, self._random_state, centres=centres, effort=effort)
        for x, value in zip(found.x, found.values, strict=True):
            yield self._proposal(self._inputs.decode(x[None])[0], known.predict(x[None]), float(value))

    def rank(self, history: History, configs: Sequence[dict[str, Any]]) -> Iterator[Proposal]:
        """Ranks given configurations.

        Args:
            history: With at least one value.
            configs: The configurations; may be empty.
        """
        known, acquisition = self._learn(history)
        x = self._inputs.encode(configs)
        values = acquisition.evaluate(x)
        for place in np.argsort(-values, kind="stable"):
            yield self._proposal(dict(configs[place]), known.predict(x[place, None]), float(values[place]))

    def _proposal(self, config: dict[str, Any], prediction: Prediction, acquisition: float) -> Proposal:
        return Proposal(config, *self._in_units_of_the_history(prediction), acquisition)

    def _in_units_of_the_history(self, prediction: Prediction) -> tuple[float, float]:
        """Mean and standard deviation before the transform of targets; half of what lies within one deviation."""
        mean, std = prediction
        low, middle, high = self._surrogate.transform.inverse(np.concatenate([mean - std, mean, mean + std]))
        return float(middle), float(high - low) / 2
