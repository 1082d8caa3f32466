"""One synchronous bracket: slots of a rung are given out, and filled by results; the best move on to the next rung."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from syne_tune.optimizer.schedulers.synchronous.rung_sizes import Rungs


@dataclass(frozen=True)
class SlotInRung:
    """A place in a rung of a bracket.

    Args:
        rung_index: Which rung, lowest first.
        level: Level of the rung.
        slot_index: Which slot of the rung.
        trial_id: The trial that is to be resumed for it or fills it; ``None``: a new one.
        metric_val: Its value at the level; ``None`` until known, NaN if it failed.
    """

    rung_index: int
    level: int
    slot_index: int
    trial_id: int | None = None
    metric_val: float | None = None


class SynchronousBracket:
    """The rungs of one bracket.

    Slots of the present rung are given out by :meth:`next_slot` and filled by :meth:`fill`. When all are filled, the
    best trials make the next rung; failed ones never do, so a rung may have fewer slots than planned.

    Args:
        rungs: Number of slots and level of each rung, lowest first.
        sign: 1 if the metric is minimised, -1 if it is maximised.
        promotes: Whether the best trials make the next rung. Otherwise its slots are for new trials.
    """

    def __init__(self, rungs: Rungs, sign: float, promotes: bool = True) -> None:
        self._plan, self._sign, self._promotes = rungs, sign, promotes
        self._rungs: list[list[SlotInRung]] = []
        self._num_given = 0
        self._is_complete = False
        self._open_rung([None] * rungs[0][0])

    @property
    def levels(self) -> list[int]:
        """Levels of the rungs, lowest first."""
        return [level for _, level in self._plan]

    @property
    def is_complete(self) -> bool:
        """Whether no slot is left to be filled."""
        return self._is_complete

    def next_slot(self) -> SlotInRung | None:
        """Gives out the next free slot of the present rung; ``None`` if there is none."""
        slots, given = self._rungs[-1], self._num_given
        if given == len(slots):
            return None
        self._num_given += 1
        return slots[given]

    def fill(self, slot: SlotInRung) -> list[int] | None:
        """A trial reached the level of its slot, or failed.

        Args:
            slot: With trial and value; the trial is ``None`` if none could be found.

        Returns:
            Trials that will not be resumed, once the rung is complete; ``None`` before.
        """
        slots = self._rungs[-1]
        slots[slot.slot_index] = slot
        if any(it.metric_val is None for it in slots):
            return None
        going_on = self._complete_rung()
        return [it.trial_id for it in slots if it.trial_id is not None and it.trial_id not in going_on]

    def slot(self, level: int, slot_index: int) -> SlotInRung | None:
        """What fills a slot of the rung at ``level``; ``None`` if it is not filled, or there is no such slot."""
        slots = self._slots_at(level)
        slot = slots[slot_index] if slot_index < len(slots) else None
        return None if slot is None or slot.metric_val is None else slot

    def best(self, level: int, count: int | None = None) -> list[SlotInRung]:
        """The slots of the rung at ``level`` that were filled by a value so far, best first.

        Args:
            level: One of :attr:`levels`.
            count: At most so many. Default: all.
        """
        return sorted(filter(succeeded, self._slots_at(level)), key=self._order)[:count]

    def _slots_at(self, level: int) -> list[SlotInRung]:
        rung_index = self.levels.index(level)
        return self._rungs[rung_index] if rung_index < len(self._rungs) else []

    def _complete_rung(self) -> list[int | None]:
        """Opens the next rung, if there is one; returns the trials that go on."""
        done = len(self._rungs)
        size = 0 if done == len(self._plan) else self._plan[done][0]
        going_on = [it.trial_id for it in self.best(self._plan[done - 1][1], size)] if self._promotes else []
        trials = going_on if self._promotes else [None] * size
        self._is_complete = not trials
        if trials:
            self._open_rung(trials)
        return going_on

    def _open_rung(self, trials: Sequence[int | None]) -> None:
        rung_index = len(self._rungs)
        level = self._plan[rung_index][1]
        self._rungs.append([SlotInRung(rung_index, level, slot, it) for slot, it in enumerate(trials)])
        self._num_given = 0

    def _order(self, slot: SlotInRung) -> float:
        assert slot.metric_val is not None, "only filled slots are compared"
        return self._sign * slot.metric_val


def succeeded(slot: SlotInRung) -> bool:
    """Whether a slot is filled by a finite value."""
    return slot.trial_id is not None and slot.metric_val is not None and math.isfinite(slot.metric_val)
