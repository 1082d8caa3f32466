"""The tuner: an experiment with its folder, its log and its budget. The loop itself is in ``tuning_session.py``."""

from __future__ import annotations

import logging
import os
import re
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from syne_tune import jsonio
from syne_tune.backend.trial_backend import TrialBackend
from syne_tune.callbacks.callback import TunerCallback
from syne_tune.callbacks.checkpoint_removal import callbacks_for_checkpoint_removal
from syne_tune.callbacks.observers import Observers
from syne_tune.callbacks.store_results import StoreResultsCallback
from syne_tune.constants import (
    ST_EVENT_LOG_FILENAME,
    ST_METADATA_FILENAME,
    ST_TUNER_CREATION_TIMESTAMP,
    ST_TUNER_DILL_FILENAME,
    ST_TUNER_START_TIMESTAMP,
    TUNER_DEFAULT_SLEEP_TIME,
)
from syne_tune.errors import EventLogError, ExperimentInUseError, OptionError, SyneTuneError, TooManyFailuresError
from syne_tune.event_log import Event, EventLog, read_events
from syne_tune.experiment_folder import (
    TunerLock,
    check_valid_sagemaker_name,
    create_experiment_folder,
    experiment_path,
    name_from_base,
    writing_into,
)
from syne_tune.metric_modes import metric_name_mode
from syne_tune.optimizer.scheduler import TrialScheduler
from syne_tune.scheduler_choice import choose_scheduler
from syne_tune.session_options import SessionOptions
from syne_tune.snapshot import SnapshotSaver, read_snapshot, write_snapshot
from syne_tune.study import Study
from syne_tune.trial import Result, Status
from syne_tune.tuning_session import TuningSession
from syne_tune.tuning_status import TuningStatus, best_trial

logger = logging.getLogger(__name__)


class Tuner:
    """Runs a study: asks the scheduler, drives the backend, and keeps a log from which all else derives.

    Kill the process at any instant: ``Tuner.load(path).run()`` (or ``syne-tune resume``) goes on as if nothing had
    happened. Trials that still run are adopted, reports made meanwhile are taken in, and decisions are those of an
    uninterrupted run.

    Args:
        trial_backend: Where trials run.
        scheduler: Which configurations to try, and when to stop or pause them. Or the name of one that makes its own
            choices, ``"auto"``; then ``config_space`` and ``metric`` say what is tuned.
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
        config_space: Name of parameter to domain or constant, for a scheduler given by name.
        metric: Name of the metric to optimise, for a scheduler given by name.
        mode: ``"min"`` or ``"max"``, for a scheduler given by name.

    Raises:
        OptionError: If an argument has a value that is not allowed.

    Attributes:
        name: Name of the experiment.
        tuner_path: Its folder.
    """

    def __init__(  # noqa: PLR0913  # the documented arguments
        self,
        trial_backend: TrialBackend,
        scheduler: TrialScheduler | str,
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
        *,
        config_space: Mapping[str, Any] | None = None,
        metric: str | None = None,
        mode: str | None = None,
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
        scheduler = choose_scheduler(scheduler, config_space, metric, mode, n_workers, stop_criterion)
        if trial_backend.delete_checkpoints:
            self.callbacks.extend(callbacks_for_checkpoint_removal(scheduler, stop_criterion, self.callbacks))
        self._study = Study(scheduler, TuningStatus(scheduler.metric_names(), trial_backend.clock))
        self.tuning_status.stop_clock(elapsed=0.0)
        self.metadata = self._all_metadata(metadata or {})
        self._backend_root = trial_backend_path
        trial_backend.set_path(results_root=trial_backend_path or str(self.tuner_path), tuner_name=self.name)
        self._event_elapsed: float | None = None
        self._is_in_doubt = False

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

    def show_elapsed(self, seconds: float | None) -> None:
        """Sets what :attr:`elapsed` shows, while callbacks are told of reports of the past; ``None``: the real one."""
        self._event_elapsed = seconds

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
        name, mode = metric_name_mode(self.scheduler.metric_names(), self.scheduler.metric_mode(), metric)
        best = best_trial(self.tuning_status, name, mode)
        if best is None:
            raise OptionError(f"best_config: no trial has reported {name!r} yet; run the tuner first")
        return best[0], dict(self._study.trials[best[0]].trial.config)

    def save(self, folder: str | os.PathLike[str] | None = None) -> None:
        """Writes the snapshot ``tuner.dill``.

        Args:
            folder: Where to; default is the folder of the experiment.

        Raises:
            EventLogError: As for :meth:`run`, if it was interrupted in the middle of a decision.
        """
        self._refuse_if_in_doubt()
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
        tuner.replay(events)
        return tuner

    # ------------------------------------------------------------------ one run

    def run(self) -> None:
        """Runs until the stopping criterion fires, nothing is left to try, or too many trials failed.

        Raises:
            TooManyFailuresError: If more than ``max_failures`` trials failed; everything reported is kept.
            ExperimentInUseError: If another live tuner owns the folder, or it holds another experiment.
            ExperimentFolderError: If the folder cannot be written.
            BackendError: If a trial could not be started or stopped, or the disk is full.
            EventLogError: If the log is damaged, or the disk is full; or if an earlier run of this object was
                interrupted in the middle of a decision.
        """
        self._refuse_if_in_doubt()
        create_experiment_folder(self.tuner_path)
        self.trial_backend.check_place()
        is_simulated = self.trial_backend.is_simulated
        with TunerLock(self.tuner_path), self._open_log(is_simulated) as log:
            self._catch_up_with(log)
            if is_simulated and log.num_events > 0:
                self.tuning_status.start_clock(0.0, since=log.first_time)  # no simulated time passes between two runs
            else:
                self.tuning_status.start_clock(log.last_elapsed)
            try:
                self._run_session(log)
            finally:
                self.tuning_status.stop_clock()
        self._raise_if_too_many_failed()

    def _refuse_if_in_doubt(self) -> None:
        if self._is_in_doubt:
            hint = "" if self.save_tuner else " (which needs save_tuner=True)"
            raise EventLogError(
                f"{self.tuner_path}: this tuner was interrupted in the middle of a decision, so that its scheduler may "
                f"know more or less than the log. Continue with Tuner.load({str(self.tuner_path)!r}).run(){hint}"
            )

    def _open_log(self, is_buffered: bool) -> EventLog:
        with writing_into(self.tuner_path):
            return EventLog(self.tuner_path / ST_EVENT_LOG_FILENAME, is_buffered)

    def _catch_up_with(self, log: EventLog) -> None:
        go_on = f"Tuner.load({str(self.tuner_path)!r}).run()"
        if log.num_events < self.num_events:
            raise EventLogError(
                f"{log.path} has {log.num_events} events, this tuner includes {self.num_events}: "
                f"the file was cut. Continue with {go_on}"
            )
        if self.num_events == 0 and log.num_events > 0:
            raise ExperimentInUseError(
                f"{self.tuner_path} holds an experiment already. Continue it with {go_on}, or choose another tuner_name"
            )
        if log.num_events > self.num_events:
            self.replay(list(read_events(log.path))[self.num_events :])

    def replay(self, events: list[Event]) -> None:
        """Brings a tuner that has not run up to the state that a log tells of; :meth:`run` continues from there.

        :meth:`load` does so with the tuner it finds. This is for those who build the same tuner anew.

        Args:
            events: The events of the log that this tuner does not include yet, in order.

        Raises:
            EventLogError: If scheduler or configuration space are not those that wrote the log.
        """
        observers = Observers(self.callbacks).replaying()
        observers.notify("on_tuning_start", self)
        for event in events:
            self._event_elapsed = event["elapsed"]
            self._study.replay([event])
            self.trial_backend.repeat(event)
            self._tell_again(observers, event)
        if events:
            self.tuning_status.stop_clock(events[-1]["elapsed"])
        self._event_elapsed = None

    def _tell_again(self, observers: Observers, event: Event) -> None:
        kind, trial_id = event["kind"], event.get("trial_id")
        if trial_id is None:
            return
        trial = self._study.trials[trial_id].trial
        if kind == "report":
            observers.notify("on_trial_result", trial, event["status"], event["result"], event["decision"])
        elif kind == "suggest" and event["action"] == "start":
            observers.notify("on_start_trial", trial)
        elif kind in ("suggest", "retry"):
            observers.notify("on_resume_trial", trial)

    def _run_session(self, log: EventLog) -> None:
        saver = SnapshotSaver(self.tuner_path, self.results_update_interval)
        session = TuningSession(
            study=self._study,
            backend=self.trial_backend,
            stop_criterion=self.stop_criterion,
            log=log,
            observers=Observers(self.callbacks),
            options=self._session_options(),
            save=lambda: saver.save_if_due(self, log.flush) if self.save_tuner else None,
        )
        self.metadata.setdefault(ST_TUNER_START_TIMESTAMP, time.time())
        with writing_into(self.tuner_path):
            jsonio.write_json(self.tuner_path / ST_METADATA_FILENAME, self.metadata)
        if self.save_tuner:
            saver.save(self, is_setup=self.num_events == 0)
        try:
            session.begin(self.name, self)
            reason = session.loop()
        except BaseException as error:
            self._is_in_doubt = session.is_in_doubt
            _end_after(error, session)
            raise
        else:
            session.end(reason)
        finally:
            self._is_in_doubt = self._is_in_doubt or not session.is_in_step
            if self.save_tuner and session.is_repeatable:
                log.flush()
                saver.save(self)

    def _session_options(self) -> SessionOptions:
        return SessionOptions(
            n_workers=self.n_workers,
            sleep_time=self.sleep_time,
            longest_wait=self.results_update_interval,
            print_update_interval=self.print_update_interval,
            max_failures=self.max_failures,
            max_retries_per_trial=self.max_retries_per_trial,
            asynchronous_scheduling=self.asynchronous_scheduling,
            wait_trial_completion_when_stopping=self.wait_trial_completion_when_stopping,
            start_jobs_without_delay=self.start_jobs_without_delay,
        )

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


def _end_after(error: BaseException, session: TuningSession) -> None:
    """Ends a session; if that fails as well, mostly for the same reason, the first error is the one to be raised."""
    try:
        session.end("the run was interrupted by an exception")
    except SyneTuneError as another:
        level = logging.INFO if isinstance(error, SyneTuneError) else logging.WARNING
        logger.log(level, "The run could not be ended in an orderly way: %s", another)


def _check_integer(name: str, value: int, at_least: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or value < at_least:
        raise OptionError(f"Tuner: {name}={value!r} must be an integer not smaller than {at_least}")
