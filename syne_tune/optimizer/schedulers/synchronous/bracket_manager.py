"""Which slot of which bracket a free worker fills: :class:`SynchronousHyperbandBracketManager`."""

from __future__ import annotations

from collections.abc import Sequence

from syne_tune.optimizer.schedulers.metrics import sign_of
from syne_tune.optimizer.schedulers.synchronous.bracket import SlotInRung, SynchronousBracket
from syne_tune.optimizer.schedulers.synchronous.rung_sizes import Rungs, check_bracket_rungs

Job = tuple[int, SlotInRung]
"""Id of the bracket, and the slot to be filled."""


class SynchronousHyperbandBracketManager:
    """Runs through the brackets in a circle, and never lets a worker wait.

    The oldest bracket that is not complete comes first. If it has no free slot, because its rung waits for results,
    the brackets after it are asked, and where those have none either, a new one is opened.

    Call order: ``job = manager.next_job()``, then once per job ``manager.on_result(job)`` with its slot filled.

    Args:
        bracket_rungs: Per bracket, its rungs: number of slots, level. Each bracket has one rung less than the one
            before.
        mode: ``"min"`` or ``"max"``.

    Raises:
        OptionError: If the rungs break a rule.
    """

    def __init__(self, bracket_rungs: Sequence[Sequence[tuple[int, int]]], mode: str) -> None:
        self.bracket_rungs: list[Rungs] = check_bracket_rungs(bracket_rungs)
        self._sign = sign_of(mode)
        self._brackets: list[SynchronousBracket] = []
        self._primary = 0

    @property
    def num_brackets(self) -> int:
        """How many brackets opened so far."""
        return len(self._brackets)

    def bracket(self, bracket_id: int) -> SynchronousBracket:
        """A bracket by its id, counted from 0 as they were opened."""
        return self._brackets[bracket_id]

    def offset(self, bracket_id: int) -> int:
        """Which of the ``bracket_rungs`` a bracket has."""
        return bracket_id % len(self.bracket_rungs)

    def next_job(self) -> Job:
        """The next slot to be filled; opens a new bracket if there is no other."""
        return self.next_open_job() or self._open_bracket()

    def next_open_job(self) -> Job | None:
        """The next slot to be filled in a bracket that is open; ``None`` if there is none."""
        for bracket_id in range(self._primary, len(self._brackets)):
            slot = self._brackets[bracket_id].next_slot()
            if slot is not None:
                return bracket_id, slot
        return None

    def on_result(self, result: Job) -> list[int] | None:
        """A slot is filled.

        Args:
            result: As given out, with trial and value in the slot.

        Returns:
            Trials that will not be resumed, once the rung is complete; ``None`` before.
        """
        bracket_id, slot = result
        left_behind = self._brackets[bracket_id].fill(slot)
        while self._primary < len(self._brackets) and self._brackets[self._primary].is_complete:
            self._primary += 1
        return left_behind

    def level_to_prev_level(self, bracket_id: int, level: int) -> int:
        """The level below ``level`` in a bracket; 0 below the lowest."""
        return max((it for it in self._brackets[bracket_id].levels if it < level), default=0)

    def _open_bracket(self) -> Job:
        bracket_id = len(self._brackets)
        bracket = self._new_bracket(bracket_id)
        self._brackets.append(bracket)
        slot = bracket.next_slot()
        assert slot is not None, "a new bracket has free slots"
        return bracket_id, slot

    def _new_bracket(self, bracket_id: int) -> SynchronousBracket:
        return SynchronousBracket(self.bracket_rungs[self.offset(bracket_id)], self._sign)
