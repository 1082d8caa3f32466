"""What a searcher knows when trials are seen at several resources: :class:`MultiFidelityHistory`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from syne_tune.optimizer.models.predictor import FloatArray


class Observations(NamedTuple):
    """Values of trials at resources, in the order in which they arrived.

    Attributes:
        x: Encoded configurations ``(n, d)``.
        resources: Counted from 1, ``(n,)``.
        values: ``(n,)``, to be minimised; ``(n, k)`` if there are k objectives.
    """

    x: FloatArray
    resources: npt.NDArray[np.int64]
    values: FloatArray


class MultiFidelityHistory:
    """Values and pending evaluations by trial and resource.

    A trial has at most one value per resource, and is pending at a resource only as long as it has no value there.
    What is known of a trial at one resource does not end what is pending at another. When a trial ends, its pending
    evaluations end, those of no other; when it fails, its values stay: they were measured.

    Args:
        num_columns: Number d of columns of an encoded configuration.

    Attributes:
        num_changes: How often a value came or went.
    """

    def __init__(self, num_columns: int) -> None:
        self._num_columns = num_columns
        self._x: dict[str, FloatArray] = {}
        self._values: dict[tuple[str, int], float | FloatArray] = {}
        self._pending: dict[str, list[int]] = {}
        self.num_changes = 0

    def __len__(self) -> int:
        """Number of values."""
        return len(self._values)

    def begin(self, trial_id: str, x: FloatArray, resource: int) -> None:
        """The value at ``resource`` of the configuration with code ``x`` ``(d,)`` is on its way."""
        self._x[trial_id] = x
        levels = self._pending.setdefault(trial_id, [])
        if resource not in levels:
            levels.append(resource)

    def end(self, trial_id: str) -> None:
        """Nothing of this trial is on its way any more."""
        self._pending.pop(trial_id, None)

    def observe(self, trial_id: str, x: FloatArray, resource: int, value: float | FloatArray) -> None:
        """A value arrived; it replaces an earlier one of the same trial at the same resource."""
        self._x[trial_id] = x
        self._values.pop((trial_id, resource), None)
        self._values[trial_id, resource] = value
        self.num_changes += 1
        levels = self._pending.get(trial_id, [])
        if resource in levels:
            levels.remove(resource)
            if not levels:
                del self._pending[trial_id]

    def forget(self, trial_id: str, resource: int) -> None:
        """The value of this trial at this resource does not count any more."""
        self.num_changes += 1
        self._values.pop((trial_id, resource), None)

    def code(self, trial_id: str) -> FloatArray | None:
        """Encoded configuration ``(d,)`` of a trial; ``None`` if it has not begun."""
        return self._x.get(trial_id)

    def codes(self, trial_ids: Iterable[str]) -> FloatArray:
        """Encoded configurations ``(k, d)`` of trials that have begun."""
        return self._rows(trial_ids)

    def observations(self) -> Observations:
        """All values."""
        resources = np.array([resource for _, resource in self._values], dtype=np.int64)
        return Observations(
            self._rows(trial_id for trial_id, _ in self._values), resources, np.array(list(self._values.values()))
        )

    def pending(self) -> tuple[FloatArray, npt.NDArray[np.int64]]:
        """Encoded configurations ``(q, d)`` and resources ``(q,)`` of the values that are on their way."""
        pairs = [(trial_id, level) for trial_id, levels in self._pending.items() for level in levels]
        return self._rows(trial_id for trial_id, _ in pairs), np.array([level for _, level in pairs], dtype=np.int64)

    def configurations(self) -> FloatArray:
        """Encoded configurations ``(c, d)`` of all trials with a value known or on its way, each once."""
        with_value = dict.fromkeys(trial_id for trial_id, _ in self._values)
        return self._rows({**with_value, **dict.fromkeys(self._pending)})

    def at_level(self, resource: int) -> FloatArray:
        """Encoded configurations ``(c, d)`` of trials with a value at ``resource``; of all if there are none."""
        rows = self._rows(trial_id for trial_id, level in self._values if level == resource)
        return rows if len(rows) else self.configurations()

    def tried_without(self, resource: int, most: int) -> FloatArray:
        """Encoded configurations ``(c, d)`` of the newest trials that have values, but none at ``resource``."""
        tried = dict.fromkeys(trial_id for trial_id, _ in self._values)
        return self._rows([trial_id for trial_id in tried if (trial_id, resource) not in self._values][-most:])

    def num_values_at(self) -> Counter[int]:
        """Resource to number of values there."""
        return Counter(resource for _, resource in self._values)

    def _rows(self, trial_ids: Iterable[str]) -> FloatArray:
        rows = [self._x[trial_id] for trial_id in trial_ids]
        return np.array(rows, dtype=np.float64).reshape(len(rows), self._num_columns)
