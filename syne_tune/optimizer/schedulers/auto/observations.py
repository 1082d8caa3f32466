"""All values that trials have reported, by level, in arrays that grow: :class:`Observations`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from syne_tune.optimizer.models.predictor import FloatArray
from syne_tune.trial import Config

_FIRST_CAPACITY = 64


class GrowingArray:
    """A float array to which rows are appended at constant cost on average.

    Args:
        *row_shape: Shape of a row; none for numbers.
    """

    def __init__(self, *row_shape: int) -> None:
        self._data: FloatArray = np.empty((_FIRST_CAPACITY, *row_shape))
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def append(self, row: FloatArray | float) -> None:
        """Appends one row."""
        if self._size == len(self._data):
            self._data = np.concatenate([self._data, np.empty_like(self._data)])
        self._data[self._size] = row
        self._size += 1

    def first(self, count: int) -> FloatArray:
        """The first ``count`` rows; a view, whose values never change."""
        return self._data[:count]


class Observations:
    """Values per level in the order in which they arrived, and what is under way. Nothing is ever removed from the
    values, so that "the first n" names a state of knowledge.

    Args:
        encode: From configurations to model inputs ``(n, d)``.
        num_columns: Number d of columns.
    """

    def __init__(self, encode: Callable[[Sequence[Config]], FloatArray], num_columns: int) -> None:
        self._encode = encode
        self._num_columns = num_columns
        self._x: dict[int, GrowingArray] = {}
        self._y: dict[int, GrowingArray] = {}
        self._pending: dict[str, Config] = {}
        self._num_trials = 0

    def __len__(self) -> int:
        """Number of values over all levels."""
        return sum(len(values) for values in self._y.values())

    def begin(self, trial_id: str, config: Config) -> None:
        """A trial starts."""
        self._pending[trial_id] = config

    def end(self, trial_id: str) -> None:
        """A trial no longer runs."""
        self._pending.pop(trial_id, None)

    def observe(self, config: Config, value: float, level: int) -> None:
        """A trial with ``config`` had ``value``, to be minimised, at ``level``."""
        if level not in self._y:
            self._x[level], self._y[level] = GrowingArray(self._num_columns), GrowingArray()
        self._x[level].append(self._encode([config])[0])
        self._y[level].append(value)

    def rename_level(self, old: int, new: int) -> None:
        """What was level ``old`` is level ``new`` from now on, which has no values yet."""
        for arrays in (self._x, self._y):
            if old in arrays:
                arrays[new] = arrays.pop(old)

    def sizes(self) -> Mapping[int, int]:
        """Number of values by level."""
        return {level: len(values) for level, values in self._y.items()}

    def highest_level(self, enough: int) -> int:
        """The highest level with ``enough`` values; without one, the level with most of them.

        Falkner, Klein, Hutter, *BOHB: Robust and Efficient Hyperparameter Optimization at Scale*, ICML 2018.
        """
        sizes = self.sizes()
        eligible = [level for level, size in sizes.items() if size >= enough]
        return max(eligible) if eligible else max(sizes, key=lambda level: (sizes[level], level))

    def at_level(self, level: int, count: int) -> tuple[FloatArray, FloatArray]:
        """The first ``count`` inputs ``(count, d)`` and values ``(count,)`` of a level."""
        return self._x[level].first(count), self._y[level].first(count)

    def pending(self) -> FloatArray:
        """Inputs ``(q, d)`` of trials that run."""
        if not self._pending:
            return np.empty((0, self._num_columns))
        return self._encode(list(self._pending.values()))
