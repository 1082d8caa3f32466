"""Starts a training script as a backend would, watches its reports, and ends it when enough is known."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from syne_tune import jsonio
from syne_tune.backend.command_line import script_arguments
from syne_tune.backend.failures import classify
from syne_tune.backend.files import ExitRecord, RunSpec, last_lines, read_lines
from syne_tune.constants import ENV_REPORT_CHANNEL, ENV_REPORT_EXPECTS, ENV_REPORT_WAKE, ST_WORKER_TIMESTAMP
from syne_tune.report import retrieve
from syne_tune.trial import Failure, FailureCause, Result

_POLL_SECONDS = 0.05
_SECONDS_TO_DIE = 5.0
_LOG_LINES = 20
_CHANNELS = (ENV_REPORT_CHANNEL, ENV_REPORT_EXPECTS, ENV_REPORT_WAKE)


@dataclass(frozen=True)
class ScriptRun:
    """What happened when the script was started once.

    Args:
        command: What was run.
        reports: What it reported.
        failure: Why it failed; ``None`` if it ended well, or was ended because enough was known.
        ended: Whether it ended by itself.
        seconds: How long it was observed.
        seconds_to_first_report: From the start to the first report; ``None`` without one.
    """

    command: tuple[str, ...]
    reports: tuple[Result, ...]
    failure: Failure | None
    ended: bool
    seconds: float
    seconds_to_first_report: float | None


class ScriptProbe:
    """Runs one script, any number of times, in one folder.

    Args:
        script: The script.
        folder: Holds its output and its checkpoint; must exist.
        binary: What runs the script; the current interpreter by default.
        as_json: Whether the configuration is passed as a JSON file.
        time_limit: Seconds after which a run is ended.
    """

    def __init__(
        self,
        script: str,
        folder: Path,
        binary: str | None = None,
        as_json: bool = False,
        time_limit: float = 60.0,
    ) -> None:
        self._script = script
        self._folder = folder
        self._binary = [sys.executable] if binary is None else shlex.split(binary)
        self._json_file = folder / "config.json" if as_json else None
        self._time_limit = time_limit
        self._num_runs = 0

    @property
    def checkpoints(self) -> Path:
        """Folder for the checkpoint of the script."""
        return self._folder / "checkpoints"

    def wrote_checkpoint(self) -> bool:
        """Whether the script has written anything into its checkpoint folder."""
        return self.checkpoints.is_dir() and any(self.checkpoints.iterdir())

    def run(self, config: Mapping[str, Any], enough_reports: int | None = None) -> ScriptRun:
        """Starts the script, with the checkpoint that earlier runs have left.

        Args:
            config: The configuration.
            enough_reports: The run is ended after so many reports; ``None`` waits until it ends by itself.
        """
        if self._json_file is not None:
            jsonio.write_json(self._json_file, config)
        command = [*self._binary, self._script, *script_arguments(config, self.checkpoints, self._json_file)]
        out, err = (self._folder / f"{name}.{self._num_runs}" for name in ("out", "err"))
        self._num_runs += 1
        environment = {name: value for name, value in os.environ.items() if name not in _CHANNELS}
        started = time.time()
        try:
            with open(out, "wb") as stdout, open(err, "wb") as stderr:
                process = subprocess.Popen(
                    command, stdout=stdout, stderr=stderr, env=environment, start_new_session=True
                )
        except OSError as error:
            failure = Failure(FailureCause.CANNOT_START, f"{command[0]!r} could not be started: {error.strerror}")
            return ScriptRun(tuple(command), (), failure, ended=True, seconds=0.0, seconds_to_first_report=None)
        ended = self._watch(process, out, started, enough_reports)
        return _summary(command, process, ended, (out, err), started)

    def _watch(self, process: subprocess.Popen[bytes], out: Path, started: float, enough: int | None) -> bool:
        """Waits until the run ends, enough is known, or time is up; returns whether it ended by itself."""
        while time.time() - started < self._time_limit:
            if process.poll() is not None:
                return True
            if enough is not None and len(retrieve(read_lines(out))) >= enough:
                break
            time.sleep(_POLL_SECONDS)
        _end(process)
        return False


def _end(process: subprocess.Popen[bytes]) -> None:
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, number)
        except ProcessLookupError:
            break
        try:
            process.wait(_SECONDS_TO_DIE)
        except subprocess.TimeoutExpired:
            continue
        break
    process.wait()


def _summary(
    command: Sequence[str],
    process: subprocess.Popen[bytes],
    ended: bool,
    logs: tuple[Path, Path],
    started: float,
) -> ScriptRun:
    reports = retrieve(read_lines(logs[0]))
    failure = None
    if ended and process.returncode != 0:
        output, errors = (last_lines(log, _LOG_LINES) for log in logs)
        record = ExitRecord(ended=time.time(), code=process.returncode)
        failure = classify(record, RunSpec(list(command), os.getcwd(), {}, {}), errors, output)
    first = reports[0].get(ST_WORKER_TIMESTAMP) if reports else None
    return ScriptRun(
        command=tuple(command),
        reports=tuple(reports),
        failure=failure,
        ended=ended,
        seconds=time.time() - started,
        seconds_to_first_report=None if first is None else max(0.0, first - started),
    )
