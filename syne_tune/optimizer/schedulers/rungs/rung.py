"""What trials reported at one rung level, in order: :class:`Rung`."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from syne_tune.optimizer.schedulers.metrics import sign_of


def interpolated_quantile(increasing: Sequence[float], part: float) -> float:
    """The ``part`` quantile of a non-empty sorted sequence, interpolated linearly between neighbours."""
    place = part * (len(increasing) - 1)
    nearest, below = round(place), int(place)
    if math.isclose(place, nearest):
        return increasing[nearest]
    low, high, weight = increasing[below], increasing[below + 1], place - below
    gap = high - low
    return low + weight * gap if math.isfinite(gap) else (1.0 - weight) * low + weight * high


class RungEntry(NamedTuple):
    """What one trial reported at one rung level.

    Attributes:
        trial_id: The trial.
        metric_val: Its metric there, as reported.
    """

    trial_id: str
    metric_val: float


class Rung:
    """The entries at one level, best first. Of equal values, the one that came first counts as better.

    Adding costs a binary search, rank and cutoff cost no more than that.

    Args:
        level: The resource.
        prom_quant: Part of the entries that shall go on, in (0, 1).
        mode: ``"min"`` or ``"max"``.
        data: First entries, in any order.
    """

    def __init__(self, level: int, prom_quant: float, mode: str, data: Iterable[RungEntry] = ()) -> None:
        self.level = level
        self.prom_quant = prom_quant
        self._sign = sign_of(mode)
        self._keys: list[float] = []
        self._trials: list[str] = []
        self._values: dict[str, float] = {}
        self._quantile: float | None = None
        for entry in data:
            self.add(entry)

    def __len__(self) -> int:
        return len(self._trials)

    def __iter__(self) -> Iterator[RungEntry]:
        return (RungEntry(trial_id, self._values[trial_id]) for trial_id in self._trials)

    def __getitem__(self, position: int) -> RungEntry:
        trial_id = self._trials[position]
        return RungEntry(trial_id, self._values[trial_id])

    def __contains__(self, trial_id: object) -> bool:
        return trial_id in self._values

    def add(self, entry: tuple[str, float]) -> int:
        """Inserts an entry: id of a trial, and its metric.

        Returns:
            Its rank, as :meth:`rank` tells it.
        """
        trial_id, value = entry
        key, keys = self._sign * value, self._keys
        position = bisect_right(keys, key)
        keys.insert(position, key)
        self._trials.insert(position, trial_id)
        self._values[trial_id] = value
        self._quantile = None
        return position + 1 if not position or keys[position - 1] < key else bisect_left(keys, key) + 1

    def compare(self, trial_id: str, metric_val: float) -> tuple[int, int, float | None, bool]:
        """Inserts an entry, and compares it with the others.

        Args:
            trial_id: The trial.
            metric_val: Its metric.

        Returns:
            Its rank, the number of entries, the cutoff, and whether it meets the cutoff, if there is one.
        """
        rank, cutoff = self.add((trial_id, metric_val)), self.quantile()
        return rank, len(self._keys), cutoff, cutoff is None or self.meets(metric_val, cutoff)

    def position(self, trial_id: str) -> int:
        """Position of a trial that is in the rung, 0 for the best."""
        position = bisect_left(self._keys, self._sign * self._values[trial_id])
        while self._trials[position] != trial_id:
            position += 1
        return position

    def remove(self, trial_id: str) -> None:
        """Removes the entry of a trial that is in the rung."""
        position = self.position(trial_id)
        del self._keys[position], self._trials[position], self._values[trial_id]
        self._quantile = None

    def rank(self, metric_val: float) -> int:
        """One plus the number of entries that are strictly better than ``metric_val``."""
        return bisect_left(self._keys, self._sign * metric_val) + 1

    def value(self, trial_id: str) -> float:
        """The metric of a trial that is in the rung."""
        return self._values[trial_id]

    def values(self) -> dict[str, float]:
        """Trial id to metric, in order of arrival."""
        return dict(self._values)

    def quantile(self) -> float | None:
        """The cutoff: the ``prom_quant`` quantile of all values (from the best), linearly interpolated.

        Returns:
            ``None`` for fewer than two entries, which cannot be compared.
        """
        if self._quantile is None and len(self._keys) > 1:
            self._quantile = self._sign * interpolated_quantile(self._keys, self.prom_quant)
        return self._quantile

    def meets(self, metric_val: float, cutoff: float) -> bool:
        """Whether ``metric_val`` is at least as good as ``cutoff``."""
        return self._sign * metric_val <= self._sign * cutoff
