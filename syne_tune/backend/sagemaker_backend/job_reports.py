"""The reports of one job, put together from its log and its report channel; pure.

Both contain each report, with the time at which it was made and its running number. The log is quick, but its lines may
be late, out of order or missing. The channel lags behind while the job runs, but is whole in what it contains. A job
whose instances were taken away begins again, with another log stream and number 0, and goes on with the channel as far
as it had come to S3.
"""

from __future__ import annotations

from bisect import insort
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from syne_tune.backend.sagemaker_backend.job_logs import LogLine
from syne_tune.constants import ST_SAGEMAKER_METRIC_TAG, ST_WORKER_ITER, ST_WORKER_TIMESTAMP
from syne_tune.report import retrieve
from syne_tune.trial import Result

LEADER = "algo-1"
"""The machine whose reports count, if a job runs on several."""


class MadeReport(NamedTuple):
    """A report in its place.

    Attributes:
        report: The report.
        begins_anew: Whether it is the first after a restart of the job.
    """

    report: Result
    begins_anew: bool


_Key = tuple[float, int]
"""Time and running number of a report."""


class JobReports:
    """Collects the reports of one job, and hands them out in order, each once.

    Attributes:
        lacks: Whether a report is held back, because one before it may be missing.
    """

    def __init__(self) -> None:
        self.lacks = False
        self._seen: set[_Key] = set()
        self._reports: dict[_Key, Result] = {}
        self._log_times: dict[_Key, int] = {}
        self._pending: list[_Key] = []
        self._without_number: list[Result] = []
        self._unnumbered_lines: Counter[LogLine] = Counter()
        self._trusted: _Key = (0.0, -1)  # up to here nothing is missing, says the channel
        self._beginning: _Key | None = None  # a number 0 in the middle: the job may have begun again
        self._confirmed: _Key | None = None  # so it has: the channel was looked at since
        self._next = 0  # number of the report that follows
        self._last_log_time = 0
        self._others: dict[LogLine, None] = {}

    @property
    def missing_since(self) -> int:
        """Where in the log to look for missing reports: milliseconds since the epoch."""
        return self._last_log_time

    def add_lines(self, lines: Iterable[LogLine]) -> None:
        """Takes in lines of the log; those which have been seen may be among them."""
        counts: Counter[LogLine] = Counter()
        for line in lines:
            if line.host != LEADER:
                if ST_SAGEMAKER_METRIC_TAG in line.text:
                    self._others[line] = None
                continue
            counts[line] += 1
            for report in retrieve([line.text]):
                if not self._add(report, line.time) and counts[line] > self._unnumbered_lines[line]:
                    self._unnumbered_lines[line] += 1
                    self._without_number.append(report)

    def add_channel(self, reports: Iterable[Result]) -> None:
        """Takes in the report channel, as far as it is there: nothing is missing before its last report."""
        self._confirmed = self._beginning
        for report in reports:
            self._add(report)
            self._trusted = max(self._trusted, _key(report) or self._trusted)

    def take(self) -> list[MadeReport]:
        """Reports that follow those handed out before, up to the first that may be missing."""
        taken = self._take_unnumbered()
        while self._pending and self._comes_next(self._pending[0]):
            taken.append(self._take_first())
        self.lacks = bool(self._pending)
        return taken

    def take_rest(self) -> list[MadeReport]:
        """All remaining reports; the job has ended, and nothing can be added any more.

        If the leading machine has not reported, the reports of the first one that has are taken.
        """
        if not self._seen and not self._unnumbered_lines and self._others:
            leader = min((line.host for line in self._others if retrieve([line.text])), key=_number_of, default=None)
            self.add_lines([line._replace(host=LEADER) for line in self._others if line.host == leader])
        taken = self._take_unnumbered()
        while self._pending:
            taken.append(self._take_first())
        self.lacks = False
        return taken

    def _add(self, report: Result, time: int | None = None) -> bool:
        """Notes a report; returns whether it has a number."""
        key = _key(report)
        if key is None:
            return False
        if time is not None and (key not in self._seen or key in self._reports):
            self._log_times.setdefault(key, time)
        if key not in self._seen:
            self._seen.add(key)
            self._reports[key] = report
            insort(self._pending, key)
        return True

    def _comes_next(self, key: _Key) -> bool:
        if key <= self._trusted or key[1] == self._next or key == self._confirmed:
            return True
        if key[1] == 0:
            self._beginning = key  # first the channel is looked at, for what is missing before the restart
        return False

    def _take_first(self) -> MadeReport:
        key = self._pending.pop(0)
        begins_anew = key[1] == 0 and self._next > 0
        self._next = key[1] + 1
        self._last_log_time = self._log_times.pop(key, self._last_log_time)
        return MadeReport(self._reports.pop(key), begins_anew)

    def _take_unnumbered(self) -> list[MadeReport]:
        taken, self._without_number = self._without_number, []
        return [MadeReport(report, False) for report in taken]


def _key(report: Result) -> _Key | None:
    """Time and number of a report; ``None`` if it comes from a reporter that is not ours."""
    time, number = report.get(ST_WORKER_TIMESTAMP), report.get(ST_WORKER_ITER)
    return (time, number) if isinstance(time, float) and isinstance(number, int) else None


def _number_of(host: str) -> int:
    digits = host.rpartition("-")[2]
    return int(digits) if digits.isdigit() else 0
