"""What a searcher knows of trials that report at several resource levels: :class:`LevelHistory`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from syne_tune.optimizer.models.predictor import FloatArray

SINGLE_LEVEL = 0
"""The level of values whose resource plays no role."""

AT_ITS_END = -1
"""What is pending there is pending until the trial ends, wherever that is."""


class Observations(NamedTuple):
    """Values of trials at levels, in the order in which they arrived.

    Attributes:
        x: Encoded configurations ``(n, d)``.
        levels: ``(n,)``.
        values: ``(n,)``, to be minimised; ``(n, k)`` if there are k objectives.
    """

    x: FloatArray
    levels: npt.NDArray[np.int64]
    values: FloatArray


class LevelHistory:
    """Values and pending evaluations by trial and level.

    A trial has at most one value per level. What arrives at one level ends what is pending there, and at no other. When
    a trial ends, its pending evaluations end, those of no other.

    Some models see all values, in the order in which they arrived; others see one value per trial, in the order in
    which trials gave their first, whatever happens later. Either way, equal calls give equal arrays. A value is a
    number, or a vector of k numbers if there are several objectives; arrays of values are then ``(n, k)``.

    Args:
        num_columns: Number d of columns of an encoded configuration.
        keeps_failed: Whether the values of a trial that fails stay, since they were measured.

    Attributes:
        num_changes: How often a value came or went.
    """

    def __init__(self, num_columns: int, *, keeps_failed: bool = False) -> None:
        self._num_columns = num_columns
        self._keeps_failed = keeps_failed
        self._x: dict[str, FloatArray] = {}
        self._values: dict[str, dict[int, float | FloatArray]] = {}
        self._arrived: dict[tuple[str, int], None] = {}
        self._pending: dict[str, list[int]] = {}
        self.num_changes = 0

    # -- what happens --------------------------------------------------------------------------------------------

    def begin(self, trial_id: str, x: FloatArray, level: int = SINGLE_LEVEL) -> None:
        """A value at ``level`` of the configuration with code ``x`` ``(d,)`` is on its way."""
        self._x[trial_id] = x
        levels = self._pending.setdefault(trial_id, [])
        if level not in levels:
            levels.append(level)

    def end(self, trial_id: str) -> None:
        """Nothing of this trial is on its way any more."""
        self._pending.pop(trial_id, None)

    def observe(self, trial_id: str, x: FloatArray, value: float | FloatArray, level: int = SINGLE_LEVEL) -> None:
        """A value arrived; it replaces an earlier one of the same trial at the same level."""
        self._x[trial_id] = x
        self._values.setdefault(trial_id, {})[level] = value
        self._arrived.pop((trial_id, level), None)
        self._arrived[trial_id, level] = None
        self.num_changes += 1
        levels = self._pending.get(trial_id, [])
        if level in levels:
            levels.remove(level)
            if not levels:
                del self._pending[trial_id]

    def forget(self, trial_id: str, level: int = SINGLE_LEVEL) -> None:
        """The value of this trial at this level does not count any more."""
        self.num_changes += 1
        self._arrived.pop((trial_id, level), None)
        values = self._values.get(trial_id, {})
        values.pop(level, None)
        if not values:
            self._values.pop(trial_id, None)

    def fail(self, trial_id: str) -> None:
        """The trial failed: nothing of it is on its way any more, and its values go, unless they are kept."""
        self.end(trial_id)
        if not self._keeps_failed:
            for level in list(self._values.get(trial_id, {})):
                self.forget(trial_id, level)

    # -- trials --------------------------------------------------------------------------------------------------

    def code(self, trial_id: str) -> FloatArray | None:
        """Encoded configuration ``(d,)`` of a trial; ``None`` if it has not begun."""
        return self._x.get(trial_id)

    def codes(self, trial_ids: Iterable[str]) -> FloatArray:
        """Encoded configurations ``(k, d)`` of trials that have begun."""
        rows = [self._x[trial_id] for trial_id in trial_ids]
        return np.array(rows, dtype=np.float64).reshape(len(rows), self._num_columns)

    def _in_order_of_arrival(self) -> dict[str, None]:
        """Trials with a value."""
        return dict.fromkeys(trial_id for trial_id, _ in self._arrived)

    def configurations(self) -> FloatArray:
        """Encoded configurations ``(c, d)`` of all trials with a value known or on its way, each once."""
        return self.codes({**self._in_order_of_arrival(), **dict.fromkeys(self._pending)})

    def compared_at(self, level: int) -> FloatArray:
        """Encoded configurations ``(c, d)`` of trials with a value at ``level``; of all if there are none."""
        rows = self.codes(trial_id for trial_id, other in self._arrived if other == level)
        return rows if len(rows) else self.configurations()

    def tried_without(self, level: int, most: int) -> FloatArray:
        """Encoded configurations ``(c, d)`` of the newest trials that have values, but none at ``level``."""
        return self.codes([it for it in self._in_order_of_arrival() if level not in self._values[it]][-most:])

    # -- values --------------------------------------------------------------------------------------------------

    def __len__(self) -> int:
        """Number of values."""
        return len(self._arrived)

    def observations(self) -> Observations:
        """All values."""
        levels = np.array([level for _, level in self._arrived], dtype=np.int64)
        values = np.array([self._values[trial_id][level] for trial_id, level in self._arrived])
        return Observations(self.codes(trial_id for trial_id, _ in self._arrived), levels, values)

    def num_values_at(self) -> Counter[int]:
        """Level to number of values there."""
        return Counter(level for _, level in self._arrived)

    def highest_level_with(self, num: int) -> int | None:
        """The highest level with at least ``num`` values, or ``None`` if there is none."""
        return max((level for level, count in self.num_values_at().items() if count >= num), default=None)

    def at_level(self, level: int) -> tuple[FloatArray, FloatArray]:
        """Encoded configurations ``(n, d)`` and values ``(n,)`` at one level."""
        chosen = [trial_id for trial_id, values in self._values.items() if level in values]
        return self.codes(chosen), np.array([self._values[trial_id][level] for trial_id in chosen])

    def latest(self) -> tuple[FloatArray, FloatArray]:
        """Encoded configurations ``(n, d)`` and values ``(n,)`` of all trials, each at its highest level."""
        return self.codes(self._values), np.array([levels[max(levels)] for levels in self._values.values()])

    # -- what is pending -----------------------------------------------------------------------------------------

    def num_pending(self) -> int:
        """Number of values that are on their way."""
        return sum(map(len, self._pending.values()))

    def pending(self) -> tuple[FloatArray, npt.NDArray[np.int64]]:
        """Encoded configurations ``(q, d)`` and levels ``(q,)`` of the values that are on their way."""
        pairs = [(trial_id, level) for trial_id, levels in self._pending.items() for level in levels]
        return self.codes(trial_id for trial_id, _ in pairs), np.array([level for _, level in pairs], dtype=np.int64)

    def pending_without(self, level: int) -> FloatArray:
        """Encoded configurations ``(q, d)`` of trials that have something to come and no value at ``level`` yet."""
        return self._without(level, self._pending)

    def others_without(self, level: int) -> FloatArray:
        """Encoded configurations ``(q, d)`` of all trials without a value at ``level``.

        They have something to come, or did not get that far: methods that compare trials stop the worse ones early, so
        that values at a high level alone would say nothing about bad configurations.
        """
        return self._without(level, dict.fromkeys([*self._values, *self._pending]))

    def _without(self, level: int, trial_ids: Iterable[str]) -> FloatArray:
        return self.codes(trial_id for trial_id in trial_ids if level not in self._values.get(trial_id, {}))
