"""Where a trial keeps its files, and what stands in those through which backend and worker host agree.

::

    <trial id>/
      config.json   std.out   std.err   checkpoints/   stop   pause   end
      runs/<k>/
        run.json       what to start; written by the backend
        pid.json       which process is run k; written by that process itself, once
        end            the run shall end; written by the backend
        exit.json      how it ended; written by the worker host
        reports.jsonl  what it reported; written by the training script

A trial has run 0, and one more each time it is resumed or retried. None of these files is ever changed once it is
there, so whoever comes later, after whatever crash, reads the same facts.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from syne_tune.jsonio import dumps, plain, read_json, write_json

_TAIL_BYTES = 1 << 16


class RunSpec(NamedTuple):
    """What to start.

    Args:
        argv: Interpreter or launcher, script, arguments.
        cwd: Working directory.
        env: Environment variables that differ from those of the tuner; never all of them, since they hold secrets.
        config: Configuration of the trial.
        warm: Whether the worker host runs the script in a fork of itself, instead of starting ``argv[0]``.
        timeout: Seconds after which the run is ended; ``None`` for no limit.
        grace: Seconds between asking the process to end and killing it.
        after: Folders of runs that must be over before this one may start.
        gpus: Numbers of the GPU slots the run occupies.
        retry: Whether the run repeats the one before, which was lost or interrupted.
        resource_attr: Name of the resource in reports, if there is one.
        from_scratch: Whether there was no checkpoint when the run was created.
        owner: Name of the experiment; a run of another one is not picked up, even if its configuration is the same.
    """

    argv: list[str]
    cwd: str
    env: dict[str, str]
    config: dict[str, Any]
    warm: bool = False
    timeout: float | None = None
    grace: float = 5.0
    after: Sequence[str] = ()
    gpus: Sequence[int] = ()
    retry: bool = False
    resource_attr: str | None = None
    from_scratch: bool = True
    owner: str = ""


class Claim(NamedTuple):
    """Which process is the run.

    Args:
        pid: Its process id, also the id of its process group.
        identity: Tells the process from others that had or will have the same id.
        started: Seconds since the epoch.
        stdout_start: Size of ``std.out`` when it started.
        stderr_start: Size of ``std.err`` when it started.
    """

    pid: int
    identity: str
    started: float
    stdout_start: int = 0
    stderr_start: int = 0


class ExitRecord(NamedTuple):
    """How the run ended.

    Args:
        ended: Seconds since the epoch.
        code: Exit code; negative for a signal; ``None`` if not known.
        told: Whether it was ended by order.
        timed_out: Whether it was ended for running too long.
        lost: Why nobody could see how it ended, or that it could not be started for lack of resources.
        cannot_start: Why the command could not be started.
        stdout_end: Size of ``std.out`` when it ended; ``None`` if not known.
    """

    ended: float
    code: int | None = None
    told: bool = False
    timed_out: bool = False
    lost: str | None = None
    cannot_start: str | None = None
    stdout_end: int | None = None

    def is_good(self) -> bool:
        """Whether the run has ended well by itself."""
        return self.code == 0 and not self.timed_out and not self.told


_Record = TypeVar("_Record", RunSpec, Claim, ExitRecord)


class RunFiles:
    """The folder of one run.

    Args:
        path: The folder, ``<trial id>/runs/<k>``.

    Attributes:
        key: The folder as a string.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.key = os.fspath(path)  # strings, not paths, since a starting trial waits for this
        self._spec = f"{self.key}/run.json"
        self._claim = f"{self.key}/pid.json"
        self._end_order = f"{self.key}/end"
        self._exit = f"{self.key}/exit.json"
        self._cannot_start = f"{self.key}/cannot_start.txt"
        self._mixed = f"{self.key}/reports_from_stdout"

    @property
    def path(self) -> Path:
        """The folder."""
        return Path(self.key)

    @property
    def reports(self) -> Path:
        """The report channel."""
        return Path(self.key, "reports.jsonl")

    @property
    def stdout(self) -> Path:
        """Standard output, of all runs of the trial."""
        return self.path.parents[1] / "std.out"

    @property
    def stderr(self) -> Path:
        """Standard error, of all runs of the trial."""
        return self.path.parents[1] / "std.err"

    def exists(self) -> bool:
        """Whether the folder exists."""
        return os.path.exists(self.key)

    def spec(self) -> RunSpec | None:
        """What to start; ``None`` if it has not been written yet, or cannot be read."""
        return _read(self._spec, RunSpec)

    def is_specified(self) -> bool:
        """Whether it says what to start, even if that cannot be read."""
        return os.path.exists(self._spec)

    def write_spec(self, spec: RunSpec) -> None:
        """Creates the folder and writes what to start."""
        os.makedirs(self.key, exist_ok=True)
        write_json(self._spec, spec._asdict(), indent=None)

    def claim(self) -> Claim | None:
        """Which process is the run; ``None`` if none has started."""
        return _read(self._claim, Claim)

    def is_claimed(self) -> bool:
        """Whether a process has started, even if what it wrote cannot be read."""
        return os.path.exists(self._claim)

    def write_claim(self, claim: Claim) -> bool:
        """Makes the calling process the run, unless another one is it already.

        Returns:
            Whether it worked.
        """
        try:
            file = os.open(self._claim, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
        except FileExistsError:
            return False
        os.write(file, dumps(claim._asdict()).encode())
        os.close(file)
        return True

    def is_to_end(self) -> bool:
        """Whether the run has been ordered to end."""
        return os.path.exists(self._end_order)

    def order_end(self) -> None:
        """Orders the run to end; the worker host must be told to look."""
        Path(self._end_order).touch()

    def exit(self) -> ExitRecord | None:
        """How the run ended; ``None`` if it has not."""
        return _read(self._exit, ExitRecord) if os.path.exists(self._exit) else None

    def write_exit(self, record: ExitRecord) -> None:
        """Writes how the run ended."""
        write_json(self._exit, record._asdict(), indent=None)

    def is_over(self) -> bool:
        """Whether the run has ended, or its folder is gone."""
        return os.path.exists(self._exit) or not self.exists()

    def cannot_start(self) -> str | None:
        """Why the forked process could not become the run; ``None`` if it could."""
        return Path(self._cannot_start).read_text() if os.path.exists(self._cannot_start) else None

    def write_cannot_start(self, message: str) -> None:
        """Leaves word that the forked process cannot become the run."""
        Path(self._cannot_start).write_text(message)

    def reports_come_from_stdout(self) -> bool:
        """Whether reports were found in ``std.out`` while there was no ``reports.jsonl``."""
        return os.path.exists(self._mixed)

    def note_reports_come_from_stdout(self) -> None:
        """Settles that the reports of this run are taken from ``std.out``, whatever appears later."""
        Path(self._mixed).touch()


class TrialFiles:
    """The folder of one trial.

    Args:
        root: Folder that holds all trials.
        trial_id: The trial.
    """

    def __init__(self, root: Path, trial_id: int) -> None:
        self.path = root / str(trial_id)
        self.config = self.path / "config.json"
        self.stdout = self.path / "std.out"
        self.stderr = self.path / "std.err"
        self.checkpoints = self.path / "checkpoints"
        self.stop_marker = self.path / "stop"
        self.pause_marker = self.path / "pause"
        self.end_marker = self.path / "end"

    def run(self, number: int) -> RunFiles:
        """Folder of one run."""
        return RunFiles(self.path / "runs" / str(number))

    def has_checkpoint(self) -> bool:
        """Whether there is anything in ``checkpoints/``."""
        return self.checkpoints.is_dir() and any(self.checkpoints.iterdir())

    def remove_markers(self) -> None:
        """Removes ``stop``, ``pause`` and ``end``."""
        for marker in (self.stop_marker, self.pause_marker, self.end_marker):
            marker.unlink(missing_ok=True)

    def mark_end(self, time: float) -> None:
        """Writes ``end``, unless the folder has been deleted.

        Args:
            time: Seconds since the epoch.
        """
        if self.path.is_dir():
            self.end_marker.write_text(repr(time))

    def move_aside(self) -> None:
        """Renames the folder to ``<trial id>.stale-<n>``, because it belongs to something else."""
        self.path.rename(_first_free(self.path.parent, f"{self.path.name}.stale"))

    def move_run_aside(self, number: int) -> None:
        """Renames the folder of a run to ``runs/<k>.stale-<n>``, because it belongs to something else."""
        path = self.run(number).path
        path.rename(_first_free(path.parent, f"{path.name}.stale"))


def same_config(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether two configurations are the same once written to a file."""
    return bool(dumps(one) == dumps(other) or plain(one) == plain(other))


def last_lines(path: Path, number: int, start: int = 0) -> list[str]:
    """The last lines of a file, reading only its end.

    Args:
        path: The file; need not exist.
        number: How many lines.
        start: Where in the file to begin at the earliest, in bytes.
    """
    try:
        with open(path, "rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(start, size - _TAIL_BYTES))
            text = file.read(_TAIL_BYTES).decode(errors="replace")
    except FileNotFoundError:
        return []
    return text.splitlines()[-number:]


def read_lines(path: Path) -> list[str]:
    """All lines of a log; none if there is no such file."""
    return path.read_text(errors="replace").splitlines() if path.exists() else []


def file_size(path: str | os.PathLike[str]) -> int:
    """Size in bytes; 0 if there is no such file."""
    try:
        return os.stat(path).st_size
    except FileNotFoundError:
        return 0


def _read(path: str, record: type[_Record]) -> _Record | None:
    try:
        fields = read_json(path)
    except (FileNotFoundError, ValueError):
        return None
    return record(**{name: value for name, value in fields.items() if name in record._fields})


def _first_free(folder: Path, name: str) -> Path:
    number = 0
    while (folder / f"{name}-{number}").exists():
        number += 1
    return folder / f"{name}-{number}"
