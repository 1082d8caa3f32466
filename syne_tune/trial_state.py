"""One trial as the log of an experiment tells it: :class:`TrialState`."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from syne_tune.trial import Failure, Result, Status, Trial, TrialRecord

_Report = tuple[tuple[str, ...], Sequence[Any]]
"""Names of what was reported, and values."""


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
    _last: Result | _Report | None = None

    @property
    def last_result(self) -> Result | None:
        """Its last report."""
        if isinstance(self._last, tuple):
            names, values = self._last
            self._last = dict(zip(names, values, strict=True))
        return self._last

    @last_result.setter
    def last_result(self, result: Result | None) -> None:
        self._last = result

    def note_reports(self, number: int, names: tuple[str, ...], values: Sequence[Any]) -> None:
        """So many reports were made; the last of them has these names and values."""
        self.num_reports += number
        self._last = (names, values)

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


def trial_of_stretch(trial_id: int, config: dict[str, Any], time: float, *_: Any) -> Trial:
    """The trial of a row, see :func:`state_of_stretch`."""
    return Trial(trial_id, config, datetime.datetime.fromtimestamp(time))


def state_of_stretch(
    trial_id: int,
    config: dict[str, Any],
    time: float,
    status: str,
    num_reports: int,
    names: tuple[str, ...],
    values: Sequence[Any] | None,
) -> TrialState:
    """A trial that began within a stretch of a simulation.

    Args:
        trial_id: The trial.
        config: Its configuration.
        time: When it began, in seconds since the epoch.
        status: Its status when the stretch ended.
        num_reports: Number of its reports.
        names: Names of what it reported,
        values: and the last values; ``None`` if there are none.
    """
    state = TrialState(trial_of_stretch(trial_id, config, time), status)
    if values is not None:
        state.note_reports(num_reports, names, values)
    return state
