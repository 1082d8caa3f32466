"""One run of a tuner, from the moment it owns its experiment to the moment it gives it back.

The loop: fetch what trials report, decide, write it down, let the backend act, fill free workers, let the scheduler
prepare what it will be asked next, wait for the next event. Every event is in the log before the backend acts on it, so
that a crash between the two is harmless: whoever takes over finds the intention and carries it out.
"""

from __future__ import annotations

import logging
import os
import platform
import socket
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, TypeVar

from syne_tune.backend.trial_backend import TrialBackend
from syne_tune.callbacks.observers import Observers
from syne_tune.constants import VERSION
from syne_tune.event_log import Event, EventLog
from syne_tune.optimizer.scheduler import SchedulerDecision
from syne_tune.reports_at_once import ReportsAtOnce
from syne_tune.session_options import SessionOptions
from syne_tune.stopping_criterion import StoppingCriterion
from syne_tune.study import Study, failure_to_fields
from syne_tune.trial import Failure, FailureCause, Result, Status
from syne_tune.tuning_status import TuningStatus, print_best_metric_found

_TURNS_WITHOUT_STRETCH = 16

_Answer = TypeVar("_Answer")

logger = logging.getLogger(__name__)


class TuningSession:
    """One run of a tuner.

    Args:
        study: Trials, scheduler and status.
        backend: Where trials run.
        stop_criterion: When the run ends.
        log: The log of the experiment, open for appending.
        observers: Who is told what happens.
        options: See :class:`SessionOptions`.
        save: Called once per turn of the loop; saves what has to be saved, if it is time to.
    """

    def __init__(
        self,
        study: Study,
        backend: TrialBackend,
        stop_criterion: Callable[[TuningStatus], bool],
        log: EventLog,
        observers: Observers,
        options: SessionOptions,
        save: Callable[[], None],
    ) -> None:
        self._study = study
        self._backend = backend
        self._stop_criterion = stop_criterion
        self._log = log
        self._observers = observers
        self._options = options
        self._save = save
        self._next_print = time.monotonic() + options.print_update_interval
        self._tuner: Any = None
        self._at_once = ReportsAtOnce(study, backend, stop_criterion, log, observers, options)
        self._is_ahead = self._is_asking = False
        self._num_events_when_asked = 0
        self._leaves_starts = self._was_exhausted = False
        self._num_turns_to_wait = 0
        self._moment: tuple[int, float] | None = None
        self._reason: str | None = None

    @property
    def is_in_step(self) -> bool:
        """Whether every logged event has been applied; not so if applying one was interrupted by an exception."""
        return self._log.num_events == self._study.num_events and not self._is_ahead

    @property
    def is_in_doubt(self) -> bool:
        """Whether the scheduler was interrupted while thinking, or in the middle of an event; asked before the end."""
        is_unanswered = self._is_asking and self._study.num_events == self._num_events_when_asked
        return is_unanswered or not self.is_in_step

    @property
    def is_repeatable(self) -> bool:
        """Whether all state follows from the log: nobody was interrupted while thinking, or being told."""
        return self.is_in_step and not self._is_asking

    # ------------------------------------------------------------------ begin and end

    def begin(self, name: str, tuner: Any) -> None:
        """Notes the beginning, and takes over the trials of earlier sessions.

        Args:
            name: Name of the experiment.
            tuner: Handed to the observers.
        """
        resumed = self._study.num_events > 0
        self._tuner = tuner
        where = {} if self._backend.is_simulated else _this_process(name)
        self._record("session", **where, resumed=resumed, n_workers=self._options.n_workers)
        self._observers.notify("on_tuning_start", tuner)
        scheduler = self._study.scheduler
        self._backend.poll_interval = self._options.sleep_time
        self._backend.tells_of_idle_jobs = not self._options.start_jobs_without_delay
        self._backend.expect_reports(scheduler.metric_names(), getattr(scheduler, "resource_attr", None))
        if resumed:
            self._adopt_trials()
        self._at_once.begin(tuner.show_elapsed)

    def _adopt_trials(self) -> None:
        for trial_id, state in self._study.trials.items():
            self._backend.adopt_trial(state.record())
            if state.status in Status.ended and not state.interrupted:
                self._delete_checkpoint(trial_id)
        if self._reason_to_stop() is None:
            for trial_id in self._study.interrupted():
                self._retry(trial_id, Failure(FailureCause.LOST, "it was running when the previous run ended"))

    def end(self, reason: str) -> None:
        """Tells the observers, notes which trials are interrupted by the end of the run, and stops them.

        In the middle of an event it is not known which trials run; that follows from the log, once it is replayed.

        Args:
            reason: Why the run ends, as one sentence.
        """
        scheduler = self._study.scheduler
        if not self._observers.print_summary():
            print_best_metric_found(self._study.status, scheduler.metric_names(), scheduler.metric_mode())
        self._observers.notify("on_tuning_end")
        try:
            if self.is_in_step:
                interrupted = {"status": Status.stopped, "failure": None, "interrupted": True}
                self._record_together("status", [{"trial_id": i, **interrupted} for i in self._study.running])
                self._record("end", reason=reason)
            elif not self._backend.is_simulated:
                self._log.append("end", self._backend.clock.now(), self._study.status.wallclock_time, reason=reason)
        finally:
            try:
                self._backend.stop_all()
            finally:
                self._backend.close()
        logger.info("Tuning ended: %s", reason)

    def _ask(self, question: Callable[[], _Answer]) -> _Answer:
        """Asks the scheduler something, which may change its state; the caller says when all know of the answer."""
        self._is_asking, self._num_events_when_asked = True, self._study.num_events
        return question()

    def _record(self, kind: str, **fields: Any) -> Event:
        """Appends an event and applies it; what the backend has to do about it follows."""
        return self._record_together(kind, [fields])[0]

    def _record_together(self, kind: str, all_fields: Sequence[Mapping[str, Any]]) -> list[Event]:
        """The same for several events that happen at once."""
        elapsed = self._study.status.wallclock_time
        events = self._log.append_together(kind, self._backend.clock.now(), elapsed, all_fields)
        for event in events:
            self._study.apply(event)
        return events

    def _notify_of(self, event: Event, method: str, *args: Any) -> None:
        """Tells the observers of an event; the running time that they see is that of the event, as in a replay."""
        self._tuner.show_elapsed(event["elapsed"])
        self._observers.notify(method, *args)
        self._tuner.show_elapsed(None)

    # ------------------------------------------------------------------ the loop

    def loop(self) -> str:
        """Turns until there is nothing left to do; returns why."""
        while True:
            self._observers.notify("on_loop_start")
            self._process_reports()
            reason = self._reason_to_stop()
            if reason is not None and not (self._options.wait_trial_completion_when_stopping and self._study.running):
                return reason
            if reason is None:
                nothing_left = self._fill_workers()
                if not self._study.running and nothing_left is not None:
                    return nothing_left
            self._print_status()
            self._observers.notify("on_loop_end")
            self._save()
            if reason is None:
                nothing_left = self._run_stretches()
                if not self._study.running and nothing_left is not None:
                    return nothing_left
                has_free_worker = not self._study.running and self._num_busy() < self._options.n_workers
                if has_free_worker or self._starts_in_vain() or self._reason_to_stop() is not None:
                    continue
            if (
                self._at_once.is_possible
                and not self._may_start()
                and self._at_once.take_reports()
                and self._ends_now()
            ):
                continue
            if reason is None:
                self._ask(self._study.scheduler.prepare)
                self._is_asking = False
            self._wait()

    def _reason_to_stop(self) -> str | None:
        """Why the run ends now; in a simulation it is known as long as nothing has happened."""
        moment = (self._study.num_events, self._backend.clock.now()) if self._backend.is_simulated else None
        if moment is None or moment != self._moment:
            self._reason, self._moment = self._find_reason_to_stop(), moment
        return self._reason

    def _find_reason_to_stop(self) -> str | None:
        failures, limit = self._study.counted_failures, self._options.max_failures
        if len(failures) > limit:
            return f"{len(failures)} trials failed, more than max_failures={limit}"
        if not self._stop_criterion(self._study.status):
            return None
        if isinstance(self._stop_criterion, StoppingCriterion):
            reason = self._stop_criterion.reason(self._study.status)
            if reason is not None or self._stop_criterion.starts_exhausted(self._study.status):
                return reason
        return "the stopping criterion is met"

    def _ends_now(self) -> bool:
        return not self._options.wait_trial_completion_when_stopping and self._reason_to_stop() is not None

    def _print_status(self) -> None:
        now = time.monotonic()
        if now >= self._next_print:
            self._next_print = now + self._options.print_update_interval
            logger.info("tuning status (last metric is reported)\n%s", self._study.status)

    def _wait(self) -> None:
        timeout = float("inf")
        if isinstance(self._stop_criterion, StoppingCriterion):
            seconds_left = self._stop_criterion.seconds_left(self._study.status)
            timeout = seconds_left if seconds_left > 0 else timeout
        if not self._backend.is_simulated or timeout == float("inf"):
            until_print = max(0.0, self._next_print - time.monotonic())
            timeout = min(timeout, until_print, self._options.longest_wait)
        self._observers.notify("on_tuning_sleep", timeout)
        self._backend.wait(timeout)

    # ------------------------------------------------------------------ from decision to decision

    def _run_stretches(self) -> str | None:
        """Goes from decision to decision, as long as nothing unusual happens; returns why nothing can be started."""
        if self._num_turns_to_wait > 0:
            self._num_turns_to_wait -= 1
            return None
        while self._at_once.is_possible and (self._leaves_starts or not self._may_start()) and not self._ends_now():
            self._is_ahead = True
            ahead = self._at_once.take_stretch()
            has_started = ahead.leftover is None or self._carry_out(ahead.leftover)
            self._is_ahead = False
            self._leaves_starts = self._leaves_starts and ahead.stretch is None and ahead.leftover is None
            nothing_left = None if ahead.leftover is None else "nothing is left to try"
            if ahead.stretch is None or ahead.gave_up:
                self._num_turns_to_wait = _TURNS_WITHOUT_STRETCH
                return None
            if ahead.leftover is not None and has_started:
                nothing_left = self._fill_workers()
            self._between_stretches()
            if nothing_left is not None:
                return nothing_left
        return None

    def _between_stretches(self) -> None:
        """What a turn of the loop does besides."""
        self._print_status()
        self._observers.notify("on_loop_end")
        self._save()
        self._observers.notify("on_loop_start")

    def _may_start(self) -> bool:
        """Whether a worker is free, so that the scheduler would be asked again after each report."""
        if not self._options.asynchronous_scheduling:
            return False
        criterion = self._stop_criterion
        if isinstance(criterion, StoppingCriterion) and criterion.starts_exhausted(self._study.status):
            return False
        return self._num_busy() < self._options.n_workers

    # ------------------------------------------------------------------ what trials say

    def _process_reports(self) -> None:
        if self._ends_now():
            return
        statuses, results = self._backend.fetch_status_results(self._study.running)
        self._observers.notify("on_fetch_status_results", statuses, results)
        skipped: set[int] = set()
        ends_now = False
        for trial_id, result in results:
            if trial_id in self._study.running and not ends_now:
                self._decide(trial_id, result)
                ends_now = self._ends_now()
            else:
                skipped.add(trial_id)
        for trial_id, (_, status) in statuses.items():
            if trial_id in self._study.running and trial_id not in skipped:
                self._note_status(trial_id, status)

    def _decide(self, trial_id: int, result: Result) -> None:
        event = self._record("report", **self._ask(partial(self._study.judge, trial_id, result)))
        if event["decision"] == SchedulerDecision.STOP:
            self._backend.stop_trial(trial_id, result)
        elif event["decision"] == SchedulerDecision.PAUSE:
            self._backend.pause_trial(trial_id, result)
        else:
            self._at_once.settle(trial_id)
        state = self._study.trials[trial_id]
        self._notify_of(event, "on_trial_result", state.trial, event["status"], result, event["decision"])
        self._is_asking = False
        if state.failure is not None:
            self._announce_failure(trial_id, state.failure)

    def _note_status(self, trial_id: int, status: str) -> None:
        state = self._study.trials[trial_id]
        if status == Status.completed and state.num_reports > 0:
            self._record("status", trial_id=trial_id, status=status, failure=None)
            self._observers.notify("on_trial_complete", state.trial, state.last_result)
            self._delete_checkpoint(trial_id)
        elif status == Status.completed:
            message = f"Trial {trial_id} ended without having reported anything. Its script must call Reporter()(...)"
            self._fail(trial_id, Failure(FailureCause.NO_REPORT, message))
        elif status == Status.failed:
            failure = self._backend.failure(trial_id)
            if failure.cause.may_pass and state.num_retries < self._options.max_retries_per_trial:
                self._retry(trial_id, failure)
            else:
                self._fail(trial_id, failure)
        elif status in (Status.stopped, Status.stopping):
            message = f"Trial {trial_id} was stopped by somebody other than the scheduler"
            self._fail(trial_id, Failure(FailureCause.STOPPED_BY_USER, message), Status.stopped)

    def _fail(self, trial_id: int, failure: Failure, status: str = Status.failed) -> None:
        self._record("status", trial_id=trial_id, status=status, failure=failure_to_fields(failure))
        self._announce_failure(trial_id, failure)
        self._delete_checkpoint(trial_id)

    def _announce_failure(self, trial_id: int, failure: Failure) -> None:
        logger.error("Trial %d failed (%s): %s", trial_id, failure.cause.value, failure.message)
        self._observers.notify("on_trial_failed", self._study.trials[trial_id].trial, failure)

    def _retry(self, trial_id: int, failure: Failure) -> None:
        logger.warning("Trial %d is started again: %s", trial_id, failure.message)
        event = self._record("retry", trial_id=trial_id, failure=failure_to_fields(failure))
        self._backend.retry_trial(trial_id)
        self._at_once.settle(trial_id)
        self._notify_of(event, "on_resume_trial", self._study.trials[trial_id].trial)

    def _delete_checkpoint(self, trial_id: int) -> None:
        if self._backend.delete_checkpoints:
            self._backend.delete_checkpoint(trial_id)

    # ------------------------------------------------------------------ what workers get

    def _fill_workers(self) -> str | None:
        """Gives free workers something to do; returns why that ended, if it was not for lack of free workers."""
        if not self._options.asynchronous_scheduling and self._study.running:
            return None
        criterion = self._stop_criterion
        while self._num_busy() < self._options.n_workers:
            if isinstance(criterion, StoppingCriterion) and criterion.starts_exhausted(self._study.status):
                return f"max_num_trials_started={criterion.max_num_trials_started} is reached"
            if self._leave_starts():
                return None
            if not self._start_next():
                return "nothing is left to try"
        return None

    def _leave_starts(self) -> bool:
        """Leaves it to the next stretch to give free workers something to do, if it can; returns whether it is so."""
        is_next = self._at_once.covers_starts and self._num_turns_to_wait == 0
        may_leave = is_next and not self._was_exhausted and len(self._study.running) > 0
        self._leaves_starts = may_leave and self._study.scheduler.shorthand() is not None
        return self._leaves_starts

    def _starts_in_vain(self) -> bool:
        """Whether starts were left to a stretch that did not come about."""
        in_vain, self._leaves_starts = self._leaves_starts and self._may_start(), False
        return in_vain

    def _num_busy(self) -> int:
        if self._options.start_jobs_without_delay:
            return len(self._study.running)
        return len(self._study.running.keys() | {trial_id for trial_id, _ in self._backend.busy_trial_ids()})

    def _start_next(self) -> bool:
        return self._carry_out(self._ask(self._study.propose))

    def _carry_out(self, fields: dict[str, Any]) -> bool:
        """Does what the scheduler suggested; returns whether there was something."""
        event = self._record("suggest", **fields)
        trial_id, config = event["trial_id"], event["config"]
        if event["action"] == "exhausted":
            self._was_exhausted = True
            self._is_asking = False
            return False
        if event["action"] == "start":
            self._backend.start_trial(config, checkpoint_trial_id=event["checkpoint_trial_id"])
            self._notify_of(event, "on_start_trial", self._study.trials[trial_id].trial)
        else:
            self._backend.resume_trial(trial_id, new_config=config)
            self._notify_of(event, "on_resume_trial", self._study.trials[trial_id].trial)
        self._at_once.settle(trial_id)
        self._is_asking = False
        return True


def _this_process(name: str) -> dict[str, Any]:
    """What the log says about the process of a run; that of a simulation shall not depend on it."""
    process = {"pid": os.getpid(), "host": socket.gethostname(), "python": platform.python_version()}
    return {"version": VERSION, **process, "name": name}
