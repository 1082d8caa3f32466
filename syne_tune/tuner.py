"""The loop: fetch what trials report, decide, fill free workers, write everything down, wait for the next event."""

from __future__ import annotations

import logging
import os
import platform
import re
import socket
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from syne_tune import jsonio
from syne_tune.backend.trial_backend import TrialBackend
from syne_tune.callbacks.callback import TunerCallback
from syne_tune.callbacks.store_results import StoreResultsCallback
from syne_tune.constants import (
    ST_EVENT_LOG_FILENAME,
    ST_METADATA_FILENAME,
    ST_TUNER_CREATION_TIMESTAMP,
    ST_TUNER_DILL_FILENAME,
    ST_TUNER_START_TIMESTAMP,
    TUNER_DEFAULT_SLEEP_TIME,
    VERSION,
)
from syne_tune.errors import EventLogError, ExperimentInUseError, OptionError, TooManyFailuresError, nearest
from syne_tune.event_log import Event, EventLog, read_events
from syne_tune.experiment_folder import (
    TunerLock,
    check_valid_sagemaker_name,
    create_experiment_folder,
    experiment_path,
    name_from_base,
)
from syne_tune.optimizer.scheduler import SchedulerDecision, TrialScheduler
from syne_tune.snapshot import SETUP_FILENAME, read_snapshot, write_snapshot
from syne_tune.stopping_criterion import StoppingCriterion
from syne_tune.study import Study, failure_to_fields
from syne_tune.trial import Failure, FailureCause, Result, Status
from syne_tune.tuning_status import TuningStatus, best_trial, print_best_metric_found

logger = logging.getLogger(__name__)

_SNAPSHOT_SHARE_OF_TIME = 0.02
_SYNC_INTERVAL = 0.02


class Tuner:
    """Runs a study: asks the scheduler, drives the backend, and keeps a log from which all else derives.

    Kill the process at any instant: ``Tuner.load(path).run()`` (or ``syne-tune resume``) goes on as if nothing had
    happened. Trials that still run are adopted, reports made meanwhile are taken in, and decisions are those of an
    uninterrupted run.

    Args:
        trial_backend: Where trials run.
        scheduler: Which configurations to try, and when to stop or pause them.
        stop_criterion: From the tuning status to ``True`` when the run shall end; see
            :class:`~syne_tune.stopping_criterion.StoppingCriterion`. Evaluated after every report.
        n_workers: Largest number of trials that run at the same time.
        sleep_time: Seconds between two looks at a backend that cannot signal changes; the others are not polled.
        results_update_interval: Least number of seconds between two writes of ``results.csv.zip`` and ``tuner.dill``.
        print_update_interval: Seconds between two status tables in the log of the process.
        max_failures: The run ends once more trials than this have failed. Trials whose metric became NaN or infinite,
            and trials stopped by a user, do not count.
        tuner_name: Name of the experiment; default is the name of the script.
        asynchronous_scheduling: ``False``: wait until all workers are idle, then start ``n_workers`` trials.
        wait_trial_completion_when_stopping: ``True``: when the stopping criterion fires, start nothing more, but let
            running trials run to their end.
        callbacks: Observers. Results are stored in any case.
        metadata: Entries to be added to ``metadata.json``.
        suffix_tuner_name: Whether to append the time to the name, so that it is unique.
        save_tuner: Whether to write snapshots, without which an experiment cannot be resumed.
        start_jobs_without_delay: ``False``: a worker counts as busy until the backend says that its job is gone.
        trial_backend_path: Where trials keep their files; default is the folder of the experiment.
        max_retries_per_trial: How often a trial that was lost (killed from outside, machine gone) is started again.

    Raises:
        OptionError: If an argument has a value that is not allowed.

    Attributes:
        name: Name of the experiment.
        tuner_path: Its folder.
    """

    def __init__(  # noqa: PLR0913  # the documented arguments
        self,
        trial_backend: TrialBackend,
        scheduler: TrialScheduler,
        stop_criterion: Callable[[TuningStatus], bool],
        n_workers: int,
        sleep_time: float = TUNER_DEFAULT_SLEEP_TIME,
        results_update_interval: float = 10.0,
        print_update_interval: float = 30.0,
        max_failures: int = 1,
        tuner_name: str | None = None,
        asynchronous_scheduling: bool = True,
        wait_trial_completion_when_stopping: bool = False,
        callbacks: Sequence[TunerCallback] | None = None,
        metadata: dict[str, Any] | None = None,
        suffix_tuner_name: bool = True,
        save_tuner: bool = True,
        start_jobs_without_delay: bool = True,
        trial_backend_path: str | None = None,
        max_retries_per_trial: int = 2,
    ) -> None:
        _check_integer("n_workers", n_workers, 1)
        _check_integer("max_failures", max_failures, 0)
        _check_integer("max_retries_per_trial", max_retries_per_trial, 0)
        self.trial_backend = trial_backend
        self.stop_criterion = stop_criterion
        self.n_workers = n_workers
        self.sleep_time = sleep_time
        self.results_update_interval = results_update_interval
        self.print_update_interval = print_update_interval
        self.max_failures = max_failures
        self.asynchronous_scheduling = asynchronous_scheduling
        self.wait_trial_completion_when_stopping = wait_trial_completion_when_stopping
        self.save_tuner = save_tuner
        self.start_jobs_without_delay = start_jobs_without_delay
        self.max_retries_per_trial = max_retries_per_trial
        self.callbacks: list[TunerCallback] = list(callbacks or [])
        if not any(isinstance(callback, StoreResultsCallback) for callback in self.callbacks):
            self.callbacks.append(StoreResultsCallback())

        default_name = re.sub(r"[^a-zA-Z0-9]+", "-", trial_backend.entrypoint_path().stem).strip("-") or "tuner"
        base_name = tuner_name or default_name
        check_valid_sagemaker_name(base_name)
        self.name = name_from_base(base_name) if suffix_tuner_name else base_name
        self.tuner_path: Path = experiment_path(tuner_name=self.name)
        self._clock = trial_backend.clock
        self._study = Study(scheduler, TuningStatus(scheduler.metric_names(), self._clock))
        self.tuning_status.stop_clock(elapsed=0.0)
        self.metadata = self._all_metadata(metadata or {})
        self._backend_root = trial_backend_path
        trial_backend.set_path(results_root=trial_backend_path or str(self.tuner_path), tuner_name=self.name)
        self._log: EventLog | None = None
        self._event_elapsed: float | None = None
        self._next_snapshot = self._next_print = 0.0

    def _all_metadata(self, user_entries: dict[str, Any]) -> dict[str, Any]:
        automatic = {
            ST_TUNER_CREATION_TIMESTAMP: time.time(),
            "entrypoint": self.trial_backend.entrypoint_path().stem,
            "backend": type(self.trial_backend).__name__,
            **self.scheduler.metadata(),
        }
        for name in user_entries.keys() & automatic.keys():
            logger.warning("metadata: the entry %r is set by Syne Tune; your value is not used", name)
        return {**user_entries, **automatic}

    # ------------------------------------------------------------------ what users look at

    @property
    def scheduler(self) -> TrialScheduler:
        """The scheduler; may be replaced between two runs."""
        return self._study.scheduler

    @scheduler.setter
    def scheduler(self, scheduler: TrialScheduler) -> None:
        self._study.scheduler = scheduler

    @property
    def tuning_status(self) -> TuningStatus:
        """Counts, best values, one row per trial."""
        return self._study.status

    @property
    def elapsed(self) -> float:
        """Seconds during which this experiment has been running; during a replay, at the time of the event."""
        return self.tuning_status.wallclock_time if self._event_elapsed is None else self._event_elapsed

    @property
    def num_events(self) -> int:
        """Number of logged events this object includes."""
        return self._study.num_events

    @property
    def last_seen_result_per_trial(self) -> dict[int, Result]:
        """Last report of each trial that has reported."""
        return {i: state.last_result for i, state in self._study.trials.items() if state.last_result is not None}

    @property
    def trials_scheduler_stopped(self) -> set[int]:
        """Trials the scheduler has stopped."""
        return {i for i, s in self._study.trials.items() if s.status == Status.stopped and not s.interrupted}

    def best_config(self, metric: int | str = 0) -> tuple[int, dict[str, Any]]:
        """The trial with the best value over all of its reports, and its configuration.

        Args:
            metric: Name or position of the metric.

        Raises:
            OptionError: If there is no such metric, or it has not been reported yet.
        """
        names = self.scheduler.metric_names()
        if isinstance(metric, str) and metric not in names:
            raise OptionError(f"best_config: unknown metric {metric!r}; {nearest(metric, names)}")
        index = names.index(metric) if isinstance(metric, str) else metric
        modes = self.scheduler.metric_mode()
        mode = modes if isinstance(modes, str) else modes[index]
        best = best_trial(self.tuning_status, names[index], mode)
        if best is None:
            raise OptionError(f"best_config: no trial has reported {names[index]!r} yet; run the tuner first")
        return best[0], dict(self._study.trials[best[0]].trial.config)

    def save(self, folder: str | os.PathLike[str] | None = None) -> None:
        """Writes the snapshot ``tuner.dill``.

        Args:
            folder: Where to; default is the folder of the experiment.
        """
        target = Path(folder) if folder is not None else self.tuner_path
        target.mkdir(parents=True, exist_ok=True)
        write_snapshot(target / ST_TUNER_DILL_FILENAME, self)
        self.trial_backend.on_tuner_save()

    @staticmethod
    def load(tuner_path: str | os.PathLike[str]) -> Tuner:
        """Loads the tuner of an experiment, in the state of the last logged event. Executes pickled code.

        Args:
            tuner_path: Folder of the experiment; it may have been moved.

        Raises:
            ExperimentNotFoundError: If there is nothing to load.
            EventLogError: If the log is damaged before its end.
        """
        tuner, events = read_snapshot(Path(tuner_path))
        assert isinstance(tuner, Tuner), "snapshots are written by this class"
        tuner.tuner_path = Path(tuner_path).absolute()
        root = tuner._backend_root or str(tuner.tuner_path)
        tuner.trial_backend.set_path(results_root=root, tuner_name=tuner.name)
        tuner._replay(events)
        return tuner

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_log": None}

    # ------------------------------------------------------------------ one run

    def run(self) -> None:
        """Runs until the stopping criterion fires, nothing is left to try, or too many trials failed.

        Raises:
            TooManyFailuresError: If more than ``max_failures`` trials failed; everything reported is kept.
            ExperimentInUseError: If another live tuner owns the folder, or it holds another experiment.
            EventLogError: If the log is damaged, or the disk is full.
        """
        create_experiment_folder(self.tuner_path)
        with TunerLock(self.tuner_path):
            self._open_log()
            try:
                self._run_session()
            finally:
                self._close_log()
        self._raise_if_too_many_failed()

    def _run_session(self) -> None:
        reason = "the run was interrupted by an exception"
        try:
            self._start_session()
            reason = self._loop()
        finally:
            self._end_session(reason)

    def _open_log(self) -> None:
        self._log = EventLog(self.tuner_path / ST_EVENT_LOG_FILENAME)
        if self._log.num_events < self.num_events:
            raise EventLogError(
                f"{self._log.path} has {self._log.num_events} events, this tuner includes {self.num_events}: "
                f"the file was cut. Continue with Tuner.load({str(self.tuner_path)!r}).run()"
            )
        if self.num_events == 0 and self._log.num_events > 0:
            raise ExperimentInUseError(
                f"{self.tuner_path} holds an experiment already. Continue it with "
                f"Tuner.load({str(self.tuner_path)!r}).run(), or choose another tuner_name"
            )
        if self._log.num_events > self.num_events:
            self._replay(list(read_events(self._log.path))[self.num_events :])
        self.tuning_status.start_clock(self._log.last_elapsed)

    def _close_log(self) -> None:
        self.tuning_status.stop_clock()
        if self._log is not None:
            self._log.close()
            self._log = None

    def _replay(self, events: list[Event]) -> None:
        observers = [callback for callback in self.callbacks if callback.replays]
        for callback in observers:
            self._call(callback, "on_tuning_start", self)
        for event in events:
            self._event_elapsed = event["elapsed"]
            self._study.replay([event])
            if event["kind"] == "report":
                self._notify_result(event, observers)
        if events:
            self.tuning_status.stop_clock(events[-1]["elapsed"])
        self._event_elapsed = None

    def _append(self, kind: str, **fields: Any) -> Event:
        assert self._log is not None, "events are appended only within run()"
        return self._log.append(kind, now=self._clock.now(), elapsed=self.elapsed, **fields)

    def _record(self, kind: str, **fields: Any) -> Event:
        """Appends an event and applies it; what the backend has to do about it follows."""
        event = self._append(kind, **fields)
        self._study.apply(event)
        return event

    def _start_session(self) -> None:
        resumed = self.num_events > 0
        self.metadata[ST_TUNER_START_TIMESTAMP] = self.metadata.get(ST_TUNER_START_TIMESTAMP, time.time())
        jsonio.write_json(self.tuner_path / ST_METADATA_FILENAME, self.metadata)
        self._save_snapshot(ST_TUNER_DILL_FILENAME if resumed else SETUP_FILENAME)
        self._record(
            "session",
            version=VERSION,
            pid=os.getpid(),
            host=socket.gethostname(),
            python=platform.python_version(),
            resumed=resumed,
            name=self.name,
            n_workers=self.n_workers,
        )
        self._next_snapshot = time.monotonic() + self.results_update_interval
        self._next_print = self._clock.now() + self.print_update_interval
        self._notify("on_tuning_start", self)
        self.trial_backend.poll_interval = self.sleep_time
        self.trial_backend.expect_reports(self.scheduler.metric_names(), getattr(self.scheduler, "resource_attr", None))
        if resumed:
            self._adopt_trials()

    def _adopt_trials(self) -> None:
        for state in self._study.trials.values():
            self.trial_backend.adopt_trial(state.record())
            if state.status in Status.ended and self.trial_backend.delete_checkpoints and not state.interrupted:
                self.trial_backend.delete_checkpoint(state.trial.trial_id)
        if self._reason_to_stop() is None:
            for trial_id in self._study.interrupted():
                failure = Failure(FailureCause.LOST, "was running when the previous run ended")
                self._retry(trial_id, failure)

    def _end_session(self, reason: str) -> None:
        if not any(callback.prints_summary for callback in self.callbacks):
            print_best_metric_found(self.tuning_status, self.scheduler.metric_names(), self.scheduler.metric_mode())
        self._notify("on_tuning_end")
        try:
            if self._is_in_step():
                for trial_id in list(self._study.running):
                    self._record("status", trial_id=trial_id, status=Status.stopped, failure=None, interrupted=True)
                self._record("end", reason=reason)
        finally:
            self.trial_backend.stop_all()
            self.trial_backend.close()
        logger.info("Tuning ended: %s. Results are in %s", reason, self.tuner_path)
        self._save_snapshot()

    def _is_in_step(self) -> bool:
        """Whether every logged event has been applied; not so if applying one was interrupted by an exception."""
        return self._log is not None and self._log.num_events == self.num_events

    # ------------------------------------------------------------------ the loop

    def _loop(self) -> str:
        """Turns until there is nothing left to do; returns why."""
        while True:
            self._notify("on_loop_start")
            self._process_reports()
            reason = self._reason_to_stop()
            if reason is not None and not (self.wait_trial_completion_when_stopping and self._study.running):
                return reason
            if reason is None:
                nothing_left = self._fill_workers()
                if not self._study.running:
                    return nothing_left or "nothing is left to try"
            self._print_status()
            self._notify("on_loop_end")
            self._save_snapshot_if_due()
            self._wait()

    def _reason_to_stop(self) -> str | None:
        failures = self._study.counted_failures
        if len(failures) > self.max_failures:
            return f"{len(failures)} trials failed, more than max_failures={self.max_failures}"
        if not self.stop_criterion(self.tuning_status):
            return None
        if isinstance(self.stop_criterion, StoppingCriterion):
            reason = self.stop_criterion.reason(self.tuning_status)
            if reason is not None or self.stop_criterion.starts_exhausted(self.tuning_status):
                return reason
        return "the stopping criterion is met"

    def _ends_now(self) -> bool:
        return not self.wait_trial_completion_when_stopping and self._reason_to_stop() is not None

    def _process_reports(self) -> None:
        if self._ends_now():
            return
        running = list(self._study.running)
        statuses, results = self.trial_backend.fetch_status_results(running)
        self._notify("on_fetch_status_results", statuses, results)
        skipped: set[int] = set()
        stopping = False
        for trial_id, result in results:
            if trial_id in self._study.running and not stopping:
                self._decide(trial_id, result)
                stopping = self._ends_now()
            else:
                skipped.add(trial_id)
        for trial_id, (_, status) in statuses.items():
            if trial_id in self._study.running and trial_id not in skipped:
                self._note_status(trial_id, status)

    def _decide(self, trial_id: int, result: Result) -> None:
        event = self._record("report", **self._study.judge(trial_id, result))
        if event["decision"] == SchedulerDecision.STOP:
            self.trial_backend.stop_trial(trial_id, result)
        elif event["decision"] == SchedulerDecision.PAUSE:
            self.trial_backend.pause_trial(trial_id, result)
        self._notify_result(event, self.callbacks)
        failure = self._study.trials[trial_id].failure
        if failure is not None:
            self._announce_failure(trial_id, failure)

    def _notify_result(self, event: Event, observers: Sequence[TunerCallback]) -> None:
        trial = self._study.trials[event["trial_id"]].trial
        for callback in observers:
            self._call(callback, "on_trial_result", trial, event["status"], dict(event["result"]), event["decision"])

    def _note_status(self, trial_id: int, status: str) -> None:
        state = self._study.trials[trial_id]
        if status == Status.completed and state.num_reports > 0:
            self._record("status", trial_id=trial_id, status=status, failure=None)
            self._notify("on_trial_complete", state.trial, dict(state.last_result or {}))
            self._delete_checkpoint(trial_id)
        elif status == Status.completed:
            message = f"Trial {trial_id} ended without having reported anything. Its script must call Reporter()(...)"
            self._fail(trial_id, Failure(FailureCause.NO_REPORT, message))
        elif status == Status.failed:
            failure = self.trial_backend.failure(trial_id)
            if failure.cause.may_pass and state.num_retries < self.max_retries_per_trial:
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
        self._notify("on_trial_failed", self._study.trials[trial_id].trial, failure)

    def _retry(self, trial_id: int, failure: Failure) -> None:
        logger.warning("Trial %d is started again: %s", trial_id, failure.message)
        self._record("retry", trial_id=trial_id, failure=failure_to_fields(failure))
        self.trial_backend.retry_trial(trial_id)
        self._notify("on_resume_trial", self._study.trials[trial_id].trial)

    def _delete_checkpoint(self, trial_id: int) -> None:
        if self.trial_backend.delete_checkpoints:
            self.trial_backend.delete_checkpoint(trial_id)

    def _fill_workers(self) -> str | None:
        """Gives free workers something to do; returns why that ended, if it was not for lack of free workers."""
        if not self.asynchronous_scheduling and self._study.running:
            return None
        criterion = self.stop_criterion if isinstance(self.stop_criterion, StoppingCriterion) else StoppingCriterion()
        while self._num_busy() < self.n_workers:
            if criterion.starts_exhausted(self.tuning_status):
                return f"max_num_trials_started={criterion.max_num_trials_started} is reached"
            if not self._start_next():
                return "nothing is left to try"
        return None

    def _num_busy(self) -> int:
        if self.start_jobs_without_delay:
            return len(self._study.running)
        return len(self._study.running.keys() | {trial_id for trial_id, _ in self.trial_backend.busy_trial_ids()})

    def _start_next(self) -> bool:
        event = self._record("suggest", **self._study.propose())
        trial_id, config = event["trial_id"], event["config"]
        if event["action"] == "start":
            self.trial_backend.start_trial(config, checkpoint_trial_id=event["checkpoint_trial_id"])
        elif event["action"] == "resume":
            self.trial_backend.resume_trial(trial_id, new_config=config)
        else:
            return False
        method = "on_start_trial" if event["action"] == "start" else "on_resume_trial"
        self._notify(method, self._study.trials[trial_id].trial)
        return True

    def _wait(self) -> None:
        timeout = min(self.results_update_interval, self._next_print - self._clock.now())
        if isinstance(self.stop_criterion, StoppingCriterion):
            timeout = min(timeout, self.stop_criterion.seconds_left(self.tuning_status))
        assert self._log is not None, "the loop runs within run()"
        if not self._log.sync(min_interval=_SYNC_INTERVAL):
            timeout = min(timeout, _SYNC_INTERVAL)
        timeout = max(0.0, timeout)
        self._notify("on_tuning_sleep", timeout)
        self.trial_backend.wait(timeout)

    # ------------------------------------------------------------------ saving, printing, observers

    def _save_snapshot_if_due(self) -> None:
        now = time.monotonic()
        if now >= self._next_snapshot:
            self._save_snapshot()
            cost = time.monotonic() - now
            self._next_snapshot = now + max(self.results_update_interval, cost / _SNAPSHOT_SHARE_OF_TIME)

    def _save_snapshot(self, file_name: str = ST_TUNER_DILL_FILENAME) -> None:
        if not self.save_tuner or not self._is_in_step():
            return
        try:
            write_snapshot(self.tuner_path / file_name, self)
        except OSError as error:
            logger.warning("%s could not be written (%s); the event log is complete without it", file_name, error)
        except Exception as error:  # noqa: BLE001  # pickling objects of the user's raises anything
            self.save_tuner = False
            logger.warning(
                "The tuner cannot be saved (%s: %s), so that this experiment cannot be resumed. Make scheduler, "
                "backend, stopping criterion and callbacks picklable, or silence this with save_tuner=False",
                type(error).__name__,
                error,
            )
        else:
            self.trial_backend.on_tuner_save()

    def _print_status(self) -> None:
        now = self._clock.now()
        if now >= self._next_print:
            self._next_print = now + self.print_update_interval
            logger.info("tuning status (last metric is reported)\n%s", self.tuning_status)

    def _notify(self, method: str, *args: Any) -> None:
        for callback in self.callbacks:
            self._call(callback, method, *args)

    @staticmethod
    def _call(callback: TunerCallback, method: str, *args: Any) -> None:
        try:
            getattr(callback, method)(*args)
        except Exception:
            logger.exception("%s.%s failed; the run goes on", type(callback).__name__, method)

    def _raise_if_too_many_failed(self) -> None:
        failures = self._study.counted_failures
        if len(failures) <= self.max_failures:
            return
        listed = "\n".join(f"  trial {i} ({f.cause.value}): {f.message}" for i, f in failures.items())
        tail = "\n".join(next(iter(failures.values())).log_tail)
        raise TooManyFailuresError(
            f"{len(failures)} trials failed, more than max_failures={self.max_failures}:\n{listed}\n"
            f"Last lines of the first of them:\n{tail}\n"
            f"Everything reported is kept in {self.tuner_path}. 'syne-tune why {self.name} TRIAL' tells more"
        )


def _check_integer(name: str, value: int, at_least: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or value < at_least:
        raise OptionError(f"Tuner: {name}={value!r} must be an integer not smaller than {at_least}")
