"""The jobs of one trial, and what they have reported, as one list that only grows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from syne_tune import jsonio
from syne_tune.backend.repeated_reports import RepeatedReports
from syne_tune.backend.sagemaker_backend.job_end import JobEnd
from syne_tune.backend.sagemaker_backend.job_reader import JobReader
from syne_tune.backend.sagemaker_backend.job_reports import MadeReport
from syne_tune.backend.sagemaker_backend.training_jobs import JobState
from syne_tune.trial import Result


@dataclass(frozen=True)
class JobFacts:
    """What is written down on S3 before a job is started, for a tuner that comes later.

    Args:
        config: Configuration of the trial.
        retry: Whether the job takes the place of the one before.
        from_scratch: Whether there was no checkpoint.
        num_hosts: How many machines it runs on.
    """

    config: Mapping[str, Any] = field(default_factory=dict)
    retry: bool = False
    from_scratch: bool = True
    num_hosts: int = 1

    def to_bytes(self) -> bytes:
        """As content of a file."""
        return jsonio.dumps(self.__dict__).encode()

    @classmethod
    def from_bytes(cls, data: bytes | None) -> JobFacts | None:
        """Inverts :meth:`to_bytes`; ``None`` if there is no such file, or it has another content."""
        try:
            return None if data is None else cls(**jsonio.loads(data))
        except (TypeError, ValueError):
            return None


@dataclass
class Job:
    """One job of a trial.

    Args:
        name: Its name.
        trial_id: The trial.
        facts: What it was started with.
        reader: Fetches its reports.
        state: According to the last listing; ``None`` before it has been listed.
        stop_asked: When it was asked to stop, on the clock of the backend; ``None`` if it was not.
        end: How it ended; ``None`` if that has not been asked for.
    """

    name: str
    trial_id: int
    facts: JobFacts
    reader: JobReader
    state: JobState | None = None
    stop_asked: float | None = None
    end: JobEnd | None = None

    @property
    def is_open(self) -> bool:
        """Whether it occupies machines."""
        return self.end is None and (self.state is None or not self.state.is_final)


class TrialJobs:
    """The jobs of one trial.

    Args:
        has_checkpoint: Whether there is a checkpoint of the trial at present.

    Attributes:
        jobs: Job by number of the run. A number is missing if that run never had a job.
        count: How many runs there have been.
        metrics: All reports, in order; those which have been made before are left out.
        is_complete: Whether the job of the last run has ended and ``metrics`` holds all it reported.
    """

    def __init__(self, has_checkpoint: Callable[[], bool]) -> None:
        self.jobs: dict[int, Job] = {}
        self.count = 0
        self.metrics: list[Result] = []
        self.is_complete = False
        self._has_checkpoint = has_checkpoint
        self._repeated = RepeatedReports()
        self._reading = -1
        self._is_read = True

    @property
    def last(self) -> Job | None:
        """Job of the last run."""
        return self.jobs.get(self.count - 1)

    def add(self, job: Job) -> None:
        """Appends a run by its job."""
        self.jobs[self.count] = job
        self.count += 1

    @property
    def due(self) -> float:
        """When to read the log of the current job, on the clock of its reader; 0 if there is no such job."""
        job = self.current()
        return 0.0 if job is None else job.reader.due

    def current(self) -> Job | None:
        """The job whose reports are to be fetched next; ``None`` if there is none at present."""
        return None if self._is_read else self.jobs.get(self._reading)

    def advance(self, resource_attr: str | None) -> None:
        """Goes on to the next run, if the one before has been read to its end; leaves out those without job."""
        while self._is_read and self._reading < self.count - 1:
            self._reading += 1
            job = self.jobs.get(self._reading)
            self._is_read = job is None
            if job is not None:
                facts = job.facts
                self._begin(resource_attr, facts.retry, facts.from_scratch)
        self.is_complete = self._is_read and self.count > 0

    def take(self, made: list[MadeReport], resource_attr: str | None, is_all: bool = False) -> int:
        """Takes in reports of the current job.

        Args:
            made: The reports.
            resource_attr: Name of the resource, if there is one.
            is_all: Whether there will be no more.

        Returns:
            How many were new.
        """
        before = len(self.metrics)
        for report, begins_anew in made:
            if begins_anew:
                self._begin(resource_attr, True, resource_attr is None and not self._has_checkpoint())
            if not self._repeated.is_repeated(report, resource_attr):
                self.metrics.append(report)
        if is_all:
            self._is_read = True
            self.advance(resource_attr)
        return len(self.metrics) - before

    def _begin(self, resource_attr: str | None, retry: bool, from_scratch: bool) -> None:
        self._repeated.begin(self.metrics, resource_attr=resource_attr, retry=retry, from_scratch=from_scratch)
