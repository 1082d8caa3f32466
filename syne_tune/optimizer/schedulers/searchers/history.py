"""What a model-based searcher knows: which trials gave which value, and which are under way."""

from __future__ import annotations

import numpy as np

from syne_tune.optimizer.models.predictor import FloatArray


class History:
    """Values and pending evaluations by trial.

    A trial has at most one value, the latest, and is pending only as long as it has none: what is known of it is known,
    and what is pending of it cannot be told from what is known by a model of a single fidelity. Failed trials have
    neither. A value is a number, or a vector of k numbers if there are several objectives.

    Args:
        num_columns: Number d of columns of an encoded configuration.
    """

    def __init__(self, num_columns: int) -> None:
        self._place: dict[str, int] = {}
        self._x: FloatArray = np.empty((0, num_columns))
        self._values: FloatArray = np.empty(0)
        self._pending: dict[str, FloatArray] = {}

    def __len__(self) -> int:
        """Number of values."""
        return len(self._values)

    def begin(self, trial_id: str, x: FloatArray) -> None:
        """An evaluation of the configuration with code ``x`` ``(d,)`` is under way."""
        self._pending[trial_id] = x

    def end(self, trial_id: str) -> None:
        """The evaluation is not under way any more, with or without a value."""
        self._pending.pop(trial_id, None)

    def observe(self, trial_id: str, x: FloatArray, value: float | FloatArray) -> None:
        """The evaluation gave ``value``, which replaces an earlier one of the same trial."""
        self.forget(trial_id)
        self._place[trial_id] = len(self._values)
        self._x = np.vstack([self._x, x])
        row = np.asarray(value, dtype=np.float64)[None]
        self._values = np.concatenate([self._values, row]) if len(self._values) else row

    def forget(self, trial_id: str) -> None:
        """The value of this trial does not count any more."""
        place = self._place.pop(trial_id, None)
        if place is None:
            return
        self._x = np.delete(self._x, place, axis=0)
        self._values = np.delete(self._values, place, axis=0)
        self._place = {other: index - (index > place) for other, index in self._place.items()}

    def fail(self, trial_id: str) -> None:
        """The trial failed: it has no value, and none is to be expected."""
        self.end(trial_id)
        self.forget(trial_id)

    def num_pending(self) -> int:
        """Number of trials that are under way and have no value yet."""
        return sum(trial_id not in self._place for trial_id in self._pending)

    def code(self, trial_id: str) -> FloatArray | None:
        """Encoded configuration ``(d,)`` of a trial that has a value or is under way; else ``None``."""
        place = self._place.get(trial_id)
        return self._pending.get(trial_id) if place is None else self._x[place]

    def observations(self) -> tuple[FloatArray, FloatArray]:
        """Encoded configurations ``(n, d)`` and values ``(n,)`` or ``(n, k)``, in the order in which they arrived."""
        return self._x, self._values

    def pending(self) -> FloatArray:
        """Encoded configurations ``(q, d)`` of trials that are under way and have no value yet."""
        rows = [x for trial_id, x in self._pending.items() if trial_id not in self._place]
        return np.array(rows).reshape(len(rows), self._x.shape[1])
