"""Trials that run step by step in the calling thread: for debugging, for tests, and for functions that take no time.

A step goes on with one trial until it has one more report, and happens only in :meth:`InProcessBackend.wait`. Hence
breakpoints work, nothing runs behind one's back, and the same calls always lead to the same reports in the same order.
"""

from __future__ import annotations

import copy
import datetime
import os
import shutil
import tempfile
import time
import weakref
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Any

from syne_tune.backend.files import ExitRecord, RunFiles, RunSpec, TrialFiles, read_lines
from syne_tune.backend.function_call import FunctionCall
from syne_tune.backend.trial_backend import BUSY_STATUS, TrialBackend
from syne_tune.backend.trial_runs import TrialRuns
from syne_tune.backend.tune_function import (
    TuneFunction,
    arguments_for,
    check_parameters,
    name_of,
)
from syne_tune.constants import ST_WORKER_TIMESTAMP
from syne_tune.errors import BackendError, OptionError
from syne_tune.jsonio import plain, write_json
from syne_tune.report import expectations
from syne_tune.trial import Config, Failure, FailureCause, Result, Status, TrialRecord, TrialResult

_ENDED_BY_ITSELF = (Status.completed, Status.failed)


class InProcessBackend(TrialBackend):
    """Runs trials of a Python function in the calling thread, one step at a time.

    The function is called with those entries of the configuration that are its parameters, and with
    ``st_checkpoint_dir`` if it has such a parameter. It yields a dictionary of metrics after each unit of the resource
    (then it can be paused and stopped in between), returns one, or calls a
    :class:`~syne_tune.report.Reporter` (then it runs to its end in one step, and its reports are handed over one per
    step). Trials take turns.

    After a crash, :meth:`adopt_trial` calls the function again from the checkpoint with which the interrupted run
    began, and leaves out what had been reported. If the function is deterministic, its reports are the same as if
    nothing had happened; if it yields them, so is their order among those of other trials.

    Args:
        tune_function: To be tuned.
        config_space: If given, the parameters of the function are checked against its names.
        delete_checkpoints: See :class:`~syne_tune.backend.trial_backend.TrialBackend`.
        next_trial: From the ids of the trials that can go on, in the order of their start, to the one that does.
            Default: they take turns.
        raise_errors: Whether an exception in the function is passed on to the caller, where a debugger shows it,
            besides making the trial fail.

    Raises:
        OptionError: If the function has a parameter that ``config_space`` lacks.
    """

    def __init__(
        self,
        tune_function: TuneFunction,
        config_space: Collection[str] | None = None,
        delete_checkpoints: bool = False,
        next_trial: Callable[[Sequence[int]], int] | None = None,
        raise_errors: bool = False,
    ) -> None:
        super().__init__(delete_checkpoints=delete_checkpoints)
        if config_space is not None:
            check_parameters(tune_function, list(config_space))
        self.tune_function = tune_function
        self.raise_errors = raise_errors
        self._next_trial = next_trial
        self._last_stepped = -1
        self._time_of_last_step = 0.0
        self._expects = ""
        self._resource_attr: str | None = None
        self._root: Path | None = None
        self._calls: dict[int, FunctionCall] = {}
        self._histories: dict[int, TrialRuns] = {}

    # ------------------------------------------------------------------ steps

    def wait(self, timeout: float) -> None:
        """Goes on with one trial until it has reported once more, or has ended. Sleeps only if there is none."""
        runnable = sorted(self._calls)
        if runnable:
            self._step(self._choose(runnable))
        else:
            super().wait(timeout)

    def _choose(self, runnable: list[int]) -> int:
        if self._next_trial is None:
            return next((i for i in runnable if i > self._last_stepped), runnable[0])
        trial_id = self._next_trial(runnable)
        if trial_id not in runnable:
            raise OptionError(f"next_trial returned {trial_id!r}, but must return one of {runnable}")
        return trial_id

    def _step(self, trial_id: int) -> None:
        self._last_stepped = trial_id
        trial, call, history = self._trial_dict[trial_id], self._calls[trial_id], self._histories[trial_id]
        handed_over = len(trial.metrics)
        while len(history.metrics) == handed_over and not call.has_ended:
            call.advance()
            history.read()
        trial.metrics.extend(history.metrics[handed_over : handed_over + 1])
        if call.has_ended and len(trial.metrics) == len(history.metrics):
            self._note_end(trial_id, call.failure(trial_id))
            if isinstance(call.error, Exception) and self.raise_errors:
                raise call.error

    def _note_end(self, trial_id: int, failure: Failure | None) -> None:
        self._end_call(trial_id)
        trial = self._trial_dict[trial_id]
        trial.status = Status.completed if failure is None else Status.failed
        trial.failure, trial.training_end_time = failure, datetime.datetime.now()

    def _end_call(self, trial_id: int) -> None:
        """Ends the call, if there is one; hands over all it has reported."""
        call = self._calls.pop(trial_id, None)
        if call is not None:
            call.close()
            history, trial = self._histories[trial_id], self._trial_dict[trial_id]
            _mark_as_over(history)
            history.read()
            trial.metrics.extend(history.metrics[len(trial.metrics) :])

    def lose_trial(self, trial_id: int) -> None:
        """Makes a running trial vanish, as if its machine had been switched off.

        Raises:
            BackendError: If the trial does not run.
        """
        if trial_id not in self._calls:
            raise BackendError(f"Trial {trial_id} does not run; running are: {sorted(self._calls)}")
        self._note_end(trial_id, Failure(FailureCause.LOST, f"Trial {trial_id} vanished: lose_trial was called"))

    # ------------------------------------------------------------------ contract

    def adopt_trial(self, record: TrialRecord) -> None:
        """Takes over a trial from the log; a run that was interrupted is repeated from its start.

        Args:
            record: What the log knows.
        """
        trial_id = record.trial.trial_id
        self._take_over(record)
        is_running = record.status in BUSY_STATUS
        if trial_id not in self._calls:
            self._recall(record, is_running)
        elif not is_running:
            self._end_call(trial_id)

    def _recall(self, record: TrialRecord, is_running: bool) -> None:
        """Reads what a process that is gone has left of a trial, and repeats the run that was interrupted."""
        trial_id, number = record.trial.trial_id, record.run
        trial, files = self._trial_dict[trial_id], self._files(trial_id)
        history = self._histories[trial_id] = TrialRuns(files)
        history.recall(number if is_running else number + 1)
        _mark_as_over(history)
        history.read()
        trial.metrics = list(history.metrics)
        if is_running and files.run(number).exists():
            history.recall(number + 1)
            history.read()
            trial.metrics = history.metrics[: max(len(trial.metrics), record.num_reports)]
            _restore_checkpoint(files, number)
            self._call(trial_id, trial.config)
        elif is_running:
            if number == 0 and record.checkpoint_trial_id is not None:
                self.copy_checkpoint(src_trial_id=record.checkpoint_trial_id, tgt_trial_id=trial_id)
            self._begin_run(trial_id, trial.config, is_retry=record.is_retry)
        self._recall_turn(record, history)

    def _recall_turn(self, record: TrialRecord, history: TrialRuns) -> None:
        """Makes the trial the last one that had its turn, if of all steps in the log, one of its was the latest."""
        times = [report[ST_WORKER_TIMESTAMP] for report in history.metrics[: record.num_reports][-1:]]
        if record.status in _ENDED_BY_ITSELF and history.last is not None and history.last.exit is not None:
            times += [history.last.exit.ended]
        if times and times[-1] > self._time_of_last_step:
            self._time_of_last_step, self._last_stepped = times[-1], record.trial.trial_id

    def start_trial(self, config: Config, checkpoint_trial_id: int | None = None) -> TrialResult:
        """Starts a new trial; a folder that another experiment left in its place is moved aside."""
        files = self._files(self.new_trial_id())
        if files.path.exists():
            files.move_aside()
        return super().start_trial(config, checkpoint_trial_id)

    def _schedule(self, trial_id: int, config: dict[str, Any]) -> None:
        self._begin_run(trial_id, config, is_retry=self._trial_dict[trial_id].status in Status.ended)

    def _begin_run(self, trial_id: int, config: dict[str, Any], is_retry: bool) -> None:
        files = self._files(trial_id)
        history = self._histories.setdefault(trial_id, TrialRuns(files))
        if files.run(history.count).exists():
            files.move_run_aside(history.count)
        spec = RunSpec(
            argv=[name_of(self.tune_function)],
            cwd=os.getcwd(),
            env={},
            config=plain(config),
            retry=is_retry,
            resource_attr=self._resource_attr,
            from_scratch=not files.has_checkpoint(),
        )
        _prepare_run(files, history.count, spec)
        history.add(spec)
        self._call(trial_id, config)

    def _call(self, trial_id: int, config: dict[str, Any]) -> None:
        files = self._files(trial_id)
        arguments = arguments_for(self.tune_function, copy.deepcopy(config), str(files.checkpoints))
        channel = files.run(self._histories[trial_id].count - 1).reports
        self._calls[trial_id] = FunctionCall(self.tune_function, arguments, files, channel, self._expects)

    def _pause_trial(self, trial_id: int, result: Result | None) -> None:
        self._end_call(trial_id)

    def _resume_trial(self, trial_id: int) -> None:
        """Nothing to prepare."""

    def _stop_trial(self, trial_id: int, result: Result | None) -> None:
        self._end_call(trial_id)

    def _all_trial_results(self, trial_ids: list[int]) -> list[TrialResult]:
        return [self._trial_dict[trial_id] for trial_id in trial_ids if trial_id in self._trial_dict]

    def expect_reports(self, names: Sequence[str], resource_attr: str | None = None) -> None:
        """Makes a trial fail as soon as it reports something else.

        Args:
            names: Metrics the scheduler needs.
            resource_attr: Name of the resource, if the scheduler uses one.
        """
        self._expects = expectations(names, resource_attr)
        self._resource_attr = resource_attr

    def busy_trial_ids(self) -> list[tuple[int, str]]:
        """Trials that can go on."""
        return [(trial_id, Status.in_progress) for trial_id in sorted(self._calls)]

    def stdout(self, trial_id: int) -> list[str]:
        """Lines the trial has printed, over all of its runs."""
        return read_lines(self._files(trial_id).stdout)

    def stderr(self, trial_id: int) -> list[str]:
        """Lines the trial has written to standard error, over all of its runs, and its exceptions."""
        return read_lines(self._files(trial_id).stderr)

    def copy_checkpoint(self, src_trial_id: int, tgt_trial_id: int) -> None:
        """Copies the checkpoint of one trial to another; does nothing if there is none."""
        _copy_folder(self._files(src_trial_id).checkpoints, self._files(tgt_trial_id).checkpoints)

    def delete_checkpoint(self, trial_id: int) -> None:
        """Deletes the checkpoint of a trial; does nothing if there is none."""
        path = self._files(trial_id).path
        for folder in (path / "checkpoints", *path.glob("runs/*/checkpoints")):
            shutil.rmtree(folder, ignore_errors=True)

    def set_path(self, results_root: str | None = None, tuner_name: str | None = None) -> None:
        """Where trials keep their files.

        Args:
            results_root: The folder; ``None`` for a temporary one, which goes with this object.
            tuner_name: Not used.
        """
        self._root = None if results_root is None else Path(results_root)

    def entrypoint_path(self) -> Path:
        """Name of the function."""
        return Path(name_of(self.tune_function))

    def set_entrypoint(self, entry_point: str) -> None:
        """Not possible: create another backend with another function.

        Raises:
            BackendError: Always.
        """
        raise BackendError(
            f"InProcessBackend runs the function {name_of(self.tune_function)} and no script, so that {entry_point!r} "
            "cannot be its entry point. Create another backend with another function, or use LocalBackend"
        )

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_calls": {}, "_histories": {}}  # adopting a trial brings both back

    def _files(self, trial_id: int) -> TrialFiles:
        if self._root is None:
            self._root = Path(tempfile.mkdtemp(prefix="syne-tune-"))
            weakref.finalize(self, shutil.rmtree, self._root, ignore_errors=True)
        return TrialFiles(self._root, trial_id)


def _mark_as_over(history: TrialRuns) -> None:
    """Writes down that the runs of a trial have ended, where that is missing."""
    for run in history.runs.values():
        if not run.files.is_over():
            run.files.write_exit(ExitRecord(ended=time.time()))


def _prepare_run(files: TrialFiles, number: int, spec: RunSpec) -> None:
    """Creates the folder of a run, all at once, with a copy of the checkpoint with which it begins."""
    folder = files.run(number).path
    new = RunFiles(folder.with_name(f"{number}.new"))
    shutil.rmtree(new.path, ignore_errors=True)
    new.write_spec(spec)
    _copy_folder(files.checkpoints, new.path / "checkpoints")
    os.replace(new.path, folder)
    write_json(files.config, spec.config)
    if number > 0:
        shutil.rmtree(files.run(number - 1).path / "checkpoints", ignore_errors=True)


def _restore_checkpoint(files: TrialFiles, number: int) -> None:
    shutil.rmtree(files.checkpoints, ignore_errors=True)
    _copy_folder(files.run(number).path / "checkpoints", files.checkpoints)


def _copy_folder(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, dirs_exist_ok=True)
