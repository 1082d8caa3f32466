"""One trial as the log of an experiment tells it: :class:`TrialState`."""

from __future__ import annotations

from dataclasses import dataclass

from syne_tune.report_block import ReportBlock
from syne_tune.trial import Failure, Result, Status, Trial, TrialRecord


@dataclass(slots=True)
class TrialState:
    """One trial as the log tells it.

    Args:
        trial: The trial with its latest configuration.
        status: One of the strings of :class:`~syne_tune.trial.Status`.
        run: Number of times it was resumed or retried.
        is_retry: Whether the latest run repeats an interrupted one.
        num_reports: Number of its reports in the log.
        checkpoint_trial_id: Trial whose checkpoint it started from.
        num_retries: Number of times it was retried.
        interrupted: Whether it was running when a run of the tuner ended; it goes on in the next one.
        failure: Why it failed.
    """

    trial: Trial
    status: str = Status.in_progress
    run: int = 0
    is_retry: bool = False
    num_reports: int = 0
    checkpoint_trial_id: int | None = None
    num_retries: int = 0
    interrupted: bool = False
    failure: Failure | None = None
    _last: Result | tuple[ReportBlock, int] | None = None

    @property
    def last_result(self) -> Result | None:
        """Its last report; looked up in the block that it came with, when somebody asks."""
        if isinstance(self._last, tuple):
            block, index = self._last
            self._last = block.result(index)
        return self._last

    @last_result.setter
    def last_result(self, result: Result | None) -> None:
        self._last = result

    def note_report(self, block: ReportBlock, index: int) -> None:
        """Its last report is this one of a block."""
        self._last = (block, index)

    def record(self) -> TrialRecord:
        """What a backend needs to adopt the trial."""
        return TrialRecord(
            trial=self.trial,
            status=self.status,
            run=self.run,
            is_retry=self.is_retry,
            num_reports=self.num_reports,
            checkpoint_trial_id=self.checkpoint_trial_id,
        )
