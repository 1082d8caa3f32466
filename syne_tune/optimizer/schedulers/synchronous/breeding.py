"""Configurations bred from others: :class:`BreedingSearcher`, the searcher inside of DEHB."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from syne_tune.errors import OptionError
from syne_tune.optimizer.models.predictor import FloatArray
from syne_tune.optimizer.schedulers.searchers.duplicates import StochasticAndFilterDuplicatesSearcher
from syne_tune.optimizer.schedulers.searchers.encoding import HyperparameterRanges
from syne_tune.optimizer.schedulers.searchers.searcher import BaseSearcher
from syne_tune.optimizer.schedulers.synchronous.differential_evolution import NUM_PARENTS, crossover, mutate
from syne_tune.trial import Config, Result

_MAX_OFFSPRING = 25
"""So many times an offspring is bred before a random configuration takes its place."""


@dataclass(frozen=True)
class Breeding:
    """What an offspring is bred from.

    Args:
        target: Trial which the offspring will be compared with; ``None`` if there is none yet.
        pool: Trials whose configurations may be parents of the mutant.
    """

    target: int | None
    pool: Sequence[int]


class BreedingSearcher(StochasticAndFilterDuplicatesSearcher):
    """Draws configurations at random, uniformly in encoded space, or breeds them by differential evolution.

    Args:
        config_space: Name of parameter to domain or constant.
        metric: Name of the metric.
        points_to_evaluate: First suggestions; ``None`` means one default configuration, ``[]`` none.
        mode: ``"min"`` or ``"max"``.
        random_seed_generator: Called once for the seed, if ``random_seed`` is not given.
        random_seed: The seed; by default a new one from the operating system.
        allow_duplicates: Whether a configuration may be suggested again. Default: no.
        debug_log: Accepted for existing scripts; each suggestion carries its reason in any case.
        mutation_factor: F, in (0, 1].
        crossover_probability: In [0, 1].
        first: Searcher which suggests what is not bred. Default: random draws.

    Raises:
        OptionError: If a probability or factor is not allowed.
    """

    def __init__(  # noqa: PLR0913  # what schedulers pass to searchers, and its own options
        self,
        config_space: Mapping[str, Any],
        metric: str,
        points_to_evaluate: list[dict[str, Any]] | None = None,
        mode: str = "min",
        random_seed_generator: Callable[[], int] | None = None,
        random_seed: int | None = None,
        allow_duplicates: bool | None = None,
        debug_log: bool = True,
        mutation_factor: float = 0.5,
        crossover_probability: float = 0.5,
        first: BaseSearcher | None = None,
    ) -> None:
        points = points_to_evaluate if first is None else []
        super().__init__(config_space, metric, points, allow_duplicates, None, mode, random_seed_generator, random_seed)
        if not 0 < mutation_factor <= 1:
            raise OptionError(f"mutation_factor = {mutation_factor!r}: must be larger than 0 and at most 1")
        if not 0 <= crossover_probability <= 1:
            raise OptionError(f"crossover_probability = {crossover_probability!r}: must lie in [0, 1]")
        self._ranges = HyperparameterRanges(self.space)
        self._mutation_factor, self._crossover_probability = mutation_factor, crossover_probability
        self._first = first
        self._configs: dict[int, Config] = {}

    def configure_scheduler(self, scheduler: Any) -> None:
        """Adopts metric and mode; tells the searcher of first configurations, too."""
        super().configure_scheduler(scheduler)
        if self._first is not None:
            self._first.configure_scheduler(scheduler)

    # -- suggestions ---------------------------------------------------------------------------------------------

    def get_config(self, **kwargs: Any) -> dict[str, Any] | None:
        """The next configuration.

        Args:
            **kwargs: ``trial_id``; ``breeding``, a :class:`Breeding`, if it shall be bred; ``again``, a trial whose
                configuration shall be evaluated again at a higher level; and what else the scheduler knows.

        Returns:
            A configuration, or ``None`` if nothing is left to suggest.
        """
        again = kwargs.pop("again", None)
        if again is None:
            return super().get_config(**kwargs)
        self._explain_as(f"the configuration of trial {again}, trained further from scratch", source="again", of=again)
        return dict(self._configs[again])

    def _get_config(self, **kwargs: Any) -> dict[str, Any] | None:
        breeding = kwargs.pop("breeding", None)
        if breeding is not None and self.space.free:
            config = self._bred(breeding)
            return self._get_random_config() if config is None else config
        if self._first is None:
            return self._random_in_encoded_space()
        config = self._first.get_config(**kwargs)
        if config is not None:
            reason, facts = self._first.explain(config)
            self._explain_as(reason, **facts)
        return config

    def _random_in_encoded_space(self) -> dict[str, Any] | None:
        config = self._ranges.from_ndarray(self.random_state.uniform(size=self._ranges.ndarray_size))
        if self._is_allowed(config):
            self._explain_as("random draw", source="random")
            return config
        return self._get_random_config()

    def _is_allowed(self, config: Config) -> bool:
        return not self.should_not_suggest(config) and not self.space.broken_constraints(config)

    def _bred(self, breeding: Breeding) -> dict[str, Any] | None:
        for _ in range(_MAX_OFFSPRING):
            parents, codes = self._parents(breeding.pool)
            target = self._encoded([breeding.target])[0]
            mutant = mutate(codes, self._mutation_factor, self.random_state)
            blocks = list(self._ranges.encoded_ranges.values())
            child = crossover(target, mutant, blocks, self._crossover_probability, self.random_state)
            config = self._ranges.from_ndarray(child)
            if self._is_allowed(config):
                of = "a random configuration" if breeding.target is None else f"trial {breeding.target}"
                reason = f"bred from {of}, crossed with a mutant of trials {parents}"
                self._explain_as(reason, source="evolution", target=breeding.target, parents=parents)
                return config
        return None

    def _parents(self, pool: Sequence[int]) -> tuple[list[int | None], FloatArray]:
        """Three members of the pool, random configurations in place of those that are missing."""
        chosen = self.random_state.permutation(len(pool))[:NUM_PARENTS]
        parents: list[int | None] = [pool[place] for place in chosen.tolist()]
        parents += [None] * (NUM_PARENTS - len(parents))
        return parents, self._encoded(parents)

    def _encoded(self, trial_ids: Sequence[int | None]) -> FloatArray:
        """Codes ``(n, d)``; coordinates of inactive parameters, and those of no trial, are drawn at random."""
        drawn = self.random_state.uniform(size=(len(trial_ids), self._ranges.ndarray_size))
        rows = [row for row, trial_id in enumerate(trial_ids) if trial_id is not None]
        configs = [self._configs[trial_id] for trial_id in trial_ids if trial_id is not None]
        if rows:
            known = self._ranges.to_ndarray_matrix(configs)
            drawn[rows] = np.where(self._ranges.active_mask(configs), known, drawn[rows])
        return drawn

    # -- what is known -------------------------------------------------------------------------------------------

    def register_pending(self, trial_id: str, config: Config | None = None, milestone: int | None = None) -> None:
        """An evaluation is under way; remembers the configuration as a possible parent."""
        super().register_pending(trial_id, config, milestone)
        if config is not None:
            self._configs[int(trial_id)] = config
        if self._first is not None:
            self._first.register_pending(trial_id, config, milestone)

    def on_trial_result(self, trial_id: str, config: Config, result: Result, update: bool) -> None:
        """Tells the searcher of first configurations."""
        if self._first is not None:
            self._first.on_trial_result(trial_id, config, result, update)

    def remove_case(self, trial_id: str, **kwargs: Any) -> None:
        """Tells the searcher of first configurations."""
        if self._first is not None:
            self._first.remove_case(trial_id, **kwargs)

    def evaluation_failed(self, trial_id: str) -> None:
        """The trial failed: its configuration is never suggested again."""
        super().evaluation_failed(trial_id)
        if self._first is not None:
            self._first.evaluation_failed(trial_id)

    def cleanup_pending(self, trial_id: str) -> None:
        """Nothing of this trial is pending any more."""
        super().cleanup_pending(trial_id)
        if self._first is not None:
            self._first.cleanup_pending(trial_id)
