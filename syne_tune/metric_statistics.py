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

    def _add_summary(self, name: str, low: float, high: float, total: float) -> None:
        """Takes many values of a metric into account; ``total`` includes the sum so far."""
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
    for name, column in zip(names, columns, strict=True):
        as_type = int if all(issubclass(kind, int) for kind in set(map(type, column))) else float
        so_far = [trial.sum_metrics.get(name, 0) for trial in known]
        summary = _summaries(np.array(column, dtype=float), position, np.array(so_far, dtype=float))
        for trial, before, (low, high, total) in zip(known, so_far, summary, strict=True):
            is_sum_of_integers = as_type is int and isinstance(before, int)
            total = int(total) if is_sum_of_integers else total
            trial._add_summary(name, as_type(low), as_type(high), total)
    for trial_id, index in dict(zip(trial_ids, range(len(trial_ids)), strict=True)).items():
        statistics[trial_id].last_metrics = {name: column[index] for name, column in zip(names, columns, strict=True)}


def _summaries(
    values: NDArray[np.float64], position: NDArray[np.intp], sums: NDArray[np.float64]
) -> list[tuple[float, float, float]]:
    """Minimum, maximum and sum per group, the sums added up in the order of the values, beginning with ``sums``."""
    low, high = np.full(len(sums), np.inf), np.full(len(sums), -np.inf)
    np.minimum.at(low, position, values)
    np.maximum.at(high, position, values)
    np.add.at(sums, position, values)
    return list(zip(low.tolist(), high.tolist(), sums.tolist(), strict=True))
