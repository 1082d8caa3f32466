"""Which rung system is responsible for which trial."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from syne_tune.optimizer.checkpoints.early_removal import PausedCheckpoint
from syne_tune.optimizer.schedulers.rungs.rung_system import (
    PausedTrial,
    Promotion,
    RungInformation,
    RungReport,
    RungSystem,
)
from syne_tune.report_block import Continuation
from syne_tune.trial import Config, Result


class HyperbandBracketManager:
    """Hands trials to rung systems: one shared system whose lowest rungs a bracket skips, or one system per bracket.

    Args:
        systems: One system, or one per bracket; the latter know only the levels of their bracket.
        num_brackets: Number of brackets.
    """

    def __init__(self, systems: Sequence[RungSystem], num_brackets: int) -> None:
        self._systems = list(systems)
        self._bracket_of: dict[str, int] = {}
        self.num_brackets = num_brackets
        is_shared = len(self._systems) == 1
        self._by_bracket = [
            (self._systems[0], bracket) if is_shared else (self._systems[bracket], 0) for bracket in range(num_brackets)
        ]

    @property
    def rung_levels(self) -> list[int]:
        """All levels below the maximum, increasing."""
        return self._systems[0].rung_levels

    @property
    def brackets(self) -> list[tuple[RungSystem, int]]:
        """For each bracket its system, and how many of the rungs of that the bracket skips."""
        return self._by_bracket

    def _system(self, bracket: int) -> tuple[RungSystem, int]:
        """The system of a bracket, and how many of its rungs the bracket skips."""
        return self._by_bracket[bracket]

    def system_of(self, trial_id: str) -> RungSystem:
        """The system that decides about a trial."""
        return self._system_of(trial_id)[0]

    def is_of_type(self, system: type[RungSystem]) -> bool:
        """Whether all systems are of exactly this type."""
        return all(type(one) is system for one in self._systems)

    def _system_of(self, trial_id: str) -> tuple[RungSystem, int]:
        return self._by_bracket[self._bracket_of[trial_id]]

    def first_milestone(self, bracket: int) -> int:
        """The level at which a new trial of a bracket is decided for the first time."""
        system, skip_rungs = self._system(bracket)
        return system.level_at(skip_rungs)

    def on_task_schedule(self, new_trial_id: str, bracket: int) -> Promotion | None:
        """The paused trial to be resumed in place of a new one in this bracket, if any."""
        return self._system(bracket)[0].on_task_schedule(new_trial_id)

    def on_task_add(self, trial_id: str, bracket: int, config: Config) -> None:
        """A new trial starts."""
        self._bracket_of[trial_id] = bracket
        system, skip_rungs = self._system(bracket)
        system.on_task_add(trial_id, skip_rungs, config)

    def note_ended(self, brackets: Mapping[str, int]) -> None:
        """Trials have started in these brackets, and have been removed again."""
        self._bracket_of.update(brackets)

    def on_task_resume(self, promotion: Promotion) -> None:
        """A paused trial resumes."""
        system, skip_rungs = self._system_of(promotion.trial_id)
        system.on_task_add(promotion.trial_id, skip_rungs, promotion=promotion)

    def on_task_report(self, trial_id: str, result: Result) -> RungReport:
        """A trial that runs reported, at a higher level than before."""
        system, skip_rungs = self._system_of(trial_id)
        return system.on_task_report(trial_id, result, skip_rungs)

    def continuation(self, trial_id: str) -> Continuation | None:
        """Which reports of a running trial need not be passed."""
        return self._system_of(trial_id)[0].continuation(trial_id)

    def on_task_remove(self, trial_id: str) -> None:
        """A trial no longer runs; it may be paused."""
        self._system_of(trial_id)[0].on_task_remove(trial_id)

    def on_task_withdraw(self, trial_id: str) -> None:
        """A trial will never run again."""
        self._system_of(trial_id)[0].on_task_withdraw(trial_id)

    def paused_trials(self, resource: int | None = None) -> list[PausedTrial]:
        """Trials that wait to be promoted, see :meth:`RungSystem.paused_trials`."""
        return [paused for system in self._systems for paused in system.paused_trials(resource)]

    def paused_checkpoints(self) -> list[PausedCheckpoint]:
        """Trials that wait to be promoted, and how they stand at their level."""
        return [
            PausedCheckpoint(int(paused.trial_id), paused.level, paused.rank, rung.size, rung.quantile)
            for system in self._systems
            for rung in system.information_for_rungs()
            for paused in system.paused_trials(rung.level)
        ]

    def information_for_rungs(self) -> list[RungInformation]:
        """Level, size and quantile of each rung, system by system."""
        return [information for system in self._systems for information in system.information_for_rungs()]

    def snapshot_rungs(self, bracket: int) -> list[tuple[int, dict[str, float]]]:
        """Level and entries of the rungs of a bracket, highest first."""
        system, skip_rungs = self._system(bracket)
        return system.snapshot_rungs(skip_rungs)
