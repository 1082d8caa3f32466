"""Smallest, largest, summed and last values of what was reported, of one trial or of all."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TypeGuard

import numpy as np
from numpy.typing import NDArray

from syne_tune.trial import Result


def is_number(value: object) -> TypeGuard[float]:
    """Whether ``value`` is a finite number that can be compared; booleans are not."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


class MetricsStatistics:
    """Smallest, largest, summed and last values of everything that was reported.

    The type of a metric is fixed by its first finite value or first non-number; values that are no finite numbers
    appear in ``last_metrics`` only.
    """

    def __init__(self) -> None:
        self.metric_names: list[str] = []
        self.count = 0
        self.min_metrics: dict[str, float] = {}
        self.max_metrics: dict[str, float] = {}
        self.sum_metrics: dict[str, float] = {}
        self.last_metrics: Result = {}
        self.is_numeric: dict[str, bool] = {}

    def add(self, metrics: Result) -> None:
        """Takes one report into account."""
        self.count += 1
        for name, value in metrics.items():
            if name not in self.is_numeric:
                self._meet(name, isinstance(value, (int, float)) and not isinstance(value, bool))
            if self.is_numeric[name] and is_number(value):
                self._add_number(name, value)
        self.last_metrics = dict(metrics)

    def _meet(self, name: str, is_numeric: bool) -> None:
        self.metric_names.append(name)
        self.is_numeric[name] = is_numeric

    def _add_number(self, name: str, value: float) -> None:
        if name not in self.sum_metrics:
            self.min_metrics[name] = self.max_metrics[name] = self.sum_metrics[name] = value
            return
        self.sum_metrics[name] += value
        if value < self.min_metrics[name]:
            self.min_metrics[name] = value
        elif value > self.max_metrics[name]:
            self.max_metrics[name] = value

    def add_summaries(
        self, names: Sequence[str], lows: Sequence[float], highs: Sequence[float], totals: Sequence[float]
    ) -> None:
        """Takes many reports into account, by their smallest and largest values.

        Args:
            names: Names of metrics.
            lows: Smallest value of each.
            highs: Largest value of each.
            totals: Sum of each, including the sum so far.
        """
        if self.is_numeric:
            for name, low, high, total in zip(names, lows, highs, totals, strict=True):
                self._add_summary(name, low, high, total)
            return
        self.metric_names = list(names)
        self.is_numeric = dict.fromkeys(names, True)
        self.min_metrics = dict(zip(names, lows, strict=True))
        self.max_metrics = dict(zip(names, highs, strict=True))
        self.sum_metrics = dict(zip(names, totals, strict=True))

    def _add_summary(self, name: str, low: float, high: float, total: float) -> None:
        """The same for one metric."""
        if name not in self.is_numeric:
            self._meet(name, True)
        if not self.is_numeric[name]:
            return
        self.min_metrics[name] = min(low, self.min_metrics.get(name, low))
        self.max_metrics[name] = max(high, self.max_metrics.get(name, high))
        self.sum_metrics[name] = total


def add_rows(
    statistics: Mapping[int, MetricsStatistics],
    names: Sequence[str],
    trial_ids: Sequence[int],
    columns: Sequence[Sequence[float]],
) -> None:
    """Takes many reports into account, to the same effect as ``statistics[trial_id].add(...)`` one after the other.

    Args:
        statistics: By trial.
        names: Names of the metrics.
        trial_ids: One per report.
        columns: One value per report for each metric; finite numbers.
    """
    trials, position = np.unique(np.array(trial_ids), return_inverse=True)
    known = [statistics[trial_id] for trial_id in trials.tolist()]
    for trial, count in zip(known, np.bincount(position).tolist(), strict=True):
        trial.count += count
    found = [_summaries(known, name, column, position) for name, column in zip(names, columns, strict=True)]
    lows, highs, totals = (zip(*lists, strict=True) for lists in zip(*found, strict=True))
    for trial, low, high, total in zip(known, lows, highs, totals, strict=True):
        trial.add_summaries(names, low, high, total)
    rows = list(zip(*columns, strict=True))
    for trial_id, index in dict(zip(trial_ids, range(len(trial_ids)), strict=True)).items():
        statistics[trial_id].last_metrics = dict(zip(names, rows[index], strict=True))


def _summaries(
    trials: Sequence[MetricsStatistics], name: str, column: Sequence[float], position: NDArray[np.intp]
) -> tuple[list[float], list[float], list[float]]:
    """Minimum, maximum and sum per trial, where sums of integers are integers, and added up in the order of reports."""
    so_far = [trial.sum_metrics.get(name, 0) for trial in trials]
    values, sums = np.array(column, dtype=float), np.array(so_far, dtype=float)
    low, high = np.full(len(sums), np.inf), np.full(len(sums), -np.inf)
    np.minimum.at(low, position, values)
    np.maximum.at(high, position, values)
    np.add.at(sums, position, values)
    if not all(issubclass(kind, int) for kind in set(map(type, column))):
        return low.tolist(), high.tolist(), sums.tolist()
    totals = [
        int(total) if isinstance(before, int) else total for total, before in zip(sums.tolist(), so_far, strict=True)
    ]
    return low.astype(int).tolist(), high.astype(int).tolist(), totals
