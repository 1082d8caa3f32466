"""What trials reported at one rung level, in order: :class:`Rung`."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from syne_tune.optimizer.schedulers.metrics import sign_of


def interpolated_quantile(increasing: Sequence[float], part: float) -> float:
    """The ``part`` quantile of a non-empty sorted sequence, interpolated linearly between neighbours."""
    place = part * (len(increasing) - 1)
    if math.isclose(place, round(place)):
        return increasing[round(place)]
    low, high, weight = increasing[int(place)], increasing[int(place) + 1], place % 1.0
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
        self._entries: list[RungEntry] = []
        self._values: dict[str, float] = {}
        self._quantile: float | None = None
        for entry in data:
            self.add(entry)

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[RungEntry]:
        return iter(self._entries)

    def __getitem__(self, position: int) -> RungEntry:
        return self._entries[position]

    def __contains__(self, trial_id: object) -> bool:
        return trial_id in self._values

    def add(self, entry: RungEntry) -> int:
        """Inserts an entry.

        Returns:
            Its rank, as :meth:`rank` tells it.
        """
        trial_id, value = entry
        key, keys = self._sign * value, self._keys
        position = bisect_right(keys, key)
        keys.insert(position, key)
        self._entries.insert(position, entry)
        self._values[trial_id] = value
        self._quantile = None
        return position + 1 if not position or keys[position - 1] < key else bisect_left(keys, key) + 1

    def __getstate__(self) -> dict[str, Any]:
        """Entries as a list of their trials: there are many, and each would be an object."""
        return {**self.__dict__, "_entries": [entry.trial_id for entry in self._entries]}

    def __setstate__(self, state: dict[str, Any]) -> None:
        entries = [RungEntry(trial_id, state["_values"][trial_id]) for trial_id in state["_entries"]]
        self.__dict__.update(state, _entries=entries)

    def position(self, trial_id: str) -> int:
        """Position of a trial that is in the rung, 0 for the best."""
        position = bisect_left(self._keys, self._sign * self._values[trial_id])
        while self._entries[position].trial_id != trial_id:
            position += 1
        return position

    def remove(self, trial_id: str) -> None:
        """Removes the entry of a trial that is in the rung."""
        position = self.position(trial_id)
        del self._keys[position], self._entries[position], self._values[trial_id]
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
