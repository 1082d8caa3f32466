"""Genetic search for several objectives: :class:`NSGA2Searcher`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from syne_tune.optimizer.models.predictor import FloatArray
from syne_tune.optimizer.pareto.non_dominated import crowding_distance, layer_of_each
from syne_tune.optimizer.schedulers.multiobjective.objectives import Objectives
from syne_tune.optimizer.schedulers.multiobjective.variation import Variation
from syne_tune.optimizer.schedulers.searchers.duplicates import StochasticAndFilterDuplicatesSearcher
from syne_tune.optimizer.schedulers.searchers.option_checks import check_integer
from syne_tune.trial import Config, Result

_MOST_CHILDREN = 50
"""So many children may be known already, or break a constraint, before a random configuration takes their place."""


class _Member(NamedTuple):
    """A configuration of the population, with costs ``(m,)``."""

    config: Config
    costs: FloatArray


class NSGA2Searcher(StochasticAndFilterDuplicatesSearcher):
    """Breeds configurations from those that few others dominate and that are far from each other.

    Deb, Pratap, Agarwal, Meyarivan, *A Fast and Elitist Multiobjective Genetic Algorithm: NSGA-II*, IEEE TEC 2002, in
    the steady state (Nebro, Durillo, *On the Effect of Applying a Steady-State Selection Scheme in the Multi-Objective
    Genetic Algorithm NSGA-II*, 2009): every evaluation that ends well joins the population at once, and the worst
    member leaves, by layer and then by crowding distance. There are no generations that a slow or failed trial could
    hold up, and any number of trials may run side by side.

    First come ``points_to_evaluate`` and random configurations, until ``population_size`` have been suggested. Then two
    parents win tournaments of two, and their :class:`~.variation.Variation` is suggested. No configuration is suggested
    twice; failed evaluations, and those that are not finite, never join.

    Args:
        config_space: Name of parameter to domain or constant.
        metric: Names of the objectives, at least two.
        mode: ``"min"`` or ``"max"``, or one per objective.
        points_to_evaluate: First suggestions; ``None`` means one default configuration, ``[]`` none.
        population_size: Number of members, at least 2.
        allow_duplicates: Whether a configuration may be suggested again. Default: no.
        random_seed_generator: Called once for the seed, if ``random_seed`` is not given.
        random_seed: The seed; by default a new one from the operating system.

    Raises:
        ConfigSpaceError: If the space or a configuration breaks a rule.
        OptionError: If another argument is not allowed.
    """

    def __init__(
        self,
        config_space: Mapping[str, Any],
        metric: Sequence[str],
        mode: str | Sequence[str] = "min",
        points_to_evaluate: list[dict[str, Any]] | None = None,
        population_size: int = 20,
        allow_duplicates: bool | None = None,
        random_seed_generator: Callable[[], int] | None = None,
        random_seed: int | None = None,
    ) -> None:
        self._objectives = Objectives(metric, mode)
        names, modes = self._objectives.names, self._objectives.modes
        super().__init__(
            config_space, names, points_to_evaluate, allow_duplicates, None, modes, random_seed_generator, random_seed
        )
        check_integer("population_size", population_size, 2)
        self.population_size = population_size
        self._variation = Variation(self.space)
        self._num_random = max(0, population_size - self._num_initial)
        self._num_drawn = 0
        self._population: dict[str, _Member] = {}

    def configure_scheduler(self, scheduler: Any) -> None:
        """Called by the scheduler before the first suggestion; adopts its metrics and modes.

        Raises:
            OptionError: If there are fewer than two metrics.
        """
        super().configure_scheduler(scheduler)
        self._objectives = Objectives(self._metric, self._mode)

    # -- suggestions ---------------------------------------------------------------------------------------------

    def _get_config(self, **kwargs: Any) -> dict[str, Any] | None:
        if self._num_drawn < self._num_random:
            self._num_drawn += 1
            return self._at_random(f"number {self._num_drawn} of {self._num_random} before there are children")
        if len(self._population) < 2:
            return self._at_random("fewer than two evaluations have ended well")
        return self._child() or self._at_random("children of the population are all known")

    def _at_random(self, why: str) -> dict[str, Any] | None:
        config = self._get_random_config()
        reason, facts = self._explanation
        self._explain_as(f"{reason}: {why}", source="random", population=len(self._population), **facts)
        return config

    def _child(self) -> dict[str, Any] | None:
        trial_ids = list(self._population)
        order = _best_first(np.array([member.costs for member in self._population.values()]))
        position = np.empty(len(order), dtype=np.intp)
        position[order] = np.arange(len(order))
        for _ in range(_MOST_CHILDREN):
            first, second = (trial_ids[self._winner(position)] for _ in range(2))
            child = self._variation.child(
                self._population[first].config, self._population[second].config, self.random_state
            )
            if not self.space.broken_constraints(child) and not self.should_not_suggest(child):
                reason = f"child of trials {first} and {second}, the winners of two tournaments"
                facts = {"parents": [first, second], "population": len(self._population)}
                self._explain_as(reason, source="model", **facts)
                return child
        return None

    def _winner(self, position: np.ndarray) -> int:
        """Place of the better of two members drawn at random."""
        drawn = self.random_state.randint(len(position), size=2)
        return int(drawn[np.argmin(position[drawn])])

    # -- what is known -------------------------------------------------------------------------------------------

    def _update(self, trial_id: str, config: Config, result: Result) -> None:
        costs = self._objectives.costs(trial_id, result)
        self._remember(trial_id, config)
        if not np.all(np.isfinite(costs)):
            self.evaluation_failed(trial_id)
            return
        self._population[trial_id] = _Member({name: config[name] for name in self.space.active(config)}, costs)
        if len(self._population) > self.population_size:
            worst = _best_first(np.array([member.costs for member in self._population.values()]))[-1]
            del self._population[list(self._population)[worst]]

    def remove_case(self, trial_id: str, **kwargs: Any) -> None:
        """The trial leaves the population."""
        self._population.pop(trial_id, None)

    def evaluation_failed(self, trial_id: str) -> None:
        """The trial failed: it is no member, and its configuration is never suggested again."""
        super().evaluation_failed(trial_id)
        self.remove_case(trial_id)

    def dataset_size(self) -> int:
        """Number of members."""
        return len(self._population)


def _best_first(costs: FloatArray) -> np.ndarray:
    """Places of points ``(n, m)``: by layer, within a layer by crowding distance, the largest first."""
    layers = layer_of_each(costs)
    crowding = np.empty(len(costs))
    for layer in range(int(layers.max()) + 1):
        members = np.flatnonzero(layers == layer)
        crowding[members] = crowding_distance(costs[members])
    return np.lexsort([-crowding, layers])
