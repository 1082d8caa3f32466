"""What trials have reported, noted when it comes and added up when somebody looks."""

from __future__ import annotations

import copy
import itertools
import math
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from syne_tune.constants import ST_WORKER_COST, ST_WORKER_TIME
from syne_tune.garbage import no_garbage_collection
from syne_tune.metric_statistics import MetricsStatistics, add_rows
from syne_tune.report_block import ReportBlock
from syne_tune.trial import Result

WORKER_COLUMNS = {ST_WORKER_TIME: "worker-time", ST_WORKER_COST: "worker-cost"}
"""Reports that grow from report to report; of each run of a trial, the largest counts."""

_MOST_SINGLE_REPORTS, _MOST_REPORTS = 10_000, 1_000_000
_FEWEST_AT_ONCE, _MOST_LOOKED_UP = 8, 100
_NUMBERS = {int, float}


@dataclass
class _Columns:
    """Many reports of finite numbers, in as little memory as possible.

    Attributes:
        names: Names of what was reported; none of them grows.
        trial_ids: One per report.
        columns: One array per name, of floats or integers.
    """

    names: tuple[str, ...]
    trial_ids: NDArray[Any]
    columns: list[NDArray[Any]]

    def __len__(self) -> int:
        return len(self.trial_ids)

    def of(self, trial_ids: Collection[int]) -> _Columns:
        """The reports of some trials."""
        chosen = np.isin(self.trial_ids, list(trial_ids))
        return _Columns(self.names, self.trial_ids[chosen], [column[chosen] for column in self.columns])

    def results(self) -> Iterator[tuple[int, Result]]:
        """One report after the other, with its trial."""
        rows = zip(*(column.tolist() for column in self.columns), strict=True)
        for trial_id, row in zip(self.trial_ids.tolist(), rows, strict=True):
            yield trial_id, dict(zip(self.names, row, strict=True))


_Single = tuple[int, Result]
_Noted = _Single | _Columns


class ReportedValues:
    """Number, extremes, sums and last values of all reports, together and per trial."""

    def __init__(self) -> None:
        self._overall = MetricsStatistics()
        self._per_trial: dict[int, MetricsStatistics] = {}
        self._last_values: dict[int, dict[str, Any]] = {}
        self._totals: dict[str, float] = dict.fromkeys(WORKER_COLUMNS, 0.0)
        self._of_earlier_runs: dict[int, dict[str, float]] = {}
        self._noted: list[_Noted] = []
        self._num_single = self._num_in_columns = 0
        self._totals_grow = False

    # ------------------------------------------------------------------ what comes in

    def add(self, trial_id: int, result: Result) -> None:
        """Notes one report, which must not be changed afterwards."""
        self._totals_grow = self._totals_grow or not WORKER_COLUMNS.keys().isdisjoint(result)
        self._noted.append((trial_id, result))
        self._num_single += 1
        if self._num_single >= _MOST_SINGLE_REPORTS:
            self._add_up()

    def begin_run(self, trial_id: int) -> None:
        """Notes that a trial is run again: what grows begins at 0 once more."""
        if self._totals_grow:
            self._add_up()
        last = self._last_values.get(trial_id, {})
        if any(column in last for column in WORKER_COLUMNS.values()):
            self._of_earlier_runs[trial_id] = {column: last.get(column, 0.0) for column in WORKER_COLUMNS.values()}

    def add_block(self, block: ReportBlock) -> None:
        """Notes many reports."""
        columns = _columns_of(block)
        if columns is None:
            for trial_id, result in zip(block.trial_ids, block.results(), strict=True):
                self.add(trial_id, result)
            return
        self._noted.append(columns)
        self._num_in_columns += len(columns)
        if self._num_in_columns >= _MOST_REPORTS:
            self._add_up()

    # ------------------------------------------------------------------ what is asked for

    @property
    def overall(self) -> MetricsStatistics:
        """Statistics over all trials."""
        self._add_up()
        return self._overall

    @property
    def per_trial(self) -> dict[int, MetricsStatistics]:
        """Statistics by trial, in order of the first reports."""
        self._add_up()
        return self._per_trial

    def total(self, name: str) -> float:
        """Sum over all trials of something that grows, one of :data:`WORKER_COLUMNS`."""
        if self._totals_grow:
            self._add_up()
        return self._totals[name]

    def last_values(self, trial_ids: Collection[int]) -> dict[int, tuple[int, Mapping[str, Any]]]:
        """Number of reports, and the last value of everything that was reported, for some trials."""
        values = self if len(trial_ids) > _MOST_LOOKED_UP else self._part(trial_ids)
        values._add_up()
        return {i: (values._per_trial[i].count, values._last_values[i]) for i in trial_ids if i in values._per_trial}

    def best(self, metric: str, mode: str) -> tuple[int, float] | None:
        """The trial with the best value, and of equal ones the trial that reported first; nothing is added up.

        Args:
            metric: Name of the metric.
            mode: ``"min"`` or ``"max"``.

        Returns:
            Trial and value, or ``None`` if the metric has not been reported.
        """
        if any(not isinstance(noted, _Columns) for noted in self._noted):
            self._add_up()
        found: dict[int, float] = {}
        for trial_id, statistics in self._per_trial.items():
            value = (statistics.min_metrics if mode == "min" else statistics.max_metrics).get(metric)
            if value is not None:
                found[trial_id] = value
        reported = [
            (noted.trial_ids, noted.columns[noted.names.index(metric)])
            for noted in self._noted
            if isinstance(noted, _Columns) and metric in noted.names and len(noted) > 0
        ]
        if not found and not reported:
            return None
        extremes = [(values.min() if mode == "min" else values.max()).item() for _, values in reported]
        best = (min if mode == "min" else max)([*found.values(), *extremes])
        who = {trial_id for trial_id, value in found.items() if value == best}
        who.update(*(trial_ids[values == best].tolist() for trial_ids, values in reported))
        in_order = itertools.chain(found, *(trial_ids.tolist() for trial_ids, _ in reported))
        return next(trial_id for trial_id in in_order if trial_id in who), best

    def _part(self, trial_ids: Collection[int]) -> ReportedValues:
        """The same for some trials only."""
        part = ReportedValues()
        known = [trial_id for trial_id in trial_ids if trial_id in self._per_trial]
        part._per_trial = {i: copy.deepcopy(self._per_trial[i]) for i in known}
        part._last_values = {i: dict(self._last_values[i]) for i in known}
        part._of_earlier_runs = self._of_earlier_runs
        part._noted = [
            noted.of(trial_ids) if isinstance(noted, _Columns) else noted
            for noted in self._noted
            if isinstance(noted, _Columns) or noted[0] in trial_ids
        ]
        return part

    # ------------------------------------------------------------------ adding up

    def _add_up(self) -> None:
        """Takes into account what has been noted."""
        noted, self._noted = self._noted, []
        self._num_single, self._num_in_columns, self._totals_grow = 0, 0, False
        with no_garbage_collection():
            for names, together in itertools.groupby(noted, key=_names_of_numbers):
                self._add_group(names, list(together))

    def _add_group(self, names: tuple[str, ...], group: list[_Noted]) -> None:
        number = sum(len(noted) if isinstance(noted, _Columns) else 1 for noted in group)
        if names and number >= _FEWEST_AT_ONCE:
            self._add_many(names, group)
            return
        for noted in group:
            for trial_id, result in noted.results() if isinstance(noted, _Columns) else (noted,):
                self._add_one(trial_id, result)

    def _add_one(self, trial_id: int, result: Result) -> None:
        self._overall.add(result)
        self._per_trial.setdefault(trial_id, MetricsStatistics()).add(result)
        last = self._last_values.setdefault(trial_id, {})
        for name, value in result.items():
            if name in WORKER_COLUMNS:
                self._add_to_total(trial_id, name, value)
            else:
                last[name] = value

    def _add_to_total(self, trial_id: int, name: str, value: float) -> None:
        last, column = self._last_values[trial_id], WORKER_COLUMNS[name]
        spent = self._of_earlier_runs.get(trial_id, {}).get(column, 0.0) + value
        increase = spent - last.get(column, 0.0)
        if increase > 0:
            self._totals[name] += increase
            last[column] = spent

    def _add_many(self, names: tuple[str, ...], group: list[_Noted]) -> None:
        trial_ids, columns = _joined(names, group)
        for trial_id in Counter(trial_ids):
            self._per_trial.setdefault(trial_id, MetricsStatistics())
        add_rows({0: self._overall}, names, [0] * len(trial_ids), columns)
        add_rows(self._per_trial, names, trial_ids, columns)
        for trial_id in Counter(trial_ids):
            self._last_values.setdefault(trial_id, {}).update(self._per_trial[trial_id].last_metrics)


def _columns_of(block: ReportBlock) -> _Columns | None:
    """A block of numbers as arrays; ``None`` if something grows, or a column mixes kinds of numbers."""
    if not WORKER_COLUMNS.keys().isdisjoint(block.names):
        return None
    arrays = block.arrays
    if arrays is None:
        columns = list(zip(*block.rows, strict=True))
        if any(len(set(map(type, column))) > 1 for column in columns):
            return None
        arrays = [np.array(column) for column in (block.trial_ids, *columns)]
    if any(array.dtype not in (np.float64, np.int64) for array in arrays):
        return None
    return _Columns(block.names, arrays[0], list(arrays[1:]))


def _names_of_numbers(noted: _Noted) -> tuple[str, ...]:
    """Names of what was reported, if it is nothing but finite numbers that are treated alike; else nothing."""
    if isinstance(noted, _Columns):
        return noted.names
    values = noted[1].values()
    are_numbers = {*map(type, values)} <= _NUMBERS and math.isfinite(sum(values))
    names = tuple(noted[1])
    return names if are_numbers and WORKER_COLUMNS.keys().isdisjoint(names) else ()


def _joined(names: tuple[str, ...], group: Iterable[_Noted]) -> tuple[list[int], list[Sequence[float]]]:
    """Trials and columns of all reports of a group, which have these names."""
    trial_ids: list[int] = []
    columns: list[list[float]] = [[] for _ in names]
    for noted in group:
        if isinstance(noted, _Columns):
            trial_ids += noted.trial_ids.tolist()
            new: Iterable[list[float]] = (column.tolist() for column in noted.columns)
        else:
            trial_ids.append(noted[0])
            new = ([value] for value in noted[1].values())
        for column, values in zip(columns, new, strict=True):
            column += values
    return trial_ids, list(columns)
