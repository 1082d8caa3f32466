"""Differential evolution and Hyperband: :class:`DifferentialEvolutionHyperbandScheduler`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any

from syne_tune.config_space import Space
from syne_tune.errors import OptionError
from syne_tune.optimizer.schedulers.max_resource import required_max_resource
from syne_tune.optimizer.schedulers.metrics import positive_integer
from syne_tune.optimizer.schedulers.searchers.searcher import BaseSearcher
from syne_tune.optimizer.schedulers.synchronous.bracket import SlotInRung, SynchronousBracket, succeeded
from syne_tune.optimizer.schedulers.synchronous.bracket_manager import Job, SynchronousHyperbandBracketManager
from syne_tune.optimizer.schedulers.synchronous.breeding import Breeding, BreedingSearcher
from syne_tune.optimizer.schedulers.synchronous.differential_evolution import NUM_PARENTS
from syne_tune.optimizer.schedulers.synchronous.hyperband import SynchronousHyperbandScheduler
from syne_tune.optimizer.schedulers.synchronous.population import Member, Population
from syne_tune.optimizer.schedulers.synchronous.rung_sizes import geometric_rungs
from syne_tune.seeds import RandomSeedGenerator

RANDOM_ENCODED = "random_encoded"
"""The searcher of first configurations unless another one is named: uniform draws in encoded space."""


class DifferentialEvolutionBracketManager(SynchronousHyperbandBracketManager):
    """Brackets of DEHB: those of the first iteration are Hyperband, all later ones evolve what is known at a level.

    Each level has a population, as large as the largest rung of this level. Every result there competes for a place.

    Args:
        bracket_rungs: Per bracket of an iteration, its rungs: number of slots, level.
        mode: ``"min"`` or ``"max"``.
    """

    def __init__(self, bracket_rungs: Sequence[Sequence[tuple[int, int]]], mode: str) -> None:
        super().__init__(bracket_rungs, mode)
        sizes: dict[int, int] = {}
        for size, level in chain.from_iterable(self.bracket_rungs):
            sizes[level] = max(size, sizes.get(level, 0))
        self._populations = {level: Population(sizes[level]) for level in sorted(sizes)}
        self._places: dict[tuple[int, int, int], int | None] = {}

    def _new_bracket(self, bracket_id: int) -> SynchronousBracket:
        return SynchronousBracket(
            self.bracket_rungs[self.offset(bracket_id)], self._sign, promotes=self._is_hyperband(bracket_id)
        )

    def _is_hyperband(self, bracket_id: int) -> bool:
        return bracket_id < len(self.bracket_rungs)

    def population(self, level: int) -> Population:
        """The population of one of the levels."""
        return self._populations[level]

    def breeding(self, job: Job) -> Breeding | None:
        """What the offspring for a slot is bred from; ``None`` if the slot is not for an offspring.

        Parents are the best of the level below, as many as the rung has slots; in the lowest rung of a bracket, all of
        its own level. While there are fewer than three, others are added: of that level, then of the levels next to it.
        """
        bracket_id, slot = job
        pool = [] if self._is_hyperband(bracket_id) else self._pool(bracket_id, slot)
        if not pool:
            return None
        population = self._populations[slot.level]
        place = self._places[_key(job)] = population.next_place()
        return Breeding(None if place is None else population.member(place).trial_id, pool)

    def _pool(self, bracket_id: int, slot: SlotInRung) -> list[int]:
        size = self.bracket_rungs[self.offset(bracket_id)][slot.rung_index][0] if slot.rung_index else None
        level = self.level_to_prev_level(bracket_id, slot.level) if slot.rung_index else slot.level
        pool = self._populations[level].best(size)
        others = sorted(self._populations, key=lambda it: abs(it - level))
        for trial_id in chain.from_iterable(self._populations[it].best() for it in others):
            if len(pool) >= NUM_PARENTS:
                break
            if trial_id not in pool:
                pool.append(trial_id)
        return pool

    def on_result(self, result: Job) -> list[int] | None:
        """A slot is filled, and its trial competes for a place in the population.

        Returns:
            As in the base class.
        """
        _, slot = result
        place = self._places.pop(_key(result), None)
        if succeeded(slot):
            assert slot.trial_id is not None, "it succeeded"
            assert slot.metric_val is not None, "it succeeded"
            self._populations[slot.level].admit(Member(slot.trial_id, self._sign * slot.metric_val), place)
        return super().on_result(result)


def _key(job: Job) -> tuple[int, int, int]:
    bracket_id, slot = job
    return bracket_id, slot.rung_index, slot.slot_index


class DifferentialEvolutionHyperbandScheduler(SynchronousHyperbandScheduler):
    """Hyperband whose later brackets breed configurations from what earlier ones found.

    Awad, Mallik, Hutter, *DEHB: Evolutionary Hyberband for Scalable, Robust and Efficient Hyperparameter Optimization*,
    IJCAI 2021. The brackets of the first iteration are synchronous Hyperband, whose results make a population for each
    level. In a later bracket, each slot is filled by an offspring: a member of the population of that level, crossed
    with a mutant of the best of the level below. It is trained from scratch up to its level, and takes the place of
    that member if it is not worse. While a population is not complete, because workers do not wait, a random
    configuration stands in for its member.

    Reports that are not as they should be are answered as in
    :class:`~syne_tune.optimizer.schedulers.synchronous.hyperband.SynchronousHyperbandScheduler`.

    Args:
        config_space: Name of parameter to domain or constant.
        rungs_first_bracket: Number of slots and level of each rung of the first bracket, lowest first.
        metric: Name of the metric to optimise.
        num_brackets_per_iteration: Bracket b of an iteration leaves the b lowest rungs out. Default: as many brackets
            as rungs.
        bracket_rungs: All brackets of an iteration, if they are not to be parts of the first one; each has one rung
            less than the one before.
        searcher: Which searcher suggests first configurations. Default: ``"random_encoded"``, uniform in encoded space.
        search_options: Options of that searcher; for the default ``allow_duplicates`` and ``debug_log``.
        points_to_evaluate: First suggestions; ``None`` means one default configuration, ``[]`` none.
        mutation_factor: How far a mutant is moved, in (0, 1].
        crossover_probability: How much of an offspring is from the mutant, in [0, 1].
        support_pause_resume: Whether trials of the first iteration are resumed. If not, their configurations are
            trained again from scratch in new trials.
        **kwargs: Other arguments of
            :class:`~syne_tune.optimizer.schedulers.synchronous.hyperband.SynchronousHyperbandScheduler`.

    Raises:
        ConfigSpaceError: If the space or an initial configuration breaks a rule.
        OptionError: If another argument is not allowed.
    """

    bracket_manager: DifferentialEvolutionBracketManager

    def __init__(  # noqa: PLR0913  # documented signature
        self,
        config_space: Mapping[str, Any],
        rungs_first_bracket: Sequence[tuple[int, int]],
        metric: str,
        *,
        num_brackets_per_iteration: int | None = None,
        bracket_rungs: Sequence[Sequence[tuple[int, int]]] | None = None,
        searcher: str = RANDOM_ENCODED,
        search_options: Mapping[str, Any] | None = None,
        points_to_evaluate: list[dict[str, Any]] | None = None,
        mutation_factor: float = 0.5,
        crossover_probability: float = 0.5,
        support_pause_resume: bool = True,
        **kwargs: Any,
    ) -> None:
        self._mutation_factor, self._crossover_probability = mutation_factor, crossover_probability
        self._support_pause_resume = support_pause_resume
        super().__init__(
            config_space,
            bracket_rungs or _suffixes(rungs_first_bracket, num_brackets_per_iteration),
            metric,
            searcher=searcher,
            search_options=search_options,
            points_to_evaluate=points_to_evaluate,
            **kwargs,
        )

    def _make_bracket_manager(
        self, bracket_rungs: Sequence[Sequence[tuple[int, int]]], mode: str
    ) -> SynchronousHyperbandBracketManager:
        return DifferentialEvolutionBracketManager(bracket_rungs, mode)

    def _make_searcher(
        self,
        searcher: str | BaseSearcher,
        search_options: dict[str, Any],
        points_to_evaluate: list[dict[str, Any]] | None,
    ) -> BaseSearcher:
        first = None
        if searcher != RANDOM_ENCODED:
            first = super()._make_searcher(searcher, search_options, points_to_evaluate)
            search_options = {}
        return BreedingSearcher(
            self.space,
            self._metrics[0],
            points_to_evaluate,
            self._modes[0],
            random_seed_generator=RandomSeedGenerator(self.random_seed),
            mutation_factor=self._mutation_factor,
            crossover_probability=self._crossover_probability,
            first=first,
            **_checked(search_options),
        )

    def _promote_trial(self, new_trial_id: str) -> tuple[str | None, dict[str, Any]]:
        job = self._next_job = self.bracket_manager.next_job()
        bracket_id, slot = job
        if slot.trial_id is not None and self._support_pause_resume:
            return self._resume(job)
        details = {"bracket": self.bracket_manager.offset(bracket_id), "milestone": slot.level}
        if slot.trial_id is not None:
            return None, {**details, "again": slot.trial_id}
        breeding = self.bracket_manager.breeding(job)
        return None, details if breeding is None else {**details, "breeding": breeding}

    def does_pause_resume(self) -> bool:
        """Whether trials of the first iteration are resumed."""
        return self._support_pause_resume


class GeometricDifferentialEvolutionHyperbandScheduler(DifferentialEvolutionHyperbandScheduler):
    """DEHB whose brackets are those of Hyperband, as published.

    Args:
        config_space: Name of parameter to domain or constant.
        metric: Name of the metric to optimise.
        grace_period: The lowest level. Default: the largest resource, divided by the reduction factor as often as at
            least 1 is left (2, 6, 17, 52), as in the paper.
        reduction_factor: Ratio of neighbouring levels, and of neighbouring sizes.
        brackets: Number of brackets per iteration. Default: as many as there are levels.
        max_resource_level: The largest resource. Default: the constant ``max_resource_attr``, or else the first integer
            constant among ``epochs``, ``max_t``, ``max_epochs`` of the space.
        max_resource_attr: Name of the constant of the space that tells the script how far to train.
        **kwargs: Other arguments of :class:`DifferentialEvolutionHyperbandScheduler`.

    Raises:
        ConfigSpaceError: If the space or an initial configuration breaks a rule.
        OptionError: If the largest resource is not known, or another argument is not allowed.
    """

    def __init__(
        self,
        config_space: Mapping[str, Any],
        metric: str,
        *,
        grace_period: int | None = None,
        reduction_factor: float = 3,
        brackets: int | None = None,
        max_resource_level: int | None = None,
        max_resource_attr: str | None = None,
        **kwargs: Any,
    ) -> None:
        largest = required_max_resource(Space.of(config_space), max_resource_attr, max_resource_level)
        bracket_rungs = geometric_rungs(grace_period, largest, reduction_factor, brackets)
        super().__init__(
            config_space,
            bracket_rungs[0],
            metric,
            bracket_rungs=bracket_rungs,
            max_resource_level=largest,
            max_resource_attr=max_resource_attr,
            **kwargs,
        )


def _suffixes(rungs: Sequence[tuple[int, int]], count: int | None) -> list[Sequence[tuple[int, int]]]:
    count = len(rungs) if count is None else count
    if positive_integer(count) is None or count > len(rungs):
        raise OptionError(f"num_brackets_per_iteration = {count!r}: must be an integer from 1 to {len(rungs)}")
    return [rungs[offset:] for offset in range(count)]


def _checked(search_options: Mapping[str, Any]) -> dict[str, Any]:
    legal = ("allow_duplicates", "debug_log")
    for name in search_options:
        if name not in legal:
            raise OptionError(
                f"search_options[{name!r}]: searcher {RANDOM_ENCODED!r} has no such option; its options are "
                f"{', '.join(legal)}"
            )
    return dict(search_options)
