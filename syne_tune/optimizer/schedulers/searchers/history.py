"""What a model-based searcher knows: which trials gave which value, and which are under way."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from syne_tune.optimizer.models.predictor import FloatArray


class Observation(NamedTuple):
    """One finished evaluation.

    Attributes:
        x: Encoded configuration ``(d,)``.
        value: Finite, to be minimised.
    """

    x: FloatArray
    value: float


class History:
    """Values and pending evaluations by trial.

    A trial has at most one value, the latest, and is pending only as long as it has none: what is known of it is known,
    and what is pending of it cannot be told from what is known by a model of a single fidelity. Failed trials have
    neither.

    Args:
        num_columns: Number d of columns of an encoded configuration.
    """

    def __init__(self, num_columns: int) -> None:
        self._num_columns = num_columns
        self._observed: dict[str, Observation] = {}
        self._pending: dict[str, FloatArray] = {}

    def __len__(self) -> int:
        """Number of values."""
        return len(self._observed)

    def begin(self, trial_id: str, x: FloatArray) -> None:
        """An evaluation of the configuration with code ``x`` ``(d,)`` is under way."""
        self._pending[trial_id] = x

    def end(self, trial_id: str) -> None:
        """The evaluation is not under way any more, with or without a value."""
        self._pending.pop(trial_id, None)

    def observe(self, trial_id: str, x: FloatArray, value: float) -> None:
        """The evaluation gave ``value``, which replaces an earlier one of the same trial."""
        self._observed[trial_id] = Observation(x, value)

    def forget(self, trial_id: str) -> None:
        """The value of this trial does not count any more."""
        self._observed.pop(trial_id, None)

    def fail(self, trial_id: str) -> None:
        """The trial failed: it has no value, and none is to be expected."""
        self.end(trial_id)
        self.forget(trial_id)

    def observations(self) -> tuple[FloatArray, FloatArray]:
        """Encoded configurations ``(n, d)`` and values ``(n,)``, in the order of the first value of each trial."""
        values = np.array([observation.value for observation in self._observed.values()])
        return self._stack([observation.x for observation in self._observed.values()]), values

    def pending(self) -> FloatArray:
        """Encoded configurations ``(q, d)`` of trials that are under way and have no value yet."""
        return self._stack([x for trial_id, x in self._pending.items() if trial_id not in self._observed])

    def _stack(self, rows: list[FloatArray]) -> FloatArray:
        return np.array(rows).reshape(len(rows), self._num_columns)
