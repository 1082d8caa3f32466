"""What becomes of trials that are processes on this machine, however they are started: :class:`ProcessBackend`."""

from __future__ import annotations

import logging
import os
import shutil
import time
from abc import abstractmethod
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from syne_tune.backend.disk_space import check_space
from syne_tune.backend.files import TrialFiles, read_lines
from syne_tune.backend.folder_copy import copy_changing_folder
from syne_tune.backend.gpus import GpuAssignment
from syne_tune.backend.open_runs import OpenRuns
from syne_tune.backend.trial_backend import BUSY_STATUS, TrialBackend
from syne_tune.backend.trial_runs import TrialRuns
from syne_tune.errors import BackendError
from syne_tune.experiment_folder import experiment_path, random_string
from syne_tune.trial import Failure, FailureCause, Result, Status, TrialResult

logger = logging.getLogger(__name__)

_PATIENCE = 10.0
"""Seconds, besides ``stop_grace``, after which a process that cannot be killed is no longer waited for."""


class ProcessBackend(TrialBackend):
    """Base class: keeps the folders of trials, reads what they report, ends them, and notices when they have ended.

    Subclasses start runs: they write down what to start, and hand it to the worker host by :attr:`_open`.

    Args:
        delete_checkpoints: See :class:`~syne_tune.backend.trial_backend.TrialBackend`.
        pass_args_as_json: See there.
        gpus: Assigns GPUs to trials.
        stop_grace: Seconds that a trial has for ending by itself after ``SIGTERM``.

    Attributes:
        local_path: Folder that holds the folders of the trials.
    """

    def __init__(
        self, delete_checkpoints: bool, pass_args_as_json: bool, gpus: GpuAssignment, stop_grace: float
    ) -> None:
        super().__init__(delete_checkpoints, pass_args_as_json)
        self.stop_grace = stop_grace
        self.local_path = experiment_path(random_string(10)).absolute()
        self._gpus = gpus
        self._owner = ""
        self._open_runs: OpenRuns | None = None
        self._runs: dict[int, TrialRuns] = {}
        self._counts: dict[int, int] = {}  # how many runs there are, where those have still to be read
        self._copied_from: dict[int, int] = {}
        self._doomed_checkpoints: set[int] = set()

    def __getstate__(self) -> dict[str, Any]:
        counts = {**self._counts, **{trial_id: runs.count for trial_id, runs in self._runs.items()}}
        trials = {
            trial_id: trial.add_results([], trial.status, trial.training_end_time)
            for trial_id, trial in self._trial_dict.items()
        }
        what_files_tell = {"_runs": {}, "_counts": counts, "_open_runs": None, "_trial_dict": trials}
        return {**self.__dict__, **what_files_tell}

    # ------------------------------------------------------------------ paths

    def set_path(self, results_root: str | None = None, tuner_name: str | None = None) -> None:
        """Where trials keep their files.

        Args:
            results_root: Folder that will hold one folder per trial; ``None`` leaves it as it is.
            tuner_name: Name of the experiment. Runs that another experiment has left in the folder are moved aside.
        """
        self._owner = tuner_name or self._owner
        if results_root is None or Path(results_root).expanduser().absolute() == self.local_path:
            return
        self.close()
        self.local_path = Path(results_root).expanduser().absolute()
        self._counts.update({trial_id: runs.count for trial_id, runs in self._runs.items()})
        self._runs = {}
        self._open_runs = None

    def trial_path(self, trial_id: int) -> Path:
        """Folder of a trial."""
        return self._files(trial_id).path

    def checkpoint_trial_path(self, trial_id: int) -> Path:
        """Folder of the checkpoint of a trial; created by its script."""
        return self._files(trial_id).checkpoints

    def _files(self, trial_id: int) -> TrialFiles:
        return TrialFiles(self.local_path, trial_id)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise BackendError(
                f"{error.filename or self.local_path}: {error.strerror or error}. Everything reported so far is safe. "
                f"Trials keep their files in {self.local_path}: make that folder writable and free space there, then "
                "resume the experiment; or choose another folder for a new one with Tuner(trial_backend_path=...) or "
                "the environment variable SYNETUNE_FOLDER"
            ) from None

    def check_place(self) -> None:
        """Makes the folder of the trials, if there is none, and a file in it.

        Raises:
            BackendError: If that is not possible, or the disk is full.
        """
        with self._writing():
            self.local_path.mkdir(parents=True, exist_ok=True)
            with TemporaryFile(dir=self.local_path):
                check_space(self.local_path)

    # ------------------------------------------------------------------ ending

    def _pause_trial(self, trial_id: int, result: Result | None) -> None:
        self._end_run(trial_id, self._files(trial_id).pause_marker)

    def _stop_trial(self, trial_id: int, result: Result | None) -> None:
        self._known(trial_id)
        self._end_run(trial_id, self._files(trial_id).stop_marker)

    def _end_run(self, trial_id: int, marker: Path | None = None) -> None:
        self._look_for_exits()
        self._gpus.release(trial_id)
        with self._writing():
            if marker is not None and marker.parent.is_dir():
                marker.touch()
            for run in self._open.of(trial_id):
                self._open.end(run)

    def stop_all(self) -> None:
        """Stops every running trial, waits until their processes are gone, and deletes checkpoints if asked to."""
        try:
            self._look_for_exits()
        finally:
            super().stop_all()
        self._await_exits(self._open.trial_ids())

    def close(self) -> None:
        """Disconnects from the worker host, which ends as soon as nothing runs."""
        if self._open_runs is not None:
            self._open_runs.close()

    # ------------------------------------------------------------------ what trials say

    def wait(self, timeout: float) -> None:
        """Blocks until a trial has reported or ended, at most ``timeout`` seconds.

        Raises:
            BackendError: If the disk is full, since neither reports nor exit codes could be written.
        """
        with self._writing():
            check_space(self.local_path)
        self._look_for_exits()
        self._open.wait(min(timeout, self.poll_interval))

    def _all_trial_results(self, trial_ids: list[int]) -> list[TrialResult]:
        self._open.keep_in_touch()
        results = [self._read(trial_id) for trial_id in trial_ids if trial_id in self._trial_dict]
        if any(trial.status not in BUSY_STATUS for trial in results):
            self._look_for_exits()
        return results

    def _read(self, trial_id: int) -> TrialResult:
        trial, runs = self._trial_dict[trial_id], self._runs_of(trial_id)
        runs.read()
        trial.metrics = runs.metrics
        if trial.status in BUSY_STATUS:
            self._update_status(trial, runs)
        return trial

    def _update_status(self, trial: TrialResult, runs: TrialRuns) -> None:
        last = runs.last
        if os.path.exists(runs.files.stop_marker):  # made by a user
            self._end_run(trial.trial_id)
            trial.status = Status.stopped
        elif last is None:
            trial.status = Status.failed
            trial.failure = Failure(FailureCause.LOST, f"The folder {runs.files.path} has been deleted")
        elif last.exit is not None and runs.is_complete:
            trial.status = Status.completed if last.exit.is_good() else Status.failed
            trial.failure = None if last.exit.is_good() else last.failure()
            trial.training_end_time = datetime.fromtimestamp(last.exit.ended)

    def failure(self, trial_id: int) -> Failure:
        """Why a trial failed.

        Args:
            trial_id: A trial that failed.
        """
        trial, last = self._known(trial_id), self._runs_of(trial_id).last
        if trial.failure is None and last is not None and last.has_ended():
            trial.failure = last.failure()
        return super().failure(trial_id)

    def busy_trial_ids(self) -> list[tuple[int, str]]:
        """Trials with a process, those included that are just ending."""
        self._look_for_exits()
        self._open.keep_in_touch()
        busy = {i: self._trial_dict[i].status for i in self._open.trial_ids()}
        return [(i, status if status in BUSY_STATUS else Status.stopping) for i, status in busy.items()]

    def stdout(self, trial_id: int) -> list[str]:
        """Lines of the trial's standard output, over all of its runs."""
        return read_lines(self._files(trial_id).stdout)

    def stderr(self, trial_id: int) -> list[str]:
        """Lines of the trial's standard error, over all of its runs."""
        return read_lines(self._files(trial_id).stderr)

    # ------------------------------------------------------------------ checkpoints

    def copy_checkpoint(self, src_trial_id: int, tgt_trial_id: int) -> None:
        """Copies the checkpoint of one trial to another, which has none yet.

        If the source is just ending, it is waited for, so that no half-written file is copied.

        Raises:
            BackendError: If the source has no checkpoint, or it cannot be copied.
        """
        self._copied_from[tgt_trial_id] = src_trial_id
        is_new = tgt_trial_id not in self._trial_dict
        if is_new and self._files(tgt_trial_id).run(0).is_claimed():
            return  # started by an earlier tuner; what is to be done turns out when it is scheduled
        self._copy(src_trial_id, tgt_trial_id)

    def _copy(self, src_trial_id: int, tgt_trial_id: int) -> None:
        if src_trial_id in self._trial_dict and self._trial_dict[src_trial_id].status not in BUSY_STATUS:
            self._await_exits([src_trial_id])
        source, target = self._files(src_trial_id).checkpoints, self._files(tgt_trial_id).checkpoints
        if not source.is_dir():
            raise BackendError(
                f"Trial {src_trial_id} has no checkpoint in {source}, so that trial {tgt_trial_id} cannot start from "
                "it. Its script must save one in --st_checkpoint_dir"
            )
        with self._writing():
            target.parent.mkdir(parents=True, exist_ok=True)
            new = target.with_name("checkpoints.new")
            copy_changing_folder(source, new)
            shutil.rmtree(target, ignore_errors=True)
            new.rename(target)

    def delete_checkpoint(self, trial_id: int) -> None:
        """Deletes the checkpoint of a trial; of one that is just ending, as soon as it has ended."""
        is_running = trial_id in self._trial_dict and self._trial_dict[trial_id].status in BUSY_STATUS
        if self._open.of(trial_id) and not is_running:
            self._doomed_checkpoints.add(trial_id)
        else:
            shutil.rmtree(self.checkpoint_trial_path(trial_id), ignore_errors=True)

    # ------------------------------------------------------------------ runs

    @abstractmethod
    def _names_to_preload(self) -> list[str]:
        """Modules and files that the worker host imports once."""

    @property
    def _open(self) -> OpenRuns:
        if self._open_runs is None:
            self._open_runs = OpenRuns(self.local_path, self._names_to_preload())
        return self._open_runs

    def _runs_of(self, trial_id: int) -> TrialRuns:
        if trial_id not in self._runs:
            self._runs[trial_id] = TrialRuns(self._files(trial_id))
            self._recall(trial_id, self._counts.pop(trial_id, 0))
        return self._runs[trial_id]

    def _recall(self, trial_id: int, count: int) -> None:
        """Makes the first ``count`` runs of a trial known, which another object has started."""
        is_running = self._trial_dict[trial_id].status in BUSY_STATUS
        for number, run in self._runs_of(trial_id).recall(count):
            if run.has_ended():
                continue
            if is_running:
                self._gpus.restore(trial_id, run.spec.gpus)
            else:
                run.files.order_end()  # before it is looked at, lest it be started
            self._open.add(trial_id, number, run)

    def _look_for_exits(self) -> None:
        for trial_id in list(self._counts):
            self._runs_of(trial_id)
        for trial_id, number, run in self._open.take_ended():
            runs = self._runs[trial_id]
            if number < runs.count - 1:
                continue  # a later run has what this one gave up
            self._gpus.release(trial_id)
            with self._writing():
                runs.files.mark_end(run.exit.ended if run.exit is not None else time.time())
            if trial_id in self._doomed_checkpoints:
                self._doomed_checkpoints.discard(trial_id)
                self.delete_checkpoint(trial_id)

    def _await_exits(self, trial_ids: Iterable[int]) -> None:
        """Waits until some trials have no processes any more."""
        deadline = time.monotonic() + self.stop_grace + _PATIENCE
        self._look_for_exits()
        while self._open.of(*trial_ids):
            if time.monotonic() > deadline:
                logger.warning(
                    "Processes of trials %s were not seen to end: they cannot be killed, or the disk is full",
                    self._open.trial_ids(),
                )
                return
            self._open.wait_for_exits(0.1)
            self._look_for_exits()
