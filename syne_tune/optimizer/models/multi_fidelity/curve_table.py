"""Observations arranged as learning curves."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from syne_tune.optimizer.models.multi_fidelity.levels import ResourceLevels
from syne_tune.optimizer.models.multi_fidelity.selection import configuration_index
from syne_tune.optimizer.models.predictor import FloatArray


class CurveGroup(NamedTuple):
    """Curves that are observed at the same levels.

    Attributes:
        levels: Indices of these levels ``(l,)``, increasing.
        curves: Indices of the curves ``(c,)``.
        rows: Which observations they consist of, ``(c, l)``.
    """

    levels: npt.NDArray[np.intp]
    curves: npt.NDArray[np.intp]
    rows: npt.NDArray[np.intp]


class CurveTable:
    """Curves of all configurations, grouped by the levels at which they are observed.

    A configuration that is observed twice at the same level has two curves.

    Args:
        x: Encoded inputs ``(n, d)``, the resource as last column.
        levels: Resource levels.

    Attributes:
        x: The same array.
        configurations: Encoded configuration of each curve, ``(N, d - 1)``.
        groups: By length and by levels.
        curve_of_row: ``(n,)``.
        level_of_row: ``(n,)``.
    """

    def __init__(self, x: FloatArray, levels: ResourceLevels) -> None:
        self.x = x
        self.level_of_row = levels.index(x[:, -1])
        repetition = _repetitions(configuration_index(x), self.level_of_row)
        key = np.column_stack([configuration_index(x), repetition])
        _, first_row, curve_of_row = np.unique(key, axis=0, return_index=True, return_inverse=True)
        self.curve_of_row: npt.NDArray[np.intp] = curve_of_row.reshape(-1)
        self.configurations = x[first_row, :-1]
        self.groups = tuple(self._grouped(len(first_row), len(levels)))

    def _grouped(self, num_curves: int, num_levels: int) -> list[CurveGroup]:
        row_at = np.full((num_curves, num_levels), -1, dtype=np.intp)
        row_at[self.curve_of_row, self.level_of_row] = np.arange(len(self.x))
        patterns, pattern_of_curve = np.unique(row_at >= 0, axis=0, return_inverse=True)
        groups = []
        for number, pattern in enumerate(patterns):
            seen, curves = np.flatnonzero(pattern), np.flatnonzero(pattern_of_curve.reshape(-1) == number)
            groups.append(CurveGroup(seen, curves, row_at[np.ix_(curves, seen)]))
        return groups


def _repetitions(configuration: npt.NDArray[np.intp], level: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
    """How often the same configuration has been observed at the same level before, ``(n,)``."""
    order = np.lexsort((np.arange(len(level)), level, configuration))
    is_new = np.ones(len(level), dtype=np.bool_)
    is_new[1:] = (np.diff(configuration[order]) != 0) | (np.diff(level[order]) != 0)
    position = np.arange(len(level))
    start = np.maximum.accumulate(np.where(is_new, position, 0))
    result = np.empty(len(level), dtype=np.intp)
    result[order] = position - start
    return result
