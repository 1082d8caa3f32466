"""Value objects that every layer shares: a trial, its status, its results, and why it failed."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from syne_tune.constants import ST_WORKER_COST

Config = Mapping[str, Any]
"""A configuration: name of hyperparameter to value."""

Result = dict[str, Any]
"""One report of a trial: name of metric to value, including the ``st_worker_*`` entries."""


class Status:
    """What a trial is doing. Plain strings, since they are written to files and compared by users."""

    completed: str = "Completed"
    in_progress: str = "InProgress"
    failed: str = "Failed"
    paused: str = "Paused"
    stopped: str = "Stopped"
    stopping: str = "Stopping"

    ended: frozenset[str] = frozenset({"Completed", "Failed", "Stopped", "Stopping"})
    """The statuses of trials that will not report any more; paused ones may."""


class FailureCause(str, Enum):
    """Why a trial did not end well.

    Whether trying the same configuration again makes sense follows from the cause alone, see :attr:`may_pass`.
    """

    ERROR = "error"
    """The script raised, or ended with a non-zero exit code."""

    CANNOT_START = "cannot_start"
    """The command could not be executed at all: script or interpreter missing, not executable."""

    OUT_OF_MEMORY = "out_of_memory"
    """The script ran out of host or device memory."""

    TIMEOUT = "timeout"
    """The trial ran longer than the backend allows."""

    LOST = "lost"
    """The process vanished without a word of its own: killed from outside, machine pre-empted or rebooted."""

    INVALID_METRIC = "invalid_metric"
    """A report lacks a required metric, or holds something that is not a number."""

    NON_FINITE = "non_finite"
    """The metric became NaN or infinite: the evaluation failed, the script did not."""

    NO_REPORT = "no_report"
    """The script ended well without having reported anything."""

    STOPPED_BY_USER = "stopped_by_user"
    """Somebody other than the scheduler stopped the trial."""

    @property
    def may_pass(self) -> bool:
        """Whether the same configuration may well succeed when tried again."""
        return self is FailureCause.LOST

    @property
    def blames_configuration(self) -> bool:
        """Whether the failure says something about the configuration, so that methods should learn from it."""
        return self not in (FailureCause.LOST, FailureCause.STOPPED_BY_USER)

    @property
    def counts(self) -> bool:
        """Whether the failure counts against ``max_failures``; it does not if it is a fact about the configuration."""
        return self not in (FailureCause.NON_FINITE, FailureCause.STOPPED_BY_USER)


@dataclass(frozen=True)
class Failure:
    """What is known about the failure of one trial.

    Args:
        cause: The class of failure.
        message: One or two sentences for a person: value, rule, next step.
        exit_code: Exit code of the process; negative for a signal; ``None`` if there was no process.
        log_tail: Last lines of the trial's output and error streams.
        command: The exact command that was run, one argument per entry.
    """

    cause: FailureCause
    message: str
    exit_code: int | None = None
    log_tail: tuple[str, ...] = ()
    command: tuple[str, ...] = ()


@dataclass
class Trial:
    """One evaluation of one configuration.

    Args:
        trial_id: Consecutive integers from 0, in start order.
        config: The configuration, constants of the search space included.
        creation_time: When the trial was started for the first time.
    """

    trial_id: int
    config: dict[str, Any]
    creation_time: datetime.datetime

    def add_results(
        self, metrics: list[Result], status: str, training_end_time: datetime.datetime | None
    ) -> TrialResult:
        """The same trial together with what it reported.

        Args:
            metrics: All reports so far, in order.
            status: One of the strings of :class:`Status`.
            training_end_time: When the trial ended; ``None`` while it has not.
        """
        return TrialResult(
            trial_id=self.trial_id,
            config=self.config,
            creation_time=self.creation_time,
            metrics=metrics,
            status=status,
            training_end_time=training_end_time,
        )


@dataclass
class TrialResult(Trial):
    """A trial with its reports and its status.

    Args:
        metrics: All reports so far, in order.
        status: One of the strings of :class:`Status`.
        training_end_time: When the trial ended; ``None`` while it has not.
        failure: Why it failed; ``None`` unless ``status`` is failed.
    """

    metrics: list[Result] = field(default_factory=list)
    status: str = Status.in_progress
    training_end_time: datetime.datetime | None = None
    failure: Failure | None = None

    @property
    def seconds(self) -> float:
        """Seconds from the creation to the end of the trial, or to now while it runs; days are counted."""
        end = self.training_end_time or datetime.datetime.now(self.creation_time.tzinfo)
        return (end.replace(tzinfo=None) - self.creation_time.replace(tzinfo=None)).total_seconds()

    @property
    def cost(self) -> float | None:
        """Dollar cost up to the last report, or ``None`` if it is not known."""
        return self.metrics[-1].get(ST_WORKER_COST) if self.metrics else None


@dataclass(frozen=True)
class TrialRecord:
    """What the event log knows about a trial when a tuner takes over an experiment.

    Args:
        trial: The trial with its latest configuration.
        status: Its status according to the log.
        run: How often it had been started minus one: 0 for the first run, one more per resume or retry.
        is_retry: Whether the latest run repeats a lost one (as opposed to resuming a paused trial).
        num_reports: How many of its reports the log contains; those need not be delivered again.
        checkpoint_trial_id: Trial whose checkpoint its first run starts from, if any.
    """

    trial: Trial
    status: str
    run: int = 0
    is_retry: bool = False
    num_reports: int = 0
    checkpoint_trial_id: int | None = None
