"""What a searcher knows of trials that report at several resource levels: :class:`LevelHistory`."""

from __future__ import annotations

from collections import Counter

import numpy as np

from syne_tune.optimizer.models.predictor import FloatArray

SINGLE_LEVEL = 0
"""The level of values whose resource plays no role."""


class LevelHistory:
    """Values by trial and level, and the trials that are under way.

    Where the resource plays no role, all values have the same level, so that a trial has at most one, the latest.
    Order is that in which trials gave their first value, whatever happens later, so that equal calls give equal arrays.

    A value is a number, or a vector of k numbers if there are several objectives; arrays of values are then ``(n, k)``.

    Args:
        num_columns: Number d of columns of an encoded configuration.
    """

    def __init__(self, num_columns: int) -> None:
        self._num_columns = num_columns
        self._x: dict[str, FloatArray] = {}
        self._values: dict[str, dict[int, float | FloatArray]] = {}
        self._pending: dict[str, tuple[FloatArray, set[int | None]]] = {}

    def __len__(self) -> int:
        """Number of values."""
        return sum(map(len, self._values.values()))

    def begin(self, trial_id: str, x: FloatArray, level: int | None = SINGLE_LEVEL) -> None:
        """A value at ``level`` of the configuration with code ``x`` ``(d,)`` is to come; ``None``: at its end."""
        self._pending.setdefault(trial_id, (x, set()))[1].add(level)

    def end(self, trial_id: str) -> None:
        """Nothing of this trial is to come any more."""
        self._pending.pop(trial_id, None)

    def observe(self, trial_id: str, x: FloatArray, value: float | FloatArray, level: int = SINGLE_LEVEL) -> None:
        """The trial has reached ``value`` at ``level``, which replaces an earlier one there and is not pending now."""
        self._x[trial_id] = x
        if trial_id in self._pending:
            self._pending[trial_id][1].discard(level)
        self._values.setdefault(trial_id, {})[level] = value

    def forget(self, trial_id: str, level: int = SINGLE_LEVEL) -> None:
        """The value of this trial at this level does not count any more."""
        values = self._values.get(trial_id, {})
        values.pop(level, None)
        if not values:
            self._values.pop(trial_id, None)

    def fail(self, trial_id: str) -> None:
        """The trial failed: it has no value, and none is to be expected."""
        self.end(trial_id)
        self._values.pop(trial_id, None)

    def highest_level_with(self, num: int) -> int | None:
        """The highest level with at least ``num`` values, or ``None`` if there is none."""
        counts = Counter(level for values in self._values.values() for level in values)
        return max((level for level, count in counts.items() if count >= num), default=None)

    def at_level(self, level: int) -> tuple[FloatArray, FloatArray]:
        """Encoded configurations ``(n, d)`` and values ``(n,)`` at one level."""
        chosen = [trial_id for trial_id, values in self._values.items() if level in values]
        return self._stack([self._x[i] for i in chosen]), np.array([self._values[i][level] for i in chosen])

    def latest(self) -> tuple[FloatArray, FloatArray]:
        """Encoded configurations ``(n, d)`` and values ``(n,)`` of all trials, each at its highest level."""
        values = [levels[max(levels)] for levels in self._values.values()]
        return self._stack([self._x[i] for i in self._values]), np.array(values)

    def pending_without(self, level: int) -> FloatArray:
        """Encoded configurations ``(q, d)`` of trials that have something to come and no value at ``level`` yet."""
        pending = ((trial_id, x) for trial_id, (x, levels) in self._pending.items() if levels)
        return self._stack([x for trial_id, x in pending if level not in self._values.get(trial_id, {})])

    def others_without(self, level: int) -> FloatArray:
        """Encoded configurations ``(q, d)`` of all trials without a value at ``level``.

        They have something to come, or did not get that far: methods that compare trials stop the worse ones early, so
        that values at a high level alone would say nothing about bad configurations.
        """
        pending = {trial_id: x for trial_id, (x, levels) in self._pending.items() if levels}
        known = {trial_id: self._x[trial_id] for trial_id in self._values} | pending
        return self._stack([x for trial_id, x in known.items() if level not in self._values.get(trial_id, {})])

    def _stack(self, rows: list[FloatArray]) -> FloatArray:
        return np.array(rows).reshape(len(rows), self._num_columns)
