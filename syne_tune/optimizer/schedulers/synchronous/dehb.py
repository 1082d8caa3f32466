"""Differential evolution and Hyperband: :class:`DifferentialEvolutionHyperbandScheduler`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from syne_tune.config_space import Space
from syne_tune.errors import OptionError
from syne_tune.optimizer.schedulers.max_resource import required_max_resource
from syne_tune.optimizer.schedulers.metrics import positive_integer
from syne_tune.optimizer.schedulers.searchers.searcher import BaseSearcher
from syne_tune.optimizer.schedulers.synchronous.bracket import SlotInRung, SynchronousBracket, succeeded
from syne_tune.optimizer.schedulers.synchronous.bracket_manager import Job, SynchronousHyperbandBracketManager
from syne_tune.optimizer.schedulers.synchronous.breeding import Breeding, BreedingSearcher
from syne_tune.optimizer.schedulers.synchronous.hyperband import SynchronousHyperbandScheduler
from syne_tune.optimizer.schedulers.synchronous.rung_sizes import geometric_rungs
from syne_tune.seeds import RandomSeedGenerator

RANDOM_ENCODED = "random_encoded"
"""The searcher of first configurations unless another one is named: uniform draws in encoded space."""

_FEWEST_PARENTS = 3


class DifferentialEvolutionBracketManager(SynchronousHyperbandBracketManager):
    """Brackets of DEHB: the first one is successive halving, all later ones evolve what is known at their levels.

    A slot of a later bracket competes with the slot of the same level and place in the bracket before that has this
    level: the better one of the two fills it.

    Args:
        bracket_rungs: Per bracket of an iteration, its rungs: number of slots, level.
        mode: ``"min"`` or ``"max"``.
    """

    def _new_bracket(self, bracket_id: int) -> SynchronousBracket:
        return SynchronousBracket(self.bracket_rungs[self.offset(bracket_id)], self._sign, promotes=bracket_id == 0)

    def target(self, job: Job) -> SlotInRung | None:
        """What a slot competes with; ``None`` if that is not known yet, or failed."""
        bracket_id, slot = job
        before = self._before(bracket_id, slot.level)
        target = None if before is None else before.slot(slot.level, slot.slot_index)
        return target if target is not None and succeeded(target) else None

    def pool(self, job: Job) -> list[int]:
        """Trials that may be parents: the best of the rung below, at the base those at the same level before.

        Others that are known at the level in question are added while there are fewer than three.
        """
        bracket_id, slot = job
        if slot.rung_index > 0:
            bracket, below = self.bracket(bracket_id), self.level_to_prev_level(bracket_id, slot.level)
            size = self.bracket_rungs[self.offset(bracket_id)][slot.rung_index][0]
            return self._padded([it.trial_id for it in bracket.best(below, size)], below)
        before = self._before(bracket_id, slot.level)
        known = [] if before is None else [it.trial_id for it in before.best(slot.level)]
        return self._padded(known, slot.level)

    def on_result(self, result: Job) -> list[int] | None:
        """A slot is filled by the trial, or by what it competes with if that is better.

        Returns:
            As in the base class for the first bracket. Trials of later brackets are never resumed.
        """
        bracket_id, slot = result
        if bracket_id == 0:
            return super().on_result(result)
        target = self.target(result)
        if target is None or self._is_better(slot, target):
            super().on_result(result)
        else:
            winner = replace(slot, trial_id=target.trial_id, metric_val=target.metric_val)
            super().on_result((bracket_id, winner))
        return None if slot.trial_id is None else [slot.trial_id]

    def _is_better(self, slot: SlotInRung, target: SlotInRung) -> bool:
        if not succeeded(slot):
            return False
        assert slot.metric_val is not None, "it succeeded"
        assert target.metric_val is not None, "it succeeded"
        return self._sign * slot.metric_val <= self._sign * target.metric_val

    def _before(self, bracket_id: int, level: int) -> SynchronousBracket | None:
        """The last bracket before this one that has the level."""
        before = (self.bracket(other) for other in range(bracket_id - 1, -1, -1))
        return next((bracket for bracket in before if level in bracket.levels), None)

    def _padded(self, pool: Sequence[int | None], level: int) -> list[int]:
        padded = [trial_id for trial_id in pool if trial_id is not None]
        for bracket_id in range(self.num_brackets - 1, -1, -1):
            bracket = self.bracket(bracket_id)
            if len(padded) >= _FEWEST_PARENTS:
                break
            others = bracket.best(level) if level in bracket.levels else []
            padded += [it.trial_id for it in others if it.trial_id is not None and it.trial_id not in padded]
        return padded


class DifferentialEvolutionHyperbandScheduler(SynchronousHyperbandScheduler):
    """Hyperband whose later brackets breed configurations from what earlier ones found.

    Awad, Mallik, Hutter, *DEHB: Evolutionary Hyberband for Scalable, Robust and Efficient Hyperparameter Optimization*,
    IJCAI 2021. The first bracket is synchronous successive halving. In a later bracket, each slot is filled by an
    offspring: a member of the population of that level, crossed with a mutant of the best trials of the rung below. It
    is trained from scratch up to the level, and takes the place of that member if it is better. Where the population of
    a level is not known yet, because workers do not wait, a first configuration takes the place of an offspring.

    Reports that are not as they should be are answered as in
    :class:`~syne_tune.optimizer.schedulers.synchronous.hyperband.SynchronousHyperbandScheduler`.

    Args:
        config_space: Name of parameter to domain or constant.
        rungs_first_bracket: Number of slots and level of each rung of the first bracket, lowest first.
        metric: Name of the metric to optimise.
        num_brackets_per_iteration: Bracket b of an iteration leaves the b lowest rungs out. Default: as many brackets
            as rungs.
        searcher: Which searcher suggests first configurations. Default: ``"random_encoded"``, uniform in encoded space.
        search_options: Options of that searcher; for the default ``allow_duplicates`` and ``debug_log``.
        points_to_evaluate: First suggestions; ``None`` means one default configuration, ``[]`` none.
        mutation_factor: How far a mutant is moved, in (0, 1].
        crossover_probability: How much of an offspring is from the mutant, in [0, 1].
        support_pause_resume: Whether trials of the first bracket are resumed. If not, their configurations are trained
            again from scratch in new trials.
        **kwargs: Other arguments of
            :class:`~syne_tune.optimizer.schedulers.synchronous.hyperband.SynchronousHyperbandScheduler`.

    Raises:
        ConfigSpaceError: If the space or an initial configuration breaks a rule.
        OptionError: If another argument is not allowed.
    """

    bracket_manager: DifferentialEvolutionBracketManager

    def __init__(
        self,
        config_space: Mapping[str, Any],
        rungs_first_bracket: Sequence[tuple[int, int]],
        metric: str,
        *,
        num_brackets_per_iteration: int | None = None,
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
            _suffixes(rungs_first_bracket, num_brackets_per_iteration),
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
        target = self.bracket_manager.target(job)
        if bracket_id == 0 or target is None:
            return None, details
        return None, {**details, "breeding": Breeding(target.trial_id, self.bracket_manager.pool(job))}

    def does_pause_resume(self) -> bool:
        """Whether trials of the first bracket are resumed."""
        return self._support_pause_resume


class GeometricDifferentialEvolutionHyperbandScheduler(DifferentialEvolutionHyperbandScheduler):
    """DEHB whose levels and sizes of rungs form geometric sequences, as published.

    Args:
        config_space: Name of parameter to domain or constant.
        metric: Name of the metric to optimise.
        grace_period: The lowest level.
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
        grace_period: int = 1,
        reduction_factor: float = 3,
        brackets: int | None = None,
        max_resource_level: int | None = None,
        max_resource_attr: str | None = None,
        **kwargs: Any,
    ) -> None:
        largest = required_max_resource(Space.of(config_space), max_resource_attr, max_resource_level)
        super().__init__(
            config_space,
            geometric_rungs(grace_period, largest, reduction_factor, brackets=1)[0],
            metric,
            num_brackets_per_iteration=brackets,
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
