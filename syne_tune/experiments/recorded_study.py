"""What the event log of an experiment tells: state of each trial, sessions, why it ended. Decides nothing itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from syne_tune.clock import ManualClock
from syne_tune.constants import ST_EVENT_LOG_FILENAME
from syne_tune.errors import ExperimentNotFoundError
from syne_tune.event_log import Event, read_events
from syne_tune.experiment_folder import is_owned
from syne_tune.experiments.result_table import events_from_results, read_results
from syne_tune.optimizer.scheduler import TrialScheduler, TrialSuggestion
from syne_tune.study import Study
from syne_tune.trial_state import TrialState
from syne_tune.tuning_status import TuningStatus


class _RecordedScheduler(TrialScheduler):
    """Stands where the scheduler stood; is told what happened, and asked nothing."""

    def __init__(self, metric_names: list[str]) -> None:
        self._metric_names = metric_names

    def _suggest(self, trial_id: int) -> TrialSuggestion | None:
        return None

    def metric_names(self) -> list[str]:
        return self._metric_names


class StudyPhase:
    """What an experiment is doing. Plain strings."""

    running = "running"
    finished = "finished"
    interrupted = "interrupted"
    unknown = "unknown"


@dataclass
class RecordedStudy:
    """The state of an experiment according to its log.

    Args:
        folder: Folder of the experiment.
        study: Trials and counts.
        sessions: The ``session`` events: one per run of the tuner.
        num_reports: Number of reports.
        num_decisions: How often the scheduler decided what, by decision.
        rung_sizes: Number of trials that were judged at each rung level, by level; empty without rungs.
        elapsed: Seconds during which a tuner was running, up to the last event.
        last_time: Time of the last event, in seconds since the epoch.
        end_reason: Why the last run ended; ``None`` if it is running or was killed.
    """

    folder: Path
    study: Study
    sessions: list[Event] = field(default_factory=list)
    num_reports: int = 0
    num_decisions: dict[str, int] = field(default_factory=dict)
    rung_sizes: dict[int, int] = field(default_factory=dict)
    elapsed: float = 0.0
    last_time: float = 0.0
    end_reason: str | None = None

    @property
    def trials(self) -> Mapping[int, TrialState]:
        """State of each trial by id."""
        return self.study.trials

    @property
    def status(self) -> TuningStatus:
        """Counts and best values."""
        return self.study.status

    def phase(self) -> str:
        """One of the strings of :class:`StudyPhase`; looks whether a live tuner owns the folder."""
        if is_owned(self.folder):
            return StudyPhase.running
        if not (self.folder / ST_EVENT_LOG_FILENAME).is_file():
            return StudyPhase.unknown
        return StudyPhase.interrupted if self.end_reason is None else StudyPhase.finished

    def add(self, event: Event) -> None:
        """Takes one more event into account."""
        self.study.apply(event)
        self.elapsed, self.last_time = event["elapsed"], event["time"]
        if event["kind"] == "session":
            self.sessions.append(event)
            self.end_reason = None
        elif event["kind"] == "end":
            self.end_reason = event["reason"]
        elif event["kind"] == "report":
            self._add_report(event)

    def _add_report(self, event: Event) -> None:
        self.num_reports += 1
        decision, rung = event["decision"], event.get("facts", {}).get("rung")
        self.num_decisions[decision] = self.num_decisions.get(decision, 0) + 1
        if rung is not None:
            self.rung_sizes[rung] = self.rung_sizes.get(rung, 0) + 1


def read_study(folder: Path, metric_names: list[str]) -> RecordedStudy:
    """Reads the whole log of an experiment; of one without a log, as other programs write them, its results.

    Args:
        folder: Folder of the experiment.
        metric_names: Names of its metrics.

    Raises:
        ExperimentNotFoundError: If the folder has neither a log nor results.
        EventLogError: If the log is damaged before its end.
    """
    study = Study(_RecordedScheduler(metric_names), TuningStatus(metric_names, ManualClock()))
    recorded = RecordedStudy(folder, study)
    results = None if (folder / ST_EVENT_LOG_FILENAME).is_file() else read_results(folder)
    for event in experiment_events(folder) if results is None else events_from_results(results):
        recorded.add(event)
    return recorded


def experiment_events(folder: Path) -> Iterator[Event]:
    """All events of an experiment, in order.

    Raises:
        ExperimentNotFoundError: If the folder has no log.
        EventLogError: If the log is damaged before its end.
    """
    log = folder / ST_EVENT_LOG_FILENAME
    if not log.is_file():
        raise ExperimentNotFoundError(
            f"{log}: this experiment has no event log, so its trials cannot be followed. It was probably written by "
            "another program; its results can still be loaded with load_experiment"
        )
    return read_events(log)


def trial_events(folder: Path, trial_id: int) -> list[Event]:
    """All events of an experiment that concern one trial, in order.

    Raises:
        ExperimentNotFoundError: If the folder has no log.
        EventLogError: If the log is damaged before its end.
    """
    return [event for event in experiment_events(folder) if _concerns(event, trial_id)]


def _concerns(event: dict[str, Any], trial_id: int) -> bool:
    is_source = event["kind"] == "suggest" and event.get("checkpoint_trial_id") == trial_id
    return event.get("trial_id") == trial_id or is_source
