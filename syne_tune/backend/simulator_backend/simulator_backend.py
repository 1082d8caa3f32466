"""A backend whose trials take no time: their reports are known, and appear when a virtual clock says so.

What a run of a trial reports is found out when it starts, all at once. From then on it stands in a queue with its next
event. :meth:`SimulatorBackend.wait` moves the clock to the first event of the queue. So the tuner, which goes by the
clock of its backend, sees what it would have seen in reality, and a run over days takes seconds.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from syne_tune.backend.simulator_backend.brief_timetable import BriefTimetable
from syne_tune.backend.simulator_backend.event_simulation import EventSimulation
from syne_tune.backend.simulator_backend.events import CompleteEvent, Event, StartEvent
from syne_tune.backend.simulator_backend.run import ReportTable, SimulatedRun
from syne_tune.backend.simulator_backend.settled_reports import note_answers, take_settled_reports
from syne_tune.backend.simulator_backend.simulated_trials import Ended
from syne_tune.backend.simulator_backend.simulator_config import DEFAULT_DELAY, SimulatorConfig
from syne_tune.backend.simulator_backend.timetable import SimulatedTimetable
from syne_tune.backend.trial_backend import BUSY_STATUS
from syne_tune.course import Course, Left, Limits, Started
from syne_tune.report_block import Continuation, ReportBlock
from syne_tune.shorthand import Shorthand
from syne_tune.stretch import Timetable
from syne_tune.trial import Config, Result, Status, TrialRecord

__all__ = ["DEFAULT_DELAY", "SimulatorBackend", "SimulatorConfig"]

_PAUSE, _STOP = "PAUSE", "STOP"  # decisions, as they stand in the log


class SimulatorBackend(EventSimulation):
    """Simulates trials of a training script, which is run from its beginning to its end when a trial starts.

    Mostly used through its subclasses, which read a table instead. A trial that is resumed goes on after the report on
    which it was paused, as if it had a checkpoint.

    Time that scheduler and searcher take for their decisions does not count, so that two runs with the same seeds give
    the same log. Set ``count_decision_time`` if it shall.

    Args:
        entry_point: The script. It must report ``elapsed_time_attr``.
        elapsed_time_attr: Name of the metric that holds the seconds since the script started.
        simulator_config: Delays; default is 0.05 seconds each.
        tuner_sleep_time: If positive, the tuner looks at the backend only so often (in virtual seconds). Default: it
            sees each event when it happens.
        debug_resource_attr: If given, each report is logged on level DEBUG, with this metric.
        count_decision_time: Whether real time spent outside of the backend counts.

    Raises:
        OptionError: If ``tuner_sleep_time`` is negative.
    """

    # ------------------------------------------------------------------ many reports at once

    @property
    def settles_reports(self) -> bool:
        """Whether :meth:`settled_reports` may ever answer; not if each report has to be looked at when it is made."""
        return not (self.clock.counts_real_time or self.tuner_sleep_time > 0 or self.debug_resource_attr)

    def settle(self, trial_id: int, promise: Continuation | None) -> None:
        """Notes which of the next reports of a trial need not be decided.

        Args:
            trial_id: A running trial.
            promise: What the scheduler promised about it; ``None``: nothing.
        """
        if promise is None:
            self._promises.pop(trial_id, None)
        else:
            self._promises[trial_id] = promise
        if trial_id in self._runs:
            self._runs[trial_id].settle(promise)

    def settled_reports(
        self, max_reports: int, max_elapsed: float, elapsed_before: float, since: float
    ) -> ReportBlock | None:
        """Moves the clock over reports that need not be decided, up to the next event that is something else.

        Args:
            max_reports: Not more than so many.
            max_elapsed: Only reports before this running time of the tuner.
            elapsed_before: What the running time of the tuner was,
            since: at this time.

        Returns:
            These reports, or ``None`` if something else comes first.
        """
        if self._something_happened or max_reports < 1:
            return None
        block = ReportBlock((), [], [], [], elapsed_before=elapsed_before, since=since)
        delay = self.simulator_config.delay_on_trial_result
        take_settled_reports(
            self._queue, self._runs, delay, self._next_event, self._pass, block, max_reports, max_elapsed
        )
        if not block.times:
            return None
        self.clock.advance_to(block.times[-1])
        note_answers(block, self._promises)
        return block

    def _pass(self, time: float, event: Event) -> bool:
        """Lets the first event happen, unless the tuner has to know of it; returns whether it has happened."""
        if self._is_seen(event):
            return False
        self._queue.remove_first()
        self._process(time, event)
        return True

    # ------------------------------------------------------------------ from decision to decision

    def course(self, shorthand: Shorthand, limits: Limits, most_decisions: int) -> Course | None:
        """Goes through a stretch, as far as trials can be decided about in shorthand.

        Args:
            shorthand: The scheduler.
            limits: How far it may go.
            most_decisions: It ends after about so many.

        Returns:
            What has happened; ``None`` if nothing has.
        """
        if not self._looks_ahead():
            return None
        timetable = BriefTimetable(self, self._runs, self._promises, shorthand, limits)
        return timetable.run(self.clock.now(), most_decisions)

    def timetable(self) -> Timetable | None:
        """Looks ahead for a stretch, unless something has been seen that nobody has asked for yet."""
        return SimulatedTimetable(self, self._runs, self._promises) if self._looks_ahead() else None

    def _looks_ahead(self) -> bool:
        """Takes what comes next out of the queue, unless something has been seen that nobody has asked for yet."""
        if self._something_happened or self._new_results or self._changed:
            return False
        for time, _, _, event in self._queue.take_all():
            if isinstance(event, StartEvent):
                self._new_run(time, event.trial_id)
            elif event.trial_id not in self._runs:
                self._job_ends[event.trial_id] = time
        return True

    def enter(self, time: float, trial_id: int | None, config: Config | None) -> SimulatedRun:
        """Within a stretch: a new or paused trial begins.

        Args:
            time: Now.
            trial_id: The paused trial; ``None`` for a new one.
            config: Its configuration; ``None``: that which it has.
        """
        if trial_id is None:
            trial_id = self.new_trial_id()
            self._register(trial_id, config or {}, datetime.datetime.fromtimestamp(time))
        else:
            self._job_ends.pop(trial_id, None)
            self._resume_trial(trial_id)
            trial = self._trial_dict[trial_id]
            trial.status, trial.config = Status.in_progress, trial.config if config is None else dict(config)
        self._numbers[trial_id] = self._queue.new_number()
        self._busy[trial_id] = None
        return self._new_run(time + self.simulator_config.delay_start, trial_id)

    def look_up(self, time: float, trial_id: int, config: Config, foreseen: ReportTable | None) -> SimulatedRun:
        """Within a stretch: what a new trial will report, which is entered later.

        Args:
            time: Now.
            trial_id: Its number.
            config: Its configuration.
            foreseen: What :meth:`foresee` has said about it.
        """
        began, number = time + self.simulator_config.delay_start, self._queue.new_number()
        if foreseen is None:
            return self._looked_up(began, trial_id, config, number)
        return SimulatedRun(foreseen, None, self.elapsed_time_attr, number, began)

    def leave(self, time: float, trial_id: int, status: str) -> None:
        """Within a stretch: a trial has completed, or is paused or stopped.

        Args:
            time: Now.
            trial_id: The trial.
            status: What it is now.
        """
        if status == Status.completed:
            self._note_end(time, trial_id, status)
            self._changed.clear()
            return
        self._trial_dict[trial_id].status = status
        self._end_run(trial_id)
        self._job_ends[trial_id] = time + self.simulator_config.delay_until_idle

    def end_course(
        self, started: Sequence[Started], runs: Mapping[int, SimulatedRun], left: Sequence[Left], time: float | None
    ) -> None:
        """Within a stretch: enters what has happened in it, and ends it.

        Args:
            started: New trials.
            runs: Their runs, as they were looked up, in order.
            left: Trials that have completed or are stopped, in order.
            time: When the stretch ended; ``None`` if nothing has happened.
        """
        ended: dict[int, Ended] = {}
        for at, trial_id, status in left:
            if trial_id not in runs:
                self.leave(at, trial_id, status)
                continue
            end = at if status == Status.completed else at + self.simulator_config.delay_until_idle
            is_over = time is not None and end <= time
            ended[trial_id] = Ended(status, end if is_over else None)
            if not is_over:
                self._job_ends[trial_id] = end
        self.trial_ids += runs
        self._trial_dict.add_stretch(started, runs, ended)
        self._reached.update((trial_id, runs[trial_id].next) for trial_id in ended)
        self._busy.update((trial_id, None) for trial_id in runs if trial_id not in ended or trial_id in self._job_ends)
        self.leave_stretch(time)

    def leave_stretch(self, time: float | None) -> None:
        """Puts into the queue what comes after a stretch.

        Args:
            time: When it ended; ``None`` if nothing has happened.
        """
        if time is not None:
            self.clock.advance_to(time)
        for trial_id, end in self._job_ends.items():
            if time is not None and end <= time:
                self._note_end(end, trial_id, Status.stopped)
            else:
                self._queue.push(CompleteEvent(trial_id, Status.stopped), end)
        self._job_ends = {}
        for trial_id, run in self._runs.items():
            self._queue.push(*self._next_event(trial_id, run), run.number)

    # ------------------------------------------------------------------ after an interruption

    def adopt_trial(self, record: TrialRecord) -> None:
        """Takes over a trial from the log. One that was running goes on after its last report.

        Args:
            record: What the log knows.
        """
        trial_id = record.trial.trial_id
        if trial_id not in self._trial_dict:
            self._register(trial_id, record.trial.config, record.trial.creation_time)
        elif self._is_in_step(record):
            return
        self._queue.remove_events(trial_id)
        self._end_run(trial_id)
        self._busy.pop(trial_id, None)
        self._drop_undelivered(trial_id)
        self.clock.advance_to(record.trial.creation_time.timestamp())
        trial = self._trial_dict[trial_id]
        trial.config, trial.status, trial.metrics = dict(record.trial.config), record.status, []
        self._reached[trial_id] = self._num_adopted[trial_id] = record.num_reports
        if record.status in BUSY_STATUS:
            if record.checkpoint_trial_id is not None and record.run == 0 and record.num_reports == 0:
                self.copy_checkpoint(record.checkpoint_trial_id, trial_id)
            self._schedule(trial_id, trial.config)

    def _is_in_step(self, record: TrialRecord) -> bool:
        """Whether a trial known here is where the log ends."""
        trial_id = record.trial.trial_id
        trial = self._trial_dict[trial_id]
        undelivered = sum(new[0] == trial_id for new in self._new_results)
        delivered = self._num_adopted.get(trial_id, 0) + trial.num_reports - undelivered
        has_status = trial.status == record.status or trial_id in self._changed
        return delivered == record.num_reports and has_status

    def repeat(self, event: Mapping[str, Any]) -> None:
        """Simulates again what the log of the experiment tells, so that it goes on as if it had not been interrupted.

        Args:
            event: The next event of the log.
        """
        self._process_until(event["time"])
        kind, trial_id = event["kind"], event.get("trial_id")
        if kind == "suggest" and event["action"] == "start":
            self.start_trial(event["config"], checkpoint_trial_id=event["checkpoint_trial_id"])
        elif kind == "suggest" and event["action"] == "resume":
            self.resume_trial(event["trial_id"], new_config=event["config"])
        elif kind == "report":
            self._repeat_report(event["trial_id"], event["result"], event["decision"])
        elif kind == "status" and event.get("interrupted"):
            self.stop_trial(event["trial_id"])
        elif kind == "retry":
            self.retry_trial(event["trial_id"])
        elif kind == "status" and trial_id is not None:
            self._changed.pop(trial_id, None)

    def _repeat_report(self, trial_id: int, result: Result, decision: str) -> None:
        place = next((i for i, new in enumerate(self._new_results) if new[0] == trial_id), None)
        if place is not None:
            del self._new_results[place]
        if decision == _PAUSE:
            self.pause_trial(trial_id, result)
        elif decision == _STOP:
            self.stop_trial(trial_id, result)
