"""The contract of every place where trials run: :class:`TrialBackend`.

The tuner calls, for one trial::

    trial = backend.start_trial(config)                          # ids are 0, 1, 2, ... in this order
    backend.wait(timeout)                                        # returns as soon as something may have changed
    statuses, results = backend.fetch_status_results([0])        # each report once, in order of its time stamp
    backend.pause_trial(0, result)  /  backend.stop_trial(0, result)  # as the scheduler decided on this very report
    trial = backend.resume_trial(0, new_config)                  # only if paused
    trial = backend.retry_trial(0)                               # only if failed or stopped: the same once more
    backend.stop_all()

Reports are facts. Those made after the one on which a trial was paused are withheld while it is paused, and delivered
when it is resumed; those after a stop are dropped.

After a crash of the tuner, a new process hands every trial of the log to :meth:`TrialBackend.adopt_trial`. Adopting is
idempotent: a run that has been started already, whether it still runs or has ended meanwhile, is picked up where the
log ends; only one that never started is started.

Writing a backend: implement the abstract methods. :meth:`wait` should be overridden where the place can signal
changes; :meth:`adopt_trial` where jobs outlive the tuner.
"""

from __future__ import annotations

import datetime
import time
from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from syne_tune.clock import Clock, WallClock
from syne_tune.constants import ST_WORKER_TIMESTAMP
from syne_tune.errors import BackendError
from syne_tune.foresight import Foresight
from syne_tune.trial import Config, Failure, FailureCause, Result, Status, Trial, TrialRecord, TrialResult

TrialAndStatusInformation = dict[int, tuple[Trial, str]]
TrialIdAndResultList = list[tuple[int, Result]]
BUSY_STATUS = {Status.in_progress, Status.stopping}
_HIDES_REPORTS = {Status.paused, Status.stopped, Status.stopping}


class TrialBackend(Foresight, ABC):
    """Starts, pauses, resumes and stops trials, and fetches what they report.

    Args:
        delete_checkpoints: Whether to delete the checkpoint of a trial as soon as it has stopped, completed or failed,
            and all remaining ones at the end.
        pass_args_as_json: Whether to pass the configuration as a JSON file instead of one argument per entry.
    """

    clock: Clock = WallClock()
    """Time of the place where trials run; the tuner goes by it."""

    poll_interval: float = 1.0
    """Seconds that :meth:`wait` sleeps at most, if the backend cannot tell when something changes."""

    tells_of_idle_jobs: bool = True
    """Whether the tuner needs to know when the job of a trial is gone that it had stopped itself."""

    is_simulated: bool = False
    """Whether time is counted instead of spent, so that the log alone tells what has happened."""

    def __init__(self, delete_checkpoints: bool = False, pass_args_as_json: bool = False) -> None:
        self.delete_checkpoints = delete_checkpoints
        self.pass_args_as_json = pass_args_as_json
        self.trial_ids: list[int] = []
        self._trial_dict: dict[int, TrialResult] = {}
        self._last_metric_seen_index: dict[int, int] = {}

    # ------------------------------------------------------------------ life of a trial

    def new_trial_id(self) -> int:
        """The id the next new trial will get."""
        return len(self.trial_ids)

    def start_trial(self, config: Config, checkpoint_trial_id: int | None = None) -> TrialResult:
        """Starts a new trial.

        Args:
            config: Its configuration.
            checkpoint_trial_id: Trial whose checkpoint it starts from.

        Raises:
            BackendError: If it cannot be started.
        """
        trial_id = self.new_trial_id()
        if checkpoint_trial_id is not None:
            self.copy_checkpoint(src_trial_id=checkpoint_trial_id, tgt_trial_id=trial_id)
        self._register(trial_id, config)
        self._schedule(trial_id=trial_id, config=dict(config))
        return self._trial_dict[trial_id]

    def resume_trial(self, trial_id: int, new_config: Config | None = None) -> TrialResult:
        """Resumes a paused trial from its checkpoint.

        Args:
            trial_id: A paused trial.
            new_config: Replaces its configuration, if given.

        Raises:
            BackendError: If the trial is unknown or not paused.
        """
        trial = self._known(trial_id)
        if trial.status != Status.paused:
            raise BackendError(f"Trial {trial_id} has status {trial.status}: only paused trials can be resumed")
        self._resume_trial(trial_id)
        if new_config is not None:
            trial.config = dict(new_config)
        self._schedule(trial_id=trial_id, config=trial.config)
        trial.status = Status.in_progress
        return trial

    def retry_trial(self, trial_id: int) -> TrialResult:
        """Runs a failed or stopped trial once more, under the same id, from its checkpoint if it has one.

        Raises:
            BackendError: If the trial is unknown, or neither failed nor was stopped.
        """
        trial = self._known(trial_id)
        if trial.status not in (Status.failed, Status.stopped):
            raise BackendError(
                f"Trial {trial_id} has status {trial.status}: only failed and stopped trials can be run again"
            )
        self._retry_trial(trial_id)
        self._schedule(trial_id=trial_id, config=trial.config)
        trial.status, trial.failure, trial.training_end_time = Status.in_progress, None, None
        return trial

    def pause_trial(self, trial_id: int, result: Result | None = None) -> None:
        """Pauses a trial: its process ends, its checkpoint stays.

        Args:
            trial_id: The trial.
            result: The report on which it is paused; later ones are withheld until the trial is resumed.
        """
        trial = self._known(trial_id)
        trial.status = Status.paused
        if result is not None:
            self._withhold_after(trial_id, result)
        self._pause_trial(trial_id=trial_id, result=result)
        self._cleanup_after_trial(trial_id)

    def stop_trial(self, trial_id: int, result: Result | None = None) -> None:
        """Stops a trial for good.

        Args:
            trial_id: The trial.
            result: The report on which it is stopped.
        """
        self._stop_trial(trial_id=trial_id, result=result)
        if trial_id in self._trial_dict:
            self._trial_dict[trial_id].status = Status.stopped
        if self.delete_checkpoints:
            self.delete_checkpoint(trial_id)
        self._cleanup_after_trial(trial_id)

    def adopt_trial(self, record: TrialRecord) -> None:
        """Takes over a trial from the log, when a run of the tuner continues an earlier one.

        Called once per trial, in order of their ids; trials this object knows already are brought in line with the log.
        By default, a trial that was running is scheduled again, since most places forget their jobs with the tuner.
        A job that is still alive although its trial is paused or ended must be ended.

        Args:
            record: What the log knows. The first ``record.num_reports`` reports are not delivered again.
        """
        trial_id = record.trial.trial_id
        is_new = trial_id not in self._trial_dict
        self._take_over(record)
        if is_new and record.status in BUSY_STATUS:
            if record.checkpoint_trial_id is not None and record.run == 0:
                self.copy_checkpoint(src_trial_id=record.checkpoint_trial_id, tgt_trial_id=trial_id)
            self._schedule(trial_id=trial_id, config=record.trial.config)

    def repeat(self, event: Mapping[str, Any]) -> None:
        """Told every event of the log that this object has not taken part in, when an experiment is continued.

        Only simulations need it: their trials exist nowhere else. By default nothing.

        Args:
            event: The next event.
        """

    def stop_all(self) -> None:
        """Stops every running trial; deletes all checkpoints if ``delete_checkpoints``."""
        for trial_id in self._running_trial_ids():
            self.stop_trial(trial_id)
        if self.delete_checkpoints:
            for trial_id in self.trial_ids:
                self.delete_checkpoint(trial_id)
                self._cleanup_after_trial(trial_id)

    def _running_trial_ids(self) -> list[int]:
        """Trials that have not been stopped or paused, and have not ended."""
        return [trial_id for trial_id, trial in self._trial_dict.items() if trial.status in BUSY_STATUS]

    # ------------------------------------------------------------------ what trials say

    def wait(self, timeout: float) -> None:
        """Blocks until a trial may have reported or changed its status, at most ``timeout`` seconds.

        The default sleeps ``poll_interval`` seconds; places that can tell should return at once.
        """
        time.sleep(max(0.0, min(timeout, self.poll_interval)))

    def fetch_status_results(
        self, trial_ids: Collection[int]
    ) -> tuple[TrialAndStatusInformation, TrialIdAndResultList]:
        """Statuses and new reports of some trials.

        Args:
            trial_ids: The trials asked for.

        Returns:
            Status per trial; and all reports not returned before as (trial id, report), in order of their time stamps.
            If a trial is returned as completed or failed, all of its reports have been returned.
        """
        new_results: TrialIdAndResultList = []
        for update in self._all_trial_results(list(trial_ids)):
            trial_id = update.trial_id
            known = self._trial_dict.get(trial_id)
            if known is not None and known is not update:
                update.config = known.config  # what the scheduler chose is the truth, whatever a job record says
            self._trial_dict[trial_id] = update
            if update.status not in _HIDES_REPORTS:
                seen = self._last_metric_seen_index.get(trial_id, 0)
                new_results.extend((trial_id, result) for result in update.metrics[seen:])
                self._last_metric_seen_index[trial_id] = max(seen, len(update.metrics))
        new_results = _in_order_of_time(new_results)
        statuses: TrialAndStatusInformation = {
            i: (self._trial_dict[i], self._trial_dict[i].status) for i in trial_ids if i in self._trial_dict
        }
        return statuses, new_results

    def expect_reports(self, names: Sequence[str], resource_attr: str | None = None) -> None:
        """Tells the backend what every report must contain, so that a script can be told of a mistake at once.

        Args:
            names: Metrics the scheduler needs.
            resource_attr: Name of the resource, for instance ``"epoch"``, if the scheduler uses one.
        """

    def failure(self, trial_id: int) -> Failure:
        """Why a trial failed, as far as this place can tell."""
        known = self._trial_dict[trial_id].failure
        tail = tuple([*self.stdout(trial_id), *self.stderr(trial_id)][-20:])
        return known or Failure(FailureCause.ERROR, f"Trial {trial_id} failed", log_tail=tail)

    @abstractmethod
    def busy_trial_ids(self) -> list[tuple[int, str]]:
        """Trials that still occupy a worker, with their status: running or stopping."""

    @abstractmethod
    def stdout(self, trial_id: int) -> list[str]:
        """Lines of the trial's standard output."""

    @abstractmethod
    def stderr(self, trial_id: int) -> list[str]:
        """Lines of the trial's standard error."""

    # ------------------------------------------------------------------ checkpoints, paths

    @abstractmethod
    def copy_checkpoint(self, src_trial_id: int, tgt_trial_id: int) -> None:
        """Copies the checkpoint of one trial to another, which has none yet."""

    @abstractmethod
    def delete_checkpoint(self, trial_id: int) -> None:
        """Deletes the checkpoint of a trial; does nothing if there is none."""

    def set_path(self, results_root: str | None = None, tuner_name: str | None = None) -> None:
        """Where trials shall keep their files; called by the tuner before the first trial."""

    @abstractmethod
    def entrypoint_path(self) -> Path:
        """The script (or what stands for it)."""

    @abstractmethod
    def set_entrypoint(self, entry_point: str) -> None:
        """Replaces the script."""

    def check_place(self) -> None:
        """Called when a run begins: makes sure that trials can keep their files.

        Raises:
            BackendError: If they cannot, so that no trial could be started.
        """

    def on_tuner_save(self) -> None:
        """Called after the tuner has been saved."""

    def close(self) -> None:
        """Gives back what the backend holds open; called when the run has ended."""

    # ------------------------------------------------------------------ extension points

    @abstractmethod
    def _schedule(self, trial_id: int, config: dict[str, Any]) -> None:
        """Launches the job of a trial."""

    @abstractmethod
    def _pause_trial(self, trial_id: int, result: Result | None) -> None:
        """Ends the job of a trial that will be resumed."""

    @abstractmethod
    def _resume_trial(self, trial_id: int) -> None:
        """Prepares a paused trial to be scheduled again."""

    @abstractmethod
    def _stop_trial(self, trial_id: int, result: Result | None) -> None:
        """Ends the job of a trial for good."""

    @abstractmethod
    def _all_trial_results(self, trial_ids: list[int]) -> list[TrialResult]:
        """Status and all reports so far, of some trials. A list of reports only ever grows at its end."""

    def _retry_trial(self, trial_id: int) -> None:
        """Prepares a failed trial to be scheduled again."""

    def _cleanup_after_trial(self, trial_id: int) -> None:
        """Called after a trial was stopped or paused."""

    # ------------------------------------------------------------------ shared bookkeeping

    def _register(self, trial_id: int, config: Config, creation_time: datetime.datetime | None = None) -> None:
        self.trial_ids.append(trial_id)
        created = creation_time or datetime.datetime.now()
        self._trial_dict[trial_id] = TrialResult(trial_id, dict(config), created)

    def _take_over(self, record: TrialRecord) -> TrialResult:
        """Brings what is known of a trial in line with the log."""
        trial_id = record.trial.trial_id
        if trial_id not in self._trial_dict:
            self._register(trial_id, record.trial.config, record.trial.creation_time)
        trial = self._trial_dict[trial_id]
        trial.status, trial.config = record.status, dict(record.trial.config)
        self._last_metric_seen_index[trial_id] = record.num_reports
        return trial

    def _known(self, trial_id: int) -> TrialResult:
        if trial_id not in self._trial_dict:
            raise BackendError(f"Trial {trial_id} is unknown; trials so far: {len(self.trial_ids)}")
        return self._trial_dict[trial_id]

    def _withhold_after(self, trial_id: int, result: Result) -> None:
        metrics = self._trial_dict[trial_id].metrics
        for index in range(min(self._last_metric_seen_index.get(trial_id, 0), len(metrics)), 0, -1):
            if metrics[index - 1] is result or metrics[index - 1] == result:
                self._last_metric_seen_index[trial_id] = index
                return


def _in_order_of_time(results: TrialIdAndResultList) -> TrialIdAndResultList:
    """Sorts by time stamp, without changing the order within a trial (a clock may have been set back)."""
    latest: dict[int, float] = {}
    keys = []
    for trial_id, result in results:
        latest[trial_id] = max(latest.get(trial_id, 0.0), result.get(ST_WORKER_TIMESTAMP, 0.0))
        keys.append(latest[trial_id])
    return [results[index] for index in sorted(range(len(results)), key=keys.__getitem__)]
