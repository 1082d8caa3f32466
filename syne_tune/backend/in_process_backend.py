"""Trials that run step by step in the calling thread: for debugging, for tests, and for functions that take no time.

A step goes on with one trial until it has one more report, and happens only in :meth:`InProcessBackend.wait`. Hence
breakpoints work, nothing runs behind one's back, and the same calls always lead to the same reports in the same order.
"""

from __future__ import annotations

import copy
import datetime
import os
import shutil
import sys
import tempfile
import traceback
import weakref
from collections import deque
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import closing, contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any, TextIO

from syne_tune.backend.files import TrialFiles, last_lines, read_lines
from syne_tune.backend.trial_backend import BUSY_STATUS, TrialBackend
from syne_tune.backend.tune_function import (
    TuneFunction,
    arguments_for,
    call_in_steps,
    check_parameters,
    name_of,
)
from syne_tune.errors import BackendError, OptionError, ReportError
from syne_tune.jsonio import dumps, write_json
from syne_tune.report import collect_reports, expectations
from syne_tune.report_channel import ReportChannel, read_channel
from syne_tune.trial import Config, Failure, FailureCause, Result, Status, TrialRecord, TrialResult

_TAIL_LINES = 20


class InProcessBackend(TrialBackend):
    """Runs trials of a Python function in the calling thread, one step at a time.

    The function is called with those entries of the configuration that are its parameters, and with
    ``st_checkpoint_dir`` if it has such a parameter. It yields a dictionary of metrics after each unit of the resource
    (then it can be paused and stopped in between), returns one, or calls a
    :class:`~syne_tune.report.Reporter` (then it runs to its end in one step, and its reports are handed over one per
    step). Trials take turns.

    After a crash, :meth:`adopt_trial` calls the function again from the checkpoint with which the interrupted run
    began, and leaves out what had been reported. That repeats the run exactly if the function is deterministic.

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
        self._expects = ""
        self._root: Path | None = None
        self._run_number: dict[int, int] = {}
        self._runs: dict[int, _Run] = {}

    # ------------------------------------------------------------------ steps

    def wait(self, timeout: float) -> None:
        """Goes on with one trial until it has reported once more, or has ended. Sleeps only if there is none."""
        runnable = [trial_id for trial_id in self.trial_ids if trial_id in self._runs]
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
        run = self._runs[trial_id]
        run.advance()
        self._trial_dict[trial_id].metrics.extend(run.take(1))
        if run.is_over:
            self._end_trial(trial_id, run)

    def _end_trial(self, trial_id: int, run: _Run) -> None:
        del self._runs[trial_id]
        trial = self._trial_dict[trial_id]
        trial.training_end_time = datetime.datetime.now()
        trial.failure = run.failure(trial_id)
        trial.status = Status.completed if trial.failure is None else Status.failed
        if trial.failure is not None and self.raise_errors and isinstance(run.error, Exception):
            raise run.error

    def lose_trial(self, trial_id: int) -> None:
        """Makes a running trial vanish, as if its machine had been switched off.

        Raises:
            BackendError: If the trial does not run.
        """
        if trial_id not in self._runs:
            raise BackendError(f"Trial {trial_id} does not run; running are: {sorted(self._runs)}")
        self._runs.pop(trial_id).close()
        trial = self._trial_dict[trial_id]
        trial.status, trial.training_end_time = Status.failed, datetime.datetime.now()
        trial.failure = Failure(FailureCause.LOST, f"Trial {trial_id} vanished: lose_trial was called")

    # ------------------------------------------------------------------ contract

    def adopt_trial(self, record: TrialRecord) -> None:
        """Takes over a trial from the log; a run that was interrupted is repeated from its start.

        Args:
            record: What the log knows.
        """
        trial_id, number = record.trial.trial_id, record.run
        if trial_id not in self._trial_dict:
            self._register(trial_id, record.trial.config, record.trial.creation_time)
        files = self._files(trial_id)
        trial = self._trial_dict[trial_id]
        trial.config, trial.status = dict(record.trial.config), record.status
        trial.metrics = [result for k in range(number + 1) for result in _read_reports(files, k)]
        self._run_number[trial_id] = number
        self._last_metric_seen_index[trial_id] = record.num_reports
        if record.status not in BUSY_STATUS:
            self._end_run(trial_id)
        elif trial_id not in self._runs:
            if files.run(number).path.exists():
                _restore_checkpoint(files, number)
            elif number == 0 and record.checkpoint_trial_id is not None:
                self.copy_checkpoint(src_trial_id=record.checkpoint_trial_id, tgt_trial_id=trial_id)
            self._start_run(trial_id, trial.config, number)

    def start_trial(self, config: Config, checkpoint_trial_id: int | None = None) -> TrialResult:
        """Starts a new trial; a folder that another experiment left in its place is moved aside."""
        files = self._files(self.new_trial_id())
        if files.path.exists():
            files.move_aside()
        return super().start_trial(config, checkpoint_trial_id)

    def _schedule(self, trial_id: int, config: dict[str, Any]) -> None:
        number = self._run_number[trial_id] = self._run_number.get(trial_id, -1) + 1
        files = self._files(trial_id)
        if files.run(number).path.exists():
            files.move_run_aside(number)
        self._start_run(trial_id, config, number)

    def _start_run(self, trial_id: int, config: dict[str, Any], number: int) -> None:
        files = self._files(trial_id)
        _prepare_run(files, number)
        write_json(files.config, config)
        arguments = arguments_for(self.tune_function, copy.deepcopy(config), str(files.checkpoints))
        self._runs[trial_id] = _Run(self.tune_function, arguments, files, number, self._expects)

    def _pause_trial(self, trial_id: int, result: Result | None) -> None:
        run = self._end_run(trial_id)
        if run is not None:
            self._trial_dict[trial_id].metrics.extend(run.take())  # withheld until the trial is resumed

    def _resume_trial(self, trial_id: int) -> None:
        """Nothing to prepare."""

    def _stop_trial(self, trial_id: int, result: Result | None) -> None:
        self._end_run(trial_id)

    def _end_run(self, trial_id: int) -> _Run | None:
        run = self._runs.pop(trial_id, None)
        if run is not None:
            run.close()
        return run

    def _all_trial_results(self, trial_ids: list[int]) -> list[TrialResult]:
        return [self._trial_dict[trial_id] for trial_id in trial_ids if trial_id in self._trial_dict]

    def expect_reports(self, names: Sequence[str], resource_attr: str | None = None) -> None:
        """Makes a trial fail as soon as it reports something else.

        Args:
            names: Metrics the scheduler needs.
            resource_attr: Name of the resource, if the scheduler uses one.
        """
        self._expects = expectations(names, resource_attr)

    def busy_trial_ids(self) -> list[tuple[int, str]]:
        """Trials that can go on."""
        return [(trial_id, Status.in_progress) for trial_id in sorted(self._runs)]

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
        return {**self.__dict__, "_runs": {}}  # half-finished calls cannot be saved; adopting repeats them

    def _files(self, trial_id: int) -> TrialFiles:
        if self._root is None:
            self._root = Path(tempfile.mkdtemp(prefix="syne-tune-"))
            weakref.finalize(self, shutil.rmtree, self._root, ignore_errors=True)
        return TrialFiles(self._root, trial_id)


class _Run:
    """One call of the function.

    Args:
        function: To be called.
        arguments: Passed by name.
        files: Files of the trial.
        number: Number of the run within the trial.
        expects: What every report must contain, see :func:`~syne_tune.report.expectations`.
    """

    def __init__(
        self, function: TuneFunction, arguments: dict[str, Any], files: TrialFiles, number: int, expects: str
    ) -> None:
        self.error: BaseException | None = None
        self._files = files
        self._channel = str(files.run(number).reports)
        self._num_repeated = len(_read_reports(files, number))
        self._expects = expects
        self._made: deque[Result] = deque()
        self._ended = False
        self._steps = call_in_steps(function, arguments)
        self._command = (name_of(function), *(f"{name}={value!r}" for name, value in arguments.items()))

    @property
    def is_over(self) -> bool:
        """Whether the function has ended and all of its reports have been taken."""
        return self._ended and not self._made

    def advance(self) -> None:
        """Calls the function, or lets it go on, until there is a report to be taken, or it ends."""
        while not self._made and not self._ended:
            with self._inside():
                self._ended = next(self._steps, _END) is _END

    def take(self, number: int | None = None) -> Iterator[Result]:
        """Hands over reports that have been made.

        Args:
            number: At most so many; default is all.
        """
        for _ in range(len(self._made) if number is None else min(number, len(self._made))):
            yield self._made.popleft()

    def close(self) -> None:
        """Ends the call. Its ``finally`` clauses are run."""
        with self._inside():
            self._steps.close()  # type: ignore[attr-defined]  # an iterator made by a generator function

    def failure(self, trial_id: int) -> Failure | None:
        """Why the call failed; ``None`` if it did not."""
        error = self.error
        if error is None or (isinstance(error, SystemExit) and not error.code):
            return None
        exit_code = error.code if isinstance(error, SystemExit) and isinstance(error.code, int) else None
        tail = [*read_lines(self._files.stdout), *last_lines(self._files.stderr, _TAIL_LINES)]
        return Failure(
            _cause(error),
            f"Trial {trial_id} raised {type(error).__name__}: {error}",
            exit_code=exit_code,
            log_tail=tuple(tail[-_TAIL_LINES:]),
            command=self._command,
        )

    @contextmanager
    def _inside(self) -> Iterator[None]:
        """What holds while the function runs: output is recorded, reports are collected, exceptions are noted."""
        with (
            open(self._files.stdout, "a", encoding="utf-8") as out,
            open(self._files.stderr, "a", encoding="utf-8") as err,
            redirect_stdout(_Tee(sys.stdout, out)),
            redirect_stderr(_Tee(sys.stderr, err)),
            collect_reports(self._collect, self._expects),
        ):
            try:
                yield
            except (Exception, SystemExit) as error:  # noqa: BLE001  # whatever the function raises makes its trial fail
                self.error, self._ended = error, True
                traceback.print_exception(error, file=err)

    def _collect(self, result: Result) -> None:
        if self._num_repeated > 0:
            self._num_repeated -= 1
            return
        with closing(ReportChannel(self._channel)) as channel:
            channel.append(dumps(result))
        self._made.append(result)


_END = object()


class _Tee:
    """A stream that also writes to a file; whatever else is asked of it, the stream answers."""

    def __init__(self, stream: TextIO, file: TextIO) -> None:
        self._stream = stream
        self._file = file

    def write(self, text: str) -> int:
        self._file.write(text)
        return self._stream.write(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def _cause(error: BaseException) -> FailureCause:
    if isinstance(error, MemoryError):
        return FailureCause.OUT_OF_MEMORY
    if isinstance(error, ReportError):
        return FailureCause.INVALID_METRIC
    return FailureCause.ERROR


def _read_reports(files: TrialFiles, number: int) -> list[Result]:
    path = files.run(number).reports
    return read_channel(path.read_bytes())[0] if path.exists() else []


def _prepare_run(files: TrialFiles, number: int) -> None:
    """Creates the folder of a run, with a copy of the checkpoint the run begins with, unless it is there already."""
    folder = files.run(number).path
    if folder.exists():
        return
    new = folder.with_name(f"{number}.new")
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(parents=True)
    _copy_folder(files.checkpoints, new / "checkpoints")
    os.replace(new, folder)
    if number > 0:
        shutil.rmtree(folder.with_name(str(number - 1)) / "checkpoints", ignore_errors=True)


def _restore_checkpoint(files: TrialFiles, number: int) -> None:
    shutil.rmtree(files.checkpoints, ignore_errors=True)
    _copy_folder(files.run(number).path / "checkpoints", files.checkpoints)


def _copy_folder(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, dirs_exist_ok=True)
