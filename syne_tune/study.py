"""What an experiment knows: its trials, its scheduler and its status, advanced by events alone.

There are two ways through this file, and they end in the same state. Live, the tuner asks the study what to do
(:meth:`Study.propose`, :meth:`Study.judge`), writes the answer to the log, lets the backend act, and applies the event.
Replayed, each logged event is asked for again in the same order, compared, and applied. So the state of the
scheduler is a function of its initial state and the log, whatever happened to the process in between.
"""

from __future__ import annotations

import datetime
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from syne_tune import jsonio
from syne_tune.by_trial import ByTrial
from syne_tune.course import Course
from syne_tune.errors import EventLogError, SchedulerError, nearest
from syne_tune.event_log import Event
from syne_tune.optimizer.scheduler import SchedulerDecision, TrialScheduler
from syne_tune.report_block import ReportBlock
from syne_tune.stretch import Stretch
from syne_tune.trial import Failure, FailureCause, Result, Status, Trial
from syne_tune.trial_state import TrialState, state_of_stretch, trial_of_stretch
from syne_tune.tuning_status import TuningStatus, is_number

logger = logging.getLogger(__name__)

_STATUS_AFTER = {
    SchedulerDecision.CONTINUE: Status.in_progress,
    SchedulerDecision.PAUSE: Status.paused,
    SchedulerDecision.STOP: Status.stopped,
}
EXHAUSTED: Mapping[str, Any] = {
    "action": "exhausted",
    "trial_id": None,
    "config": None,
    "checkpoint_trial_id": None,
    "reason": "",
}
"""Fields of a ``suggest`` event if nothing is left to try."""
_DECIDED = ("action", "trial_id", "config", "checkpoint_trial_id", "decision")


@dataclass
class Study:
    """Trials, scheduler and status of one experiment.

    Args:
        scheduler: Decides; only this class calls it.
        status: Counts and best values.
        trials: State of each trial by id.
        running: Ids of running trials, in order of their start.
        num_events: Number of events applied so far.
        counted_failures: Failures that count against ``max_failures``, by trial id.
    """

    scheduler: TrialScheduler
    status: TuningStatus
    trials: ByTrial[int, TrialState] = field(default_factory=lambda: ByTrial(state_of_stretch))
    running: dict[int, None] = field(default_factory=dict)
    num_events: int = 0
    counted_failures: dict[int, Failure] = field(default_factory=dict)

    # ------------------------------------------------------------------ questions to the scheduler

    def propose(self) -> dict[str, Any]:
        """Asks the scheduler what a free worker shall do.

        Returns:
            Fields of a ``suggest`` event.

        Raises:
            SchedulerError: If the scheduler wants to resume a trial that is not paused.
        """
        suggestion = self.scheduler.suggest(trial_id=len(self.trials))
        if suggestion is None:
            return dict(EXHAUSTED)
        source = suggestion.checkpoint_trial_id
        fields: dict[str, Any] = {
            "action": "start",
            "trial_id": len(self.trials),
            "config": suggestion.config,
            "checkpoint_trial_id": source,
            "reason": suggestion.reason,
            "facts": suggestion.facts or {},
        }
        if source is not None and source not in self.trials:
            raise SchedulerError(f"{self._scheduler_name} refers to trial {source}, which does not exist")
        if suggestion.spawn_new_trial_id:
            if suggestion.config is None and source is not None:
                fields["config"] = self.trials[source].trial.config
            return fields
        assert source is not None, "TrialSuggestion checks this"
        if self.trials[source].status != Status.paused:
            raise SchedulerError(
                f"{self._scheduler_name} wants to resume trial {source}, whose status is "
                f"{self.trials[source].status}: only paused trials can be resumed"
            )
        return {**fields, "action": "resume", "trial_id": source, "checkpoint_trial_id": None}

    def judge(self, trial_id: int, result: Result) -> dict[str, Any]:
        """Asks the scheduler what shall become of a trial that reported; a useless report is a failure of the trial.

        Args:
            trial_id: A running trial.
            result: What it reported.

        Returns:
            Fields of a ``report`` event.
        """
        state = self.trials[trial_id]
        fields: dict[str, Any] = {"trial_id": trial_id, "result": result, "status": state.status}
        failure = self._useless(trial_id, result)
        if failure is None:
            try:
                decision = self.scheduler.on_trial_result(state.trial, dict(result))
                return {
                    **fields,
                    "decision": str(decision) if decision in _STATUS_AFTER else SchedulerDecision.CONTINUE,
                    "reason": getattr(decision, "reason", ""),
                    "facts": getattr(decision, "facts", {}),
                }
            except SchedulerError as error:
                failure = Failure(FailureCause.INVALID_METRIC, str(error))
        return {
            **fields,
            "decision": SchedulerDecision.STOP,
            "reason": failure.message,
            "failure": failure_to_fields(failure),
        }

    @property
    def _scheduler_name(self) -> str:
        return type(self.scheduler).__name__

    def _useless(self, trial_id: int, result: Result) -> Failure | None:
        for name in self.scheduler.metric_names():
            if name not in result:
                hint = nearest(name, (key for key in result if not key.startswith("st_")))
                message = f"Trial {trial_id} did not report the metric {name!r}, which the scheduler needs: {hint}"
                return Failure(FailureCause.INVALID_METRIC, message)
            value = result[name]
            if isinstance(value, float) and not is_number(value):
                message = (
                    f"Trial {trial_id} reported {name} = {value}: a failed evaluation. The trial is stopped, "
                    "and its configuration not tried again"
                )
                return Failure(FailureCause.NON_FINITE, message)
            if not is_number(value):
                message = f"Trial {trial_id} reported {name} = {value!r}: a metric must be a number"
                return Failure(FailureCause.INVALID_METRIC, message)
        return None

    # ------------------------------------------------------------------ applying events

    def apply(self, event: Event) -> None:
        """Brings the study to the state after ``event``."""
        handler = getattr(self, f"_apply_{event['kind']}", None)
        if handler is not None:
            handler(event)
        self.num_events = event["seq"] + 1

    def apply_block(self, block: ReportBlock) -> None:
        """Brings the study to the state after reports that the scheduler need not see."""
        trials = self.trials
        for trial_id, (number, last) in block.by_trial.items():
            trials[trial_id].note_reports(number, block.names, block.rows[last])
        self.status.add_block(block)
        self.num_events += len(block)

    # ------------------------------------------------------------------ within a stretch of a simulation

    def start(self, event: Event) -> None:
        """Applies a ``suggest`` event that is counted with its stretch."""
        self._apply_suggest(event)

    def leave(self, trial_id: int, status: str) -> None:
        """A trial was paused or stopped after a report that is counted with its stretch."""
        self._set_status(trial_id, status)
        self.scheduler.on_trial_remove(self.trials[trial_id].trial)

    def complete(self, trial_id: int, result: Result) -> None:
        """A trial has ended well; ``result`` is its last report, which is counted with its stretch."""
        self._set_status(trial_id, Status.completed)
        self.scheduler.on_trial_complete(self.trials[trial_id].trial, result)

    def apply_stretch(self, stretch: Stretch, course: Course | None = None) -> None:
        """Takes the reports of a stretch into account, and counts its events.

        Args:
            stretch: What has happened.
            course: If the scheduler alone knows of the trials that have started and ended in it.
        """
        block = stretch.block
        new = set() if course is None else self._follow(course, block)
        for trial_id in block.by_trial.keys() - new:
            number, last = block.by_trial[trial_id]
            self.trials[trial_id].note_reports(number, block.names, block.rows[last])
        self.status.add_block(block)
        self.num_events += len(stretch)

    def _follow(self, course: Course, block: ReportBlock) -> set[int]:
        """Starts and ends trials, and takes the reports of new ones into account; returns the new ones."""
        ended, names = {trial_id: status for _, trial_id, status in course.left}, block.names
        configs = {trial_id: config for _, trial_id, config, _ in course.started}
        statuses = {trial_id: ended.pop(trial_id, Status.in_progress) for trial_id in configs}
        reports = {i: (number, names, block.rows[last]) for i, (number, last) in block.by_trial.items()}
        self.trials.add(
            (i, (i, config, time, statuses[i], *reports.get(i, (0, names, None))))
            for time, i, config, _ in course.started
        )
        self.status.add_trials(configs, statuses)
        self.running.update((i, None) for i, status in statuses.items() if status == Status.in_progress)
        for trial_id, status in ended.items():
            self._set_status(trial_id, status)
        return set(configs)

    def trial(self, trial_id: int) -> Trial:
        """The trial, with its latest configuration."""
        row = self.trials.row(trial_id)
        return self.trials[trial_id].trial if row is None else trial_of_stretch(*row)

    # ------------------------------------------------------------------ replay

    def replay(self, events: Iterable[Event]) -> None:
        """Repeats logged events, see the top of this file.

        Args:
            events: Consecutive events, beginning with number ``num_events``.

        Raises:
            EventLogError: If the log does not continue this study.
        """
        for event in events:
            if event["seq"] != self.num_events:
                raise EventLogError(
                    f"Event {event['seq']} cannot follow event {self.num_events - 1}: events are missing"
                )
            if event["kind"] == "suggest":
                self.apply(self._repeated(event, self.propose()))
            elif event["kind"] == "report":
                self.apply(self._repeated(event, self.judge(event["trial_id"], event["result"])))
            else:
                self.apply(event)

    def _repeated(self, event: Event, fields: Mapping[str, Any]) -> Event:
        for name in _DECIDED:
            if jsonio.plain(fields.get(name)) != jsonio.plain(event.get(name)):
                logger.warning(
                    "%s is not deterministic: replaying event %d, it answered %s=%r where the log has %r. The log is "
                    "followed; decisions from here on may differ from those of an uninterrupted run.",
                    self._scheduler_name,
                    event["seq"],
                    name,
                    fields.get(name),
                    event.get(name),
                )
                return event
        return {**event, **fields}

    def _apply_suggest(self, event: Event) -> None:
        trial_id, config = event["trial_id"], event["config"]
        if event["action"] == "start":
            trial = Trial(trial_id, config, datetime.datetime.fromtimestamp(event["time"]))
            self.trials[trial_id] = TrialState(trial, checkpoint_trial_id=event["checkpoint_trial_id"])
            self._set_status(trial_id, Status.in_progress)
            self.scheduler.on_trial_add(trial)
        elif event["action"] == "resume":
            state = self.trials[trial_id]
            if config is not None:
                state.trial.config = config
            self._run_again(trial_id, is_retry=False)

    def _apply_report(self, event: Event) -> None:
        state = self.trials[event["trial_id"]]
        state.num_reports += 1
        state.last_result = event["result"]
        self.status.add_result(state.trial.trial_id, event["result"])
        if event.get("failure") is not None:
            self._fail(state, Status.failed, event["failure"])
        elif event["decision"] != SchedulerDecision.CONTINUE:
            self._set_status(state.trial.trial_id, _STATUS_AFTER[event["decision"]])
            self.scheduler.on_trial_remove(state.trial)

    def _apply_status(self, event: Event) -> None:
        state = self.trials[event["trial_id"]]
        if event.get("interrupted"):
            state.interrupted = True
            self._set_status(state.trial.trial_id, event["status"], interrupted=True)
        elif event["status"] == Status.completed:
            self._set_status(state.trial.trial_id, event["status"])
            self.scheduler.on_trial_complete(state.trial, dict(state.last_result or {}))
        else:
            self._fail(state, event["status"], event["failure"])

    def _apply_end(self, event: Event) -> None:  # nothing needs to be known of it
        """Interrupts trials that are running still: the run that stopped them ended in the middle of an event."""
        for trial_id in list(self.running):
            self.trials[trial_id].interrupted = True
            self._set_status(trial_id, Status.stopped, interrupted=True)

    def _apply_retry(self, event: Event) -> None:
        state = self.trials[event["trial_id"]]
        if not state.interrupted:
            state.num_retries += 1
        state.interrupted = False
        self._run_again(event["trial_id"], is_retry=True)

    def _run_again(self, trial_id: int, is_retry: bool) -> None:
        state = self.trials[trial_id]
        state.run += 1
        state.is_retry = is_retry
        self.status.begin_run(trial_id)
        self._set_status(trial_id, Status.in_progress)

    def _fail(self, state: TrialState, status: str, failure: Mapping[str, Any]) -> None:
        state.failure = failure_from_fields(failure)
        if state.failure.cause.counts:
            self.counted_failures[state.trial.trial_id] = state.failure
        self._set_status(state.trial.trial_id, status)
        if state.failure.cause.blames_configuration:
            self.scheduler.on_trial_error(state.trial)
        else:
            self.scheduler.on_trial_remove(state.trial)

    def _set_status(self, trial_id: int, status: str, interrupted: bool = False) -> None:
        state = self.trials[trial_id]
        state.status = status
        self.status.set_status(state.trial, status, interrupted)
        if status == Status.in_progress:
            self.running[trial_id] = None
        else:
            self.running.pop(trial_id, None)

    # ------------------------------------------------------------------ summaries

    def interrupted(self) -> list[int]:
        """Trials that were running when a run of the tuner ended."""
        return [trial_id for trial_id, state in self.trials.items() if state.interrupted]


def failure_to_fields(failure: Failure) -> dict[str, Any]:
    """A failure as it stands in the log."""
    return {
        "cause": failure.cause.value,
        "message": failure.message,
        "exit_code": failure.exit_code,
        "log_tail": list(failure.log_tail),
        "command": list(failure.command),
    }


def failure_from_fields(fields: Mapping[str, Any]) -> Failure:
    """Inverts :func:`failure_to_fields`."""
    return Failure(
        cause=FailureCause(fields["cause"]),
        message=fields["message"],
        exit_code=fields["exit_code"],
        log_tail=tuple(fields["log_tail"]),
        command=tuple(fields["command"]),
    )
