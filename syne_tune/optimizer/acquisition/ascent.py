"""Maximises a function from several starting points at once, in the unit cube.

Notation::

    k, d     number of starting points, number of coordinates
    g        gradients (k, d)
    H        inverse of the negative curvature, as learned so far, (k, d, d)
    s, y     step, and the decrease of the gradient along it

Each row runs a BFGS iteration of its own (Nocedal & Wright 2006, algorithm 6.1), with its step length and its H, but
all rows are evaluated in one call: with cheap models, the number of calls is what costs. To decouple rows while
batching their evaluations is the proposal of Irie et al. 2025 (arXiv:2511.13625). Bounds are handled by projection: a
coordinate at a bound whose gradient points outwards is held until it points inwards (Bertsekas 1982).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from syne_tune.optimizer.models.predictor import FloatArray

ValueAndGradient: TypeAlias = Callable[[FloatArray], tuple[FloatArray, FloatArray]]
"""From points (k, d) to values (k,) and gradients (k, d), row by row."""

_LONGEST_MOVE = 0.5
_FIRST_MOVE = 0.1
"""Largest change of a coordinate, in an iteration and in the first one."""

_SUFFICIENT = 1e-4
"""Share of the linear prediction which a step has to gain: Armijo's rule."""

_SHRINK = 0.3
_TINY = 1e-300


class _Rows:
    """State of the k searches."""

    def __init__(self, x: FloatArray, value: FloatArray, gradient: FloatArray) -> None:
        self.x, self.value, self.gradient = x, value, gradient
        self.step_length: FloatArray = np.ones(len(x))
        self._inverse: FloatArray | None = None

    def direction(self, movable: FloatArray) -> FloatArray:
        """The quasi-Newton direction within the movable coordinates, ``(k, d)``, of limited length."""
        uphill = self.gradient * movable
        if self._inverse is None:
            limit, direction = _FIRST_MOVE, uphill * 1e30
        else:
            limit, direction = _LONGEST_MOVE, (self._inverse @ uphill[:, :, None])[:, :, 0] * movable
        longest = np.max(np.abs(direction), axis=1, keepdims=True, initial=limit)
        return np.asarray(direction * (limit / longest))

    def move(self, rows: npt.NDArray[np.bool_], x: FloatArray, value: FloatArray, gradient: FloatArray) -> None:
        """Moves some rows and learns from the change of the gradient; the others will try a shorter step."""
        accepted = rows[:, None]
        s = np.where(accepted, x - self.x, 0.0)
        y = np.where(accepted & (s != 0), self.gradient - gradient, 0.0)
        self._learn(s, y)
        self.x = np.where(accepted, x, self.x)
        self.value = np.where(rows, value, self.value)
        self.gradient = np.where(accepted, gradient, self.gradient)
        self.step_length = np.where(rows, 1.0, self.step_length * _SHRINK)

    def _learn(self, s: FloatArray, y: FloatArray) -> None:
        """The BFGS update of H, eq. (6.17); rows without positive curvature along the step keep theirs."""
        curvature = np.einsum("kd,kd->k", s, y)
        rho = np.where(curvature > _TINY, 1 / np.maximum(curvature, _TINY), 0.0)
        if self._inverse is None:
            scale = np.where(rho > 0, curvature / np.maximum(np.einsum("kd,kd->k", y, y), _TINY), _FIRST_MOVE)
            self._inverse = scale[:, None, None] * np.eye(s.shape[1])
        along = (self._inverse @ y[:, :, None])[:, :, 0]
        weight = rho * (1 + rho * np.einsum("kd,kd->k", y, along))
        cross = (rho[:, None] * along)[:, :, None] * s[:, None, :]
        self._inverse = self._inverse - cross - cross.transpose(0, 2, 1)
        self._inverse += (weight[:, None] * s)[:, :, None] * s[:, None, :]


def ascend(
    function: ValueAndGradient,
    start: FloatArray,
    free: npt.NDArray[np.bool_],
    *,
    max_evaluations: int,
    tolerance: float,
) -> tuple[FloatArray, FloatArray]:
    """Improves k points by moving their free coordinates within ``[0, 1]``.

    Args:
        function: Evaluated at all k points at once.
        start: ``(k, d)``.
        free: Which coordinates may move, ``(k, d)``.
        max_evaluations: Number of calls of ``function``, the first one included; at least 1.
        tolerance: A row rests once a step promises to gain no more than this.

    Returns:
        Points ``(k, d)`` and values ``(k,)``, nowhere lower than at the start.
    """
    rows = _Rows(start, *function(start))
    for _ in range(max_evaluations - 1):
        outwards = ((rows.x <= 0) & (rows.gradient < 0)) | ((rows.x >= 1) & (rows.gradient > 0))
        move = rows.step_length[:, None] * rows.direction((free & ~outwards).astype(np.float64))
        trial = np.clip(rows.x + move, 0.0, 1.0)
        promised = np.einsum("kd,kd->k", rows.gradient, trial - rows.x)
        active = promised > tolerance
        if not np.any(active):
            break
        value, gradient = function(trial)
        good = active & (value >= rows.value + _SUFFICIENT * promised) & np.isfinite(value)
        rows.move(good, trial, value, gradient)
    return rows.x, rows.value
