"""One run of a simulated trial: what it reports, and when."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from syne_tune.errors import BackendError, nearest
from syne_tune.report_block import Continuation
from syne_tune.trial import Failure, Result, TrialResult


class ReportTable(Sequence[Result]):
    """Reports that are rows of an array; each dictionary is made when it is asked for.

    Args:
        names: Keys of a report, except for the resource.
        values: Shape ``(num_reports, len(names))``.
        resource_attr: Key of the resource, if there is one.
        resources: One per report, increasing.
        elapsed: Values of the column that holds times, as a list, if they are known; whoever needs them takes them.
        is_finite: Whether there are only finite numbers, if it is known.
    """

    __slots__ = ("_elapsed", "_is_finite", "names", "resource_attr", "resources", "values")

    def __init__(
        self,
        names: Sequence[str],
        values: NDArray[np.float64],
        resource_attr: str | None,
        resources: Sequence[float],
        elapsed: list[float] | None = None,
        is_finite: bool | None = None,
    ) -> None:
        self.names = tuple(names) if resource_attr is None else (*names, resource_attr)
        self.values = values
        self.resource_attr = resource_attr
        self.resources = resources
        self._elapsed = elapsed
        self._is_finite = is_finite

    def like(self, values: NDArray[np.float64], resources: Sequence[float]) -> ReportTable:
        """Other reports with the same names.

        Args:
            values: As in the constructor.
            resources: Likewise.
        """
        names = self.names if self.resource_attr is None else self.names[:-1]
        return ReportTable(names, values, self.resource_attr, resources, is_finite=self._is_finite)

    def part(self, first: int, end: int) -> ReportTable:
        """Reports ``first, ..., end - 1``."""
        return self.like(self.values[first:end], self.resources[first:end])

    def take_elapsed(self, name: str) -> list[float]:
        """Values of the column ``name``, which holds times.

        Raises:
            BackendError: If there is none.
        """
        known, self._elapsed = self._elapsed, None
        if known is not None:
            return known
        elapsed: list[float] = self.values[:, _place_of(name, self.names)].tolist()
        return elapsed

    def __len__(self) -> int:
        return len(self.values)

    @overload
    def __getitem__(self, index: int) -> Result: ...

    @overload
    def __getitem__(self, index: slice) -> list[Result]: ...

    def __getitem__(self, index: int | slice) -> Result | list[Result]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        row = self.values[index].tolist()
        return dict(zip(self.names, row if self.resource_attr is None else (*row, self.resources[index]), strict=True))

    def rows(self, first: int, end: int) -> list[list[float]]:
        """Reports ``first, ..., end - 1``, as lists of values in the order of ``names``."""
        rows: list[list[float]] = self.values[first:end].tolist()
        if self.resource_attr is None:
            return rows
        return [[*row, resource] for row, resource in zip(rows, self.resources[first:end], strict=True)]

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickles the values as bytes, which is several times faster than as an array; there are many small ones."""
        values = np.ascontiguousarray(self.values)
        return _table_of_bytes, (self.names, values.tobytes(), values.shape, self.resource_attr, self.resources)

    @property
    def is_finite(self) -> bool:
        """Whether no value is NaN, infinite, or so large that the sum of all is."""
        if self._is_finite is None:
            self._is_finite = math.isfinite(np.add.reduce(self.values, axis=None))
        return self._is_finite

    @property
    def is_plain(self) -> bool:
        """Whether there are reports, and nothing but finite numbers in them."""
        return len(self.values) > 0 and self.is_finite

    def covered(self, promise: Continuation) -> tuple[int, int]:
        """Which reports a promise covers, as long as they are finite numbers.

        Args:
            promise: What a scheduler promised.

        Returns:
            Index of the first one, and of the first one behind them; the same for tables with the same resources.
        """
        _, _, resource_attr, above, below = promise
        number, resources = len(self.values), self.resources
        if resource_attr is None:
            return 0, number
        if resource_attr != self.resource_attr or not number or not isinstance(resources[0], int):
            return 0, 0
        return bisect_right(resources, max(above, 0), hi=number), bisect_left(resources, below, hi=number)


def _place_of(elapsed_attr: str, names: Sequence[str]) -> int:
    if elapsed_attr not in names:
        raise BackendError(f"elapsed_time_attr = {elapsed_attr!r} is not reported: {nearest(elapsed_attr, names)}")
    return names.index(elapsed_attr)


def _checked(report: Result, elapsed_attr: str) -> Result:
    _place_of(elapsed_attr, list(report))
    return report


def _table_of_bytes(
    names: tuple[str, ...], data: bytes, shape: tuple[int, int], resource_attr: str | None, resources: Sequence[float]
) -> ReportTable:
    values = np.frombuffer(data).reshape(shape)
    return ReportTable(names if resource_attr is None else names[:-1], values, resource_attr, resources)


class SimulatedRun:
    """One run of a trial.

    Args:
        reports: All reports, also those that are left out because of a checkpoint.
        failure: Why it ends, if not well.
        elapsed_attr: Name of the metric that holds the seconds since the beginning of the training.
        number: Decides which of two events at the same time comes first.
        began: When the job began, in seconds.
        first: Index of the first report that is not left out.
        is_from_scratch: Whether reports are left out although there is no checkpoint.

    Attributes:
        next: Index of the report that will be seen next.
        last_taken: The last report that was taken one by one.
        num_settled: Reports before this one need not be shown to the scheduler.
        elapsed: Value of ``elapsed_attr`` of every report, as if there were no checkpoint; empty when it has ended.
        settled: Values of settled reports with the time in this run, the next one last; empty until one is taken.
        names: What the values are called, if the reports come as a table.
        start: When the training would have begun, had it not been for the checkpoint.
        base: Elapsed time of the last report that is left out; that of the others counts from it.

    Raises:
        BackendError: If ``elapsed_attr`` is not reported.
    """

    __slots__ = (
        *("base", "elapsed", "elapsed_attr", "failure", "first", "last_taken", "names", "next"),
        *("num_settled", "number", "reports", "settled", "start"),
    )

    def __init__(
        self,
        reports: Sequence[Result],
        failure: Failure | None,
        elapsed_attr: str,
        number: int,
        began: float,
        first: int = 0,
        is_from_scratch: bool = False,
    ) -> None:
        self.reports, self.failure, self.elapsed_attr, self.number = reports, failure, elapsed_attr, number
        self.first = self.next = first
        self.num_settled = 0
        self.last_taken: Result | None = None
        self.settled: list[list[float]] = []
        self.names: tuple[str, ...] = ()
        if isinstance(reports, ReportTable):
            self.names, self.elapsed = reports.names, reports.take_elapsed(elapsed_attr)
        else:
            self.elapsed = [float(_checked(report, elapsed_attr)[elapsed_attr]) for report in reports]
        self.base = self.elapsed[first - 1] if first and not is_from_scratch else 0.0
        self.start = began - self.base

    @property
    def due(self) -> int:
        """Index of the next report that has to be shown to the scheduler; behind the last one: its end comes next."""
        return self.num_settled if self.num_settled > self.next else self.next

    def _rows_from_base(self, table: ReportTable) -> list[list[float]]:
        rows = table.rows(self.next, self.num_settled)
        if self.base:
            column = table.names.index(self.elapsed_attr)
            for row in rows:
                row[column] -= self.base
        return rows[::-1]

    def report(self, index: int) -> Result:
        """One report, with the time that has elapsed in this run."""
        result = dict(self.reports[index])
        if self.base:
            result[self.elapsed_attr] = float(result[self.elapsed_attr]) - self.base
        return result

    def take(self) -> Result:
        """The next report, which is seen now."""
        self.last_taken = self.report(self.next)
        self.next += 1
        if self.settled:
            self.settled.pop()
        return self.last_taken

    def cut(self, num_unseen: int, last: Result | None) -> None:
        """Forgets reports at the end.

        Args:
            num_unseen: So many nobody has seen.
            last: The last one that counts, if it is known which it is.
        """
        is_latest = num_unseen == 0 and last is self.last_taken
        self.next = max(self.first, self.next - num_unseen)
        if last is not None and not is_latest:
            places = range(self.next, self.first, -1)
            self.next = next((place for place in places if self.report(place - 1) == last), self.next)

    def settle(self, promise: Continuation | None) -> None:
        """Takes a promise of the scheduler into account; ``None`` ends the one before."""
        self.num_settled, self.settled = 0, []
        if promise is not None and isinstance(self.reports, ReportTable) and self.reports.is_finite:
            first, end = self.reports.covered(promise)
            self.num_settled = end if first <= self.next < end else 0

    def take_settled(self) -> list[float]:
        """Values of the next report, which is settled, and seen now."""
        if not self.settled:
            assert isinstance(self.reports, ReportTable), "only those are settled"
            self.settled = self._rows_from_base(self.reports)
        self.next += 1
        return self.settled.pop()

    def end(self) -> None:
        """Gives up what is only needed while the run goes on."""
        self.settled, self.elapsed, reports = [], [], self.reports
        self.reports = reports.part(0, self.next) if isinstance(reports, ReportTable) else reports[: self.next]


class SimulatedTrial(TrialResult):
    """A trial whose reports are looked up in its runs when they are asked for."""

    runs: list[SimulatedRun]

    @property
    def metrics(self) -> list[Result]:
        """All reports so far, in order."""
        return [run.report(index) for run in self.runs for index in range(run.first, run.next)]

    @metrics.setter
    def metrics(self, metrics: list[Result]) -> None:
        self.runs = []

    @property
    def num_reports(self) -> int:
        """Number of reports so far."""
        return sum(run.next - run.first for run in self.runs)
