"""The configurations that a model over several resources would evaluate next: :class:`MultiFidelityProposer`."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from syne_tune.optimizer.acquisition.acquisition import Sum, Term
from syne_tune.optimizer.acquisition.fantasies import believe
from syne_tune.optimizer.acquisition.functions import best_mean
from syne_tune.optimizer.acquisition.optimize import optimize
from syne_tune.optimizer.models.blas_threads import single_blas_thread
from syne_tune.optimizer.models.predictor import FloatArray
from syne_tune.optimizer.models.surrogate import Conditioned, Surrogate, with_resource
from syne_tune.optimizer.schedulers.searchers.ambition import lowered, relevant_gain
from syne_tune.optimizer.schedulers.searchers.aspect import Aspect, Opinion
from syne_tune.optimizer.schedulers.searchers.bayesian_options import BayesianOptions
from syne_tune.optimizer.schedulers.searchers.level_history import LevelHistory
from syne_tune.optimizer.schedulers.searchers.level_view import LevelView
from syne_tune.optimizer.schedulers.searchers.model_inputs import ModelInputs
from syne_tune.optimizer.schedulers.searchers.pending import with_pending
from syne_tune.optimizer.schedulers.searchers.proposals import NUM_CENTRES, Proposal, proposed
from syne_tune.optimizer.schedulers.searchers.resume_or_start import PausedAt

MOST_BELIEVED = 100
"""So many trials without a value at the resource in question count as tried, the newest."""


class _Learned(NamedTuple):
    """State of all models before one suggestion: without and with what is pending, and what other aspects say."""

    known: Conditioned
    assumed: Conditioned
    opinions: list[Opinion]


class MultiFidelityProposer:
    """Keeps a model over configurations and resources up to date, and ranks configurations at one resource by it.

    Args:
        inputs: The encoding of configurations.
        options: Choices of the user.
        surrogate: The model; its inputs have the resource as last column.
        view: How it is looked at, at one resource.
        max_resource: The largest resource.
        random_state: The only source of randomness.
        aspects: What counts besides the metric.
    """

    def __init__(
        self,
        inputs: ModelInputs,
        options: BayesianOptions,
        surrogate: Surrogate,
        view: LevelView,
        max_resource: int,
        random_state: np.random.RandomState,
        aspects: Sequence[Aspect] = (),
    ) -> None:
        self._inputs = inputs
        self._options = options
        self._surrogate = surrogate
        self._view = view
        self._max_resource = max_resource
        self._random_state = random_state
        self._aspects = tuple(aspects)

    # -- rankings ------------------------------------------------------------------------------------------------

    def search(self, history: LevelHistory, level: int) -> Iterator[Proposal]:
        """Ranks configurations found by searching the space.

        Args:
            history: With at least one value.
            level: Resource at which they are compared.
        """
        learned = self._learn(history)
        acquisition = self._improvement_by_new(learned, level, history)
        return self._search(learned, acquisition, history, level)

    def rank(self, history: LevelHistory, level: int, configs: Sequence[dict[str, Any]]) -> Iterator[Proposal]:
        """Ranks given configurations.

        Args:
            history: With at least one value.
            level: Resource at which they are compared.
            configs: The configurations; may be empty.
        """
        learned = self._learn(history)
        acquisition = self._improvement_by_new(learned, level, history)
        return self._rank(learned, acquisition, level, configs)

    @single_blas_thread()
    def compete(
        self,
        history: LevelHistory,
        paused: Sequence[PausedAt],
        first: int,
        configs: Sequence[dict[str, Any]] | None,
        *,
        at_the_end: bool,
    ) -> tuple[list[float], Iterator[Proposal]]:
        """Compares paused trials with new ones.

        The incumbent at a resource is the best of the configurations with a value there, or of all as long as there are
        none: multi-fidelity expected improvement of DyHPO, Wistuba et al. 2022.

        Args:
            history: With at least one value.
            paused: Trials that wait.
            first: How far a new trial would go.
            configs: Candidates for a new trial; ``None``: the space is searched.
            at_the_end: Whether all compete by the improvement at the largest resource, per resource still to be spent
                until there; otherwise each by that at the resource it would go to next, as in the paper.

        Returns:
            The acquisition value of each paused trial, and a ranking of new configurations.
        """
        learned = self._learn(history)
        goals = [self._max_resource if at_the_end else trial.milestone for trial in paused]
        goal = self._max_resource if at_the_end else first
        acquisitions = {
            level: self._improvement(learned.assumed, level, history.compared_at(level), learned.opinions)
            for level in sorted({goal, *goals})
        }
        codes = history.codes([trial.trial_id for trial in paused])
        values = [float(acquisitions[level].evaluate(x[None])[0]) for level, x in zip(goals, codes, strict=True)]
        if at_the_end:
            left = [1 - trial.resource / self._max_resource for trial in paused]
            values = [value - math.log(share) for value, share in zip(values, left, strict=True)]
        if configs is None:
            return values, self._search(learned, acquisitions[goal], history, goal)
        return values, self._rank(learned, acquisitions[goal], goal, configs)

    # -- what the models say -------------------------------------------------------------------------------------

    def update(self, history: LevelHistory) -> Conditioned:
        """Brings the model up to date; returns it given all values.

        Args:
            history: With at least one value.
        """
        x, resources, values = history.observations()
        known = self._surrogate.update(with_resource(x, resources, self._max_resource), values)
        self._view.update(history.num_changes)
        return known

    def _learn(self, history: LevelHistory) -> _Learned:
        known = self.update(history)
        codes, levels = history.pending()
        pending = with_resource(codes, levels, self._max_resource)
        opinions = [opinion for aspect in self._aspects if (opinion := aspect.opinion(codes)) is not None]
        return _Learned(known, with_pending(known, pending, self._options, self._random_state), opinions)

    def _improvement_by_new(self, learned: _Learned, level: int, history: LevelHistory) -> Sum:
        """What a new configuration promises at one resource.

        Trials that have values, but none there, are believed to keep to what the model expects of them: they have been
        tried. Otherwise, as long as they wait at a lower level or have been stopped, the place where they are would
        look as promising as before, and be suggested again and again.
        """
        tried = with_resource(history.tried_without(level, MOST_BELIEVED), level, self._max_resource)
        assumed = believe(learned.assumed, tried)
        return self._improvement(assumed, level, history.configurations(), learned.opinions)

    def _improvement(self, model: Conditioned, level: int, on: FloatArray, opinions: Sequence[Opinion]) -> Sum:
        """Improvement at one resource on the best of the configurations ``on`` ``(c, d)``, and what aspects say.

        What is relevant is judged by what the model expects, since few have a value at this resource.
        """
        seen = self._view.at(model, level)
        means = seen.predict_mean(on)
        transform = self._surrogate.transform
        gain = relevant_gain(transform.inverse(means), self._options.ambition_after(len(on)))
        improvement = self._options.score(lowered(best_mean(means), gain, transform))
        return Sum([Term(seen, improvement), *(opinion.term for opinion in opinions)])

    def _search(self, learned: _Learned, acquisition: Sum, history: LevelHistory, level: int) -> Iterator[Proposal]:
        tried = history.configurations()
        order = np.argsort(self._view.at(learned.known, level).predict_mean(tried), kind="stable")
        effort = self._options.effort(len(learned.known.x))
        centres = tried[order[:NUM_CENTRES]]
        found = optimize(acquisition, self._inputs.domain, self._random_state, centres=centres, effort=effort)
        for x, value in zip(found.x, found.values, strict=True):
            yield self._proposal(learned, level, x, float(value), self._inputs.decode(x[None])[0])

    def _rank(
        self, learned: _Learned, acquisition: Sum, level: int, configs: Sequence[dict[str, Any]]
    ) -> Iterator[Proposal]:
        if not configs:
            return
        x = self._inputs.encode(configs)
        values = acquisition.evaluate(x)
        for place in np.argsort(-values, kind="stable"):
            yield self._proposal(learned, level, x[place], float(values[place]), dict(configs[place]))

    def _proposal(
        self, learned: _Learned, level: int, x: FloatArray, acquisition: float, config: dict[str, Any]
    ) -> Proposal:
        seen = self._view.at(learned.known, level)
        return proposed(config, x, acquisition, seen, self._surrogate.transform, learned.opinions)
