"""Many suggestions for the price of one model: :class:`ModelBatches`.

One fit and one search serve a whole batch. Its first member maximises expected improvement. The others are Thompson
samples among the candidates that the search ranked highest: each is the best one in a function drawn from the posterior
(Kandasamy, Krishnamurthy, Schneider, Poczos, *Parallelised Bayesian Optimisation via Thompson Sampling*, AISTATS 2018).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from syne_tune.optimizer.acquisition.acquisition import Sum, Term
from syne_tune.optimizer.acquisition.fantasies import believe
from syne_tune.optimizer.acquisition.functions import LogExpectedImprovement, best_mean
from syne_tune.optimizer.acquisition.optimize import SearchEffort, optimize
from syne_tune.optimizer.acquisition.thompson import thompson_batch
from syne_tune.optimizer.models.gp.surrogate import GaussianProcessSurrogate, SurrogateOptions
from syne_tune.optimizer.models.predictor import FloatArray
from syne_tune.optimizer.schedulers.auto.observations import Observations
from syne_tune.optimizer.schedulers.auto.pace import LIGHT_BATCH, Source
from syne_tune.optimizer.schedulers.searchers.model_inputs import ModelInputs

_MOST_CANDIDATES = 300
_FEWEST_CANDIDATES = 100
_NUM_CENTRES = 5
_SPARE = 1.25
"""So many more members than asked for, since some may have been suggested before."""

_MOST_PENDING = 100
"""More trials under way than this are as good as fewer, and would be most of what the model knows."""

_STREAM = 2
"""Random configurations and fresh suggestions have other streams of the same seed."""

_LIGHT_EFFORT = SearchEffort(num_random=200, num_neighbours=200, num_starts=0)


@dataclass(frozen=True)
class Order:
    """A batch to be made, and all that it depends on: a state of knowledge, as of the moment of the order.

    Args:
        number: Of the batch, counted from 0.
        source: Which model.
        size: Number of members.
        level: Level whose values the model sees.
        count: So many of them, the first ones.
        pending: Inputs ``(q, d)`` of trials that were running.
    """

    number: int
    source: Source
    size: int
    level: int
    count: int
    pending: FloatArray = field(compare=False)


@dataclass(frozen=True)
class Member:
    """One suggestion of a batch.

    Args:
        config: Active hyperparameters.
        facts: What is said about it in the log.
    """

    config: dict[str, Any]
    facts: dict[str, Any]


class ModelBatches:
    """Makes batches. Each is a function of the seed, its order, and the orders before.

    Args:
        inputs: The encoding.
        seed: Each batch draws from a stream of its own, made of the seed and the number of the batch.
    """

    def __init__(self, inputs: ModelInputs, seed: int) -> None:
        self._inputs = inputs
        self._seed = seed
        self._surrogates: dict[tuple[str, int], GaussianProcessSurrogate] = {}

    def make(self, order: Order, observations: Observations) -> list[Member]:
        """The members of a batch, best first.

        Args:
            order: With at least one value to learn from.
            observations: What is known, at the time of the order or later.
        """
        random_state = np.random.RandomState([self._seed, _STREAM, order.number])
        surrogate = self._surrogate(order)
        known = surrogate.update(*observations.at_level(order.level, order.count))
        assumed = believe(known, order.pending[-_MOST_PENDING:])
        acquisition = Sum([Term(assumed, LogExpectedImprovement(best_mean(assumed.mean_at_data)))])
        centres = known.x[np.argsort(known.mean_at_data, kind="stable")[:_NUM_CENTRES]]
        effort = SearchEffort.for_observations(len(known.x)) if order.source != LIGHT_BATCH else _LIGHT_EFFORT
        found = optimize(acquisition, self._inputs.domain, random_state, centres=centres, effort=effort)
        size = int(np.ceil(order.size * _SPARE))
        candidates = found.x[: int(np.clip(2 * size, _FEWEST_CANDIDATES, _MOST_CANDIDATES))]
        if not len(candidates):
            return []
        chosen = thompson_batch(assumed, candidates, min(size, len(candidates)), random_state)
        places = list(dict.fromkeys([0, *chosen.tolist()]))
        return self._members(order, candidates[places])

    def _surrogate(self, order: Order) -> GaussianProcessSurrogate:
        key = (order.source.name, order.level)
        if key not in self._surrogates:
            subset = order.source.subset
            options = SurrogateOptions(
                max_observations=round(subset * 5 / 3),
                subset_size=subset,
                fit_size=min(200, subset),
                always_refit_below=0,
            )
            random_state = np.random.RandomState([self._seed, _STREAM + 1, order.level, subset])
            self._surrogates[key] = GaussianProcessSurrogate(self._inputs.layout, options, random_state)
        return self._surrogates[key]

    def _members(self, order: Order, x: FloatArray) -> list[Member]:
        configs = self._inputs.decode(x)
        facts = {"batch": order.number, "observations": order.count}
        roles = ["largest expected improvement"] + ["best in a function drawn from the posterior"] * (len(configs) - 1)
        return [Member(config, {**facts, "role": role}) for config, role in zip(configs, roles, strict=True)]
