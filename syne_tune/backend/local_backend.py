"""Trials as processes on this machine: :class:`LocalBackend`."""

from __future__ import annotations

import logging
import os
import shlex
import sys
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from syne_tune.backend.command_line import check_config, script_arguments
from syne_tune.backend.files import (
    RunFiles,
    RunSpec,
    TrialFiles,
    same_config,
)
from syne_tune.backend.gpus import GpuAssignment
from syne_tune.backend.process_backend import ProcessBackend
from syne_tune.backend.trial_backend import BUSY_STATUS
from syne_tune.backend.trial_runs import Run, TrialRuns
from syne_tune.constants import ENV_REPORT_CHANNEL, ENV_REPORT_EXPECTS, ENV_REPORT_WAKE
from syne_tune.errors import BackendError, OptionError, nearest
from syne_tune.jsonio import plain, write_json
from syne_tune.report import expectations
from syne_tune.trial import TrialRecord

logger = logging.getLogger(__name__)


class LocalBackend(ProcessBackend):
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
        gpus = GpuAssignment(rotate_gpus, num_gpus_per_trial, gpus_to_use)
        super().__init__(delete_checkpoints, pass_args_as_json, gpus, stop_grace)
        if trial_timeout is not None and not trial_timeout > 0:
            raise OptionError(f"trial_timeout={trial_timeout!r} must be positive, or None for no limit")
        if not stop_grace >= 0:
            raise OptionError(f"stop_grace={stop_grace!r} must not be negative")
        if preload and binary is not None:
            raise OptionError("preload needs a fork of this interpreter, so it cannot be combined with binary")
        self.trial_timeout = trial_timeout
        self.preload = [preload] if isinstance(preload, str) else list(preload)
        words = shlex.split(binary) if isinstance(binary, str) else binary
        self.binary = [sys.executable] if words is None else list(words)
        self.set_entrypoint(os.fspath(entry_point))
        self._expects = ""
        self._resource_attr: str | None = None
        self._retrying: set[int] = set()

    def __str__(self) -> str:
        return f"local entry_point {self.entrypoint_path().name}"

    # ------------------------------------------------------------------ the script

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
        trial_id, trial = record.trial.trial_id, self._take_over(record)
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

    def _resume_trial(self, trial_id: int) -> None:
        self._retrying.discard(trial_id)

    def _retry_trial(self, trial_id: int) -> None:
        self._retrying.add(trial_id)

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
