"""Fetches the reports of one job: from its log while it runs, from its report channel when it has ended."""

from __future__ import annotations

from dataclasses import dataclass

from syne_tune.backend.sagemaker_backend.job_end import JobEnd
from syne_tune.backend.sagemaker_backend.job_logs import JobLogs
from syne_tune.backend.sagemaker_backend.job_reports import JobReports, MadeReport
from syne_tune.backend.sagemaker_backend.report_files import ReportFile

_SLOWER = 1.5
_FASTER = 0.5


@dataclass(frozen=True)
class Patience:
    """How long to wait for what may be late, in seconds.

    Args:
        log: For the log of a job that has ended and has no report channel.
        gap: For a report whose successor is there, before it is looked for; and for anything at all, before the
            report channel is looked at while the job runs.
        longest: Between two looks at the log, or at the report channel, of a job that is silent.
    """

    log: float = 10.0
    gap: float = 3.0
    longest: float = 30.0


class JobReader:
    """Fetches the reports of one job.

    Args:
        job: Name of the job.
        num_hosts: How many machines it runs on.
        logs: Reads logs.
        channel: Its report channel.
        patience: How long to wait for what may be late.
    """

    def __init__(self, job: str, num_hosts: int, logs: JobLogs, channel: ReportFile, patience: Patience) -> None:
        self._job = job
        self._num_hosts = num_hosts
        self._logs = logs
        self._channel = channel
        self._patience = patience
        self._reports = JobReports()
        self._interval = 0.0
        self._gap_interval = patience.gap
        self._due = 0.0
        self._gap_due: float | None = None
        self._wait_until: float | None = None

    @property
    def due(self) -> float:
        """When to look at the log for the next time."""
        return self._due

    def look(self, now: float, shortest: float) -> list[MadeReport]:
        """New reports of a job that runs. Looks more often at jobs that report more often.

        Args:
            now: Seconds on some clock.
            shortest: Least seconds until the next look.
        """
        self._reports.add_lines(self._logs.read(self._job, self._num_hosts))
        found = self._reports.take()
        if not found and self._is_time_to_look_for_missing(now):
            found = self._look_for_missing()
            self._gap_interval = min(2 * self._gap_interval, self._patience.longest)
            self._gap_due = now + self._gap_interval
        elif found:
            self._gap_interval = self._patience.gap
            self._gap_due = now + self._gap_interval
        changed = self._interval * (_FASTER if found else _SLOWER)
        self._interval = min(max(changed, shortest), max(self._patience.longest, shortest))
        self._due = now + self._interval
        return found

    def finish(self, end: JobEnd, now: float) -> list[MadeReport] | None:
        """All remaining reports of a job that has ended; ``None`` if some may still be on their way.

        Args:
            end: How it ended.
            now: Seconds on the clock of :meth:`look`.
        """
        channel = self._channel.read_all()
        if channel is not None:
            self._reports.add_channel(channel)
        elif end.has_trained and not self._logs.is_forbidden:
            self._wait_until = self._wait_until or now + self._patience.log
            if now < self._wait_until:
                return None
        if channel is None or end.may_lack_reports:
            self._reports.add_lines(self._logs.read_since(self._job, 0))
        self._logs.forget(self._job)
        rest, self._reports = self._reports.take_rest(), JobReports()
        return rest

    def _is_time_to_look_for_missing(self, now: float) -> bool:
        if self._gap_due is None:
            self._gap_due = now + self._gap_interval
        return now >= self._gap_due

    def _look_for_missing(self) -> list[MadeReport]:
        """Reads the channel, as far as it has come to S3; if that does not help, the log once more."""
        self._reports.add_channel(self._channel.read_on() or [])
        found = self._reports.take()
        if not found and self._reports.lacks:
            self._reports.add_lines(self._logs.read_since(self._job, self._reports.missing_since))
            found = self._reports.take()
        return found
