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

_LONGEST_SCALE = 2.0
"""A coordinate whose length scale is longer plays no role within [0, 1], and counts as this long."""

_SUFFICIENT = 1e-4
"""Share of the linear prediction which a step has to gain: Armijo's rule."""

_SHRINK = 0.3
_TINY = 1e-300
_BEYOND_LIMITS = 1e30
"""Directions that are so many times too long are cut to the limit."""


class _Rows:
    """State of the k searches."""

    def __init__(self, metric: FloatArray, x: FloatArray, value: FloatArray, gradient: FloatArray) -> None:
        self._metric = metric
        self.x, self.value, self.gradient = x, value, gradient
        self.step_length: FloatArray = np.ones((len(x), 1))
        self._inverse: FloatArray | None = None

    def direction(self, free: npt.NDArray[np.bool_]) -> FloatArray:
        """The quasi-Newton direction within the coordinates that may move, ``(k, d)``, of limited length."""
        movable = free & np.where(self.gradient < 0, self.x > 0, self.x < 1)
        uphill = self.gradient * movable
        if self._inverse is None:
            limit, direction = _FIRST_MOVE, uphill * (_BEYOND_LIMITS * self._metric)
        else:
            limit, direction = _LONGEST_MOVE, np.matmul(self._inverse, uphill[:, :, None])[:, :, 0] * movable
        longest = np.maximum.reduce(np.abs(direction), axis=1, keepdims=True, initial=limit)
        direction *= limit / longest
        return np.asarray(direction)

    def move(self, rows: npt.NDArray[np.bool_], x: FloatArray, value: FloatArray, gradient: FloatArray) -> None:
        """Moves some rows and learns from the change of the gradient; the others will try a shorter step."""
        accepted = rows[:, None]
        s = np.where(accepted, x - self.x, 0.0)
        y = np.where(s != 0, self.gradient - gradient, 0.0)
        self._learn(s, y)
        self.x = np.where(accepted, x, self.x)
        self.value = np.where(rows, value, self.value)
        self.gradient = np.where(accepted, gradient, self.gradient)
        self.step_length = np.where(accepted, 1.0, self.step_length * _SHRINK)

    def _learn(self, s: FloatArray, y: FloatArray) -> None:
        """The BFGS update of H, eq. (6.17), as ``H - t s^T - s t^T``; rows without positive curvature keep theirs."""
        curvature = _row_products(s, y)
        rho = (curvature > _TINY) / np.maximum(curvature, _TINY)
        if self._inverse is None:
            squared = np.maximum(_row_products(y * self._metric, y), _TINY)
            scale = np.where(rho > 0, curvature / squared, _FIRST_MOVE)
            self._inverse = scale[:, None, None] * np.diag(self._metric)
        along = np.matmul(self._inverse, y[:, :, None])[:, :, 0]
        half = 0.5 * (1 + rho * _row_products(y, along))
        t = rho[:, None] * (along - half[:, None] * s)
        change = t[:, :, None] * s[:, None, :]
        self._inverse -= change
        self._inverse -= change.transpose(0, 2, 1)


def _row_products(left: FloatArray, right: FloatArray) -> FloatArray:
    """Scalar products ``(k,)`` of rows ``(k, d)``."""
    return np.asarray(np.add.reduce(left * right, axis=1))


def ascend(
    function: ValueAndGradient,
    start: FloatArray,
    free: npt.NDArray[np.bool_],
    *,
    max_evaluations: int,
    tolerance: float,
    scales: FloatArray | None = None,
) -> tuple[FloatArray, FloatArray]:
    """Improves k points by moving their free coordinates within ``[0, 1]``.

    Args:
        function: Evaluated at all k points at once.
        start: ``(k, d)``.
        free: Which coordinates may move, ``(k, d)``.
        max_evaluations: Number of calls of ``function``, the first one included; at least 1.
        tolerance: A row rests once a step promises to gain no more than this.
        scales: How far each coordinate has to move until the function changes, ``(d,)``, roughly: steps are taken in
            these units, which makes the way short. Default: all alike.

    Returns:
        Points ``(k, d)`` and values ``(k,)``, nowhere lower than at the start.
    """
    rows = _Rows(_metric(scales, start.shape[1]), start, *function(start))
    for _ in range(max_evaluations - 1):
        trial = rows.x + rows.step_length * rows.direction(free)
        trial = np.minimum(np.maximum(trial, 0.0), 1.0)
        promised = _row_products(rows.gradient, trial - rows.x)
        active = promised > tolerance
        if not active.any():
            break
        value, gradient = function(trial)
        good = active & (value >= rows.value + _SUFFICIENT * promised) & np.isfinite(value)
        rows.move(good, trial, value, gradient)
    return rows.x, rows.value


def _metric(scales: FloatArray | None, size: int) -> FloatArray:
    """Squared length scales ``(d,)``, the largest being 1: what H is like, up to a factor, before steps are taken."""
    if scales is None:
        return np.ones(size)
    squared = np.minimum(scales, _LONGEST_SCALE) ** 2
    return np.asarray(squared / squared.max())
