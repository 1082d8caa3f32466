"""Trials as processes on this machine: :class:`LocalBackend`."""

from __future__ import annotations

import logging
import os
import shlex
import shutil
import sys
import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from syne_tune.backend.command_line import check_config, script_arguments
from syne_tune.backend.disk_space import check_space
from syne_tune.backend.files import (
    RunFiles,
    RunSpec,
    TrialFiles,
    read_lines,
    same_config,
)
from syne_tune.backend.folder_copy import copy_changing_folder
from syne_tune.backend.gpus import GpuAssignment
from syne_tune.backend.open_runs import OpenRuns
from syne_tune.backend.trial_backend import BUSY_STATUS, TrialBackend
from syne_tune.backend.trial_runs import Run, TrialRuns
from syne_tune.constants import ENV_REPORT_CHANNEL, ENV_REPORT_EXPECTS, ENV_REPORT_WAKE
from syne_tune.errors import BackendError, OptionError, nearest
from syne_tune.experiment_folder import experiment_path, random_string
from syne_tune.jsonio import plain, write_json
from syne_tune.report import expectations
from syne_tune.trial import Failure, FailureCause, Result, Status, TrialRecord, TrialResult

logger = logging.getLogger(__name__)

_PATIENCE = 10.0
"""Seconds, besides ``stop_grace``, after which a process that cannot be killed is no longer waited for."""


class LocalBackend(TrialBackend):
    """Runs each trial as a process on this machine.

    Processes are children of a small worker host, not of the tuner, so that they go on if the tuner is killed, and are
    found again by the tuner that continues the experiment. See ``docs/how-to/local-backend.md``.

    Args:
        entry_point: The training script.
        delete_checkpoints: See :class:`~syne_tune.backend.trial_backend.TrialBackend`.
        pass_args_as_json: See there; the file is ``config.json`` in the folder of the trial.
        rotate_gpus: Whether each trial gets GPUs of its own, by ``CUDA_VISIBLE_DEVICES``; otherwise all see the same.
        num_gpus_per_trial: How many GPUs a trial gets.
        gpus_to_use: Numbers of the GPUs to be used; default is all that this process may use.
        binary: What runs the script, as one string or with one entry per argument, for instance
            ``"torchrun --nproc_per_node 2"``; default is the interpreter of this process.
        trial_timeout: Seconds after which a run of a trial is ended and counts as failed; ``None`` for no limit.
        preload: Modules that the worker host imports once. Each trial is then a fork of the host and runs the script
            without starting an interpreter and importing these modules again. Not together with ``binary``.
        stop_grace: Seconds that a trial which is stopped or paused has for ending by itself after ``SIGTERM``, before
            it is killed.

    Raises:
        BackendError: If the script does not exist.
        OptionError: If an argument has a value that is not allowed.

    Attributes:
        local_path: Folder that holds the folders of the trials.
    """

    def __init__(
        self,
        entry_point: str | os.PathLike[str],
        delete_checkpoints: bool = False,
        pass_args_as_json: bool = False,
        rotate_gpus: bool = True,
        num_gpus_per_trial: int = 1,
        gpus_to_use: Sequence[int] | None = None,
        *,
        binary: str | Sequence[str] | None = None,
        trial_timeout: float | None = None,
        preload: str | Sequence[str] = (),
        stop_grace: float = 5.0,
    ) -> None:
        super().__init__(delete_checkpoints, pass_args_as_json)
        if trial_timeout is not None and not trial_timeout > 0:
            raise OptionError(f"trial_timeout={trial_timeout!r} must be positive, or None for no limit")
        if not stop_grace >= 0:
            raise OptionError(f"stop_grace={stop_grace!r} must not be negative")
        if preload and binary is not None:
            raise OptionError("preload needs a fork of this interpreter, so it cannot be combined with binary")
        self.trial_timeout = trial_timeout
        self.stop_grace = stop_grace
        self.preload = [preload] if isinstance(preload, str) else list(preload)
        words = shlex.split(binary) if isinstance(binary, str) else binary
        self.binary = [sys.executable] if words is None else list(words)
        self.set_entrypoint(os.fspath(entry_point))
        self.local_path = experiment_path(random_string(10)).absolute()
        self._gpus = GpuAssignment(rotate_gpus, num_gpus_per_trial, gpus_to_use)
        self._owner = ""
        self._expects = ""
        self._resource_attr: str | None = None
        self._open_runs: OpenRuns | None = None
        self._runs: dict[int, TrialRuns] = {}
        self._counts: dict[int, int] = {}  # how many runs there are, where those have still to be read
        self._retrying: set[int] = set()
        self._copied_from: dict[int, int] = {}
        self._doomed_checkpoints: set[int] = set()

    def __str__(self) -> str:
        return f"local entry_point {self.entrypoint_path().name}"

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

    def entrypoint_path(self) -> Path:
        """The script."""
        return self._entry_point

    def set_entrypoint(self, entry_point: str) -> None:
        """Replaces the script; trials started from now on run it.

        Raises:
            BackendError: If it does not exist.
        """
        path = Path(entry_point)
        if not path.is_file():
            others = [other.name for other in path.parent.glob("*") if other.is_file()]
            hint = nearest(path.name, others).partition("? Legal")
            guess = f" ({hint[0]}?)" if hint[1] else ""
            raise BackendError(f"The script {str(path.absolute())!r} does not exist{guess}. Correct entry_point")
        self._entry_point = path

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
                f"{error.filename or self.local_path}: {error.strerror}. Trials keep their files in {self.local_path}: "
                "make that folder writable and free space there, or choose another one with "
                "Tuner(trial_backend_path=...) or the environment variable SYNETUNE_FOLDER"
            ) from error

    # ------------------------------------------------------------------ starting

    def expect_reports(self, names: Sequence[str], resource_attr: str | None = None) -> None:
        """Makes the reporters of trials started from now on refuse reports that lack something.

        Args:
            names: Metrics the scheduler needs.
            resource_attr: Name of the resource, if the scheduler uses one.
        """
        self._expects = expectations(names, resource_attr)
        self._resource_attr = resource_attr

    def adopt_trial(self, record: TrialRecord) -> None:
        """Takes over a trial; a run that has been started is picked up, whether it still runs or has ended.

        Args:
            record: What the log knows.
        """
        trial_id = record.trial.trial_id
        if trial_id not in self._trial_dict:
            self._register(trial_id, record.trial.config, record.trial.creation_time)
        trial = self._trial_dict[trial_id]
        trial.status, trial.config = record.status, dict(record.trial.config)
        self._last_metric_seen_index[trial_id] = record.num_reports
        is_running = record.status in BUSY_STATUS
        self._recall(trial_id, record.run if is_running else record.run + 1)
        if not is_running:
            self._end_run(trial_id)
        elif self._runs_of(trial_id).count == record.run:
            if record.is_retry:
                self._retrying.add(trial_id)
            source = record.checkpoint_trial_id if record.run == 0 else None
            if source is not None and not self.checkpoint_trial_path(trial_id).exists():
                self.copy_checkpoint(source, trial_id)
            self._schedule(trial_id, trial.config)

    def _schedule(self, trial_id: int, config: dict[str, Any]) -> None:
        """Starts the next run of a trial, unless this very run has been started already by an earlier tuner."""
        check_config(trial_id, config, "another process")
        self._look_for_exits()
        if trial_id in self._doomed_checkpoints:
            self._await_exits([trial_id])
        runs = self._runs_of(trial_id)
        with self._writing():
            spec = runs.files.run(runs.count).spec()
            if spec is not None and (spec.owner != self._owner or not same_config(spec.config, config)):
                self._move_aside(trial_id, runs, spec)
                spec = None
            if spec is None:
                spec = self._write_run(trial_id, runs, config)
            else:
                self._gpus.restore(trial_id, spec.gpus)
            runs.files.remove_markers()
        self._retrying.discard(trial_id)
        self._copied_from.pop(trial_id, None)
        self._open.add(trial_id, runs.count, runs.add(spec))

    def _write_run(self, trial_id: int, runs: TrialRuns, config: Mapping[str, Any]) -> RunSpec:
        files, run = runs.files, runs.files.run(runs.count)
        os.makedirs(run.key, exist_ok=True)
        write_json(files.config, config)
        gpus = self._gpus.allocate(trial_id)
        spec = RunSpec(
            argv=self._command(files, config),
            cwd=os.getcwd(),
            env={**self._report_environment(run), **self._gpus.environment(gpus)},
            config=plain(config),
            warm=self._is_warm,
            timeout=self.trial_timeout,
            grace=self.stop_grace,
            after=self._predecessors(trial_id, gpus),
            gpus=gpus,
            retry=trial_id in self._retrying,
            resource_attr=self._resource_attr,
            from_scratch=not files.has_checkpoint(),
            owner=self._owner,
        )
        run.write_spec(spec)
        return spec

    def _report_environment(self, run: RunFiles) -> dict[str, str]:
        threads = {} if "OMP_NUM_THREADS" in os.environ else {"OMP_NUM_THREADS": "1"}
        return {
            ENV_REPORT_CHANNEL: str(run.reports),
            ENV_REPORT_WAKE: str(self._open.wake_path),
            ENV_REPORT_EXPECTS: self._expects,
            **threads,
        }

    @property
    def _is_warm(self) -> bool:
        return bool(self.preload)

    def _names_to_preload(self) -> list[str]:
        return self.preload

    def _command(self, files: TrialFiles, config: Mapping[str, Any]) -> list[str]:
        json_file = files.config if self.pass_args_as_json else None
        arguments = script_arguments(config, files.checkpoints, json_file)
        return [*self.binary, str(self._entry_point.absolute()), *arguments]

    def _predecessors(self, trial_id: int, gpus: Collection[int]) -> list[str]:
        """Runs that must be gone first: those of the same trial, and dying ones on the same GPUs."""
        dying = [i for i in self._open.trial_ids() if self._trial_dict[i].status not in BUSY_STATUS]
        on_same_gpus = [run for run in self._open.of(*dying) if not set(gpus).isdisjoint(run.spec.gpus)]
        return [run.files.key for run in {*self._open.of(trial_id), *on_same_gpus}]

    def _move_aside(self, trial_id: int, runs: TrialRuns, spec: RunSpec) -> None:
        """Gets a run out of the way whose experiment or configuration shows that it belongs to something else."""
        stale = Run(runs.files.run(runs.count), spec)
        logger.warning("%s holds a run of something else; it is moved aside", stale.files.key)
        if not stale.has_ended():
            stale.files.order_end()
            self._open.add(trial_id, runs.count, stale)
            self._await_exits([trial_id])
        if runs.count > 0:
            runs.files.move_run_aside(runs.count)
            return
        runs.files.move_aside()
        if trial_id in self._copied_from:
            self._copy(self._copied_from[trial_id], trial_id)

    # ------------------------------------------------------------------ ending

    def _pause_trial(self, trial_id: int, result: Result | None) -> None:
        self._end_run(trial_id, self._files(trial_id).pause_marker)

    def _resume_trial(self, trial_id: int) -> None:
        self._retrying.discard(trial_id)

    def _retry_trial(self, trial_id: int) -> None:
        self._retrying.add(trial_id)

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
        self._look_for_exits()
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
                logger.warning("Processes of trials %s cannot be ended", self._open.trial_ids())
                return
            self._open.wait_for_exits(0.1)
            self._look_for_exits()

    # ------------------------------------------------------------------ GPUs, by the names that existing code uses

    @property
    def gpus_to_use(self) -> list[int] | None:
        """Numbers of the GPUs to be used; ``None`` for all."""
        return self._gpus.gpus_to_use

    @property
    def trial_gpu(self) -> dict[int, list[int]]:
        """Slots of the GPUs each trial occupies."""
        return {} if self._gpus.slots is None else self._gpus.slots.held

    @property
    def gpu_times_assigned(self) -> list[int]:
        """How often each GPU has been assigned, by slot."""
        return [] if self._gpus.slots is None else self._gpus.slots.times_assigned

    def _prepare_for_schedule(self, num_gpus: int | None = None) -> None:
        self._gpus.prepare(num_gpus)

    def _allocate_gpu(self, trial_id: int, env: dict[str, str]) -> None:
        env.update(self._gpus.environment(self._gpus.allocate(trial_id)))

    def _deallocate_gpu(self, trial_id: int) -> None:
        self._gpus.release(trial_id)
