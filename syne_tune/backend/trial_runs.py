"""What a trial has reported in all of its runs, as one list that only grows.

The list is a function of the files alone: read again from the beginning, after whatever crash, it is the same.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable

from syne_tune.backend.failures import LOG_TAIL_LINES, classify
from syne_tune.backend.files import ExitRecord, RunFiles, RunSpec, TrialFiles, file_size, last_lines
from syne_tune.backend.repeated_reports import RepeatedReports
from syne_tune.report import read_channel, read_output
from syne_tune.trial import Failure, Result

_CHUNK_BYTES = 1 << 20
_CHECK_INTERVAL = 1.0

Parse = Callable[[bytes], tuple[list[Result], int, int]]


class GrowingFile:
    """Reads a file that others append to, each byte once.

    Args:
        path: The file; need not exist yet.
        parse: From bytes to reports, the number of bytes that need not be looked at again, and the number of
            damaged reports.
        start: Where to begin, in bytes.
    """

    def __init__(self, path: str | os.PathLike[str], parse: Parse, start: int = 0) -> None:
        self._path = os.fspath(path)
        self._parse = parse
        self._offset = self._size_seen = start

    def has_grown(self) -> bool:
        """Whether there is something new to read."""
        return file_size(self._path) > self._size_seen

    def read_new(self, limit: int | None = None) -> list[Result]:
        """Reports since the last call.

        Args:
            limit: Where the part of the file to be read ends, in bytes.
        """
        size = file_size(self._path)
        if limit is not None:
            size = min(size, limit)
        if size <= self._size_seen:
            return []
        self._size_seen = size
        reports: list[Result] = []
        with open(self._path, "rb") as file:
            position = file.seek(self._offset)
            pending = b""
            while position < size:
                chunk = file.read(min(_CHUNK_BYTES, size - position))
                position += len(chunk)
                found, consumed, _ = self._parse(pending + chunk)
                pending = (pending + chunk)[consumed:]
                reports += found
            self._offset = position - len(pending)
        return reports


class Run:
    """One run of a trial, as seen by the backend.

    Args:
        files: Its folder.
        spec: What was to be started.
    """

    def __init__(self, files: RunFiles, spec: RunSpec) -> None:
        self.files = files
        self.spec = spec
        self.exit: ExitRecord | None = None
        self._channel_path = os.fspath(files.reports)
        self._channel = GrowingFile(self._channel_path, read_channel)
        self._stdout: GrowingFile | None = None
        self._uses_stdout = files.reports_come_from_stdout()
        self._uses_channel = False
        self._next_check = 0.0

    def has_ended(self) -> bool:
        """Whether the run is over."""
        if self.exit is None:
            self.exit = self.files.exit()
        if self.exit is None and self._is_folder_gone():
            self.exit = ExitRecord(time.time(), lost="its folder has been deleted")
        return self.exit is not None

    def _is_folder_gone(self) -> bool:
        now = time.monotonic()
        if now < self._next_check:
            return False
        self._next_check = now + _CHECK_INTERVAL
        return not self.files.exists()

    def failure(self) -> Failure:
        """Why the run, which has ended, has failed."""
        assert self.exit is not None, "asked only once it has ended"
        claim = self.files.claim()
        starts = (claim.stderr_start, claim.stdout_start) if claim is not None else (0, 0)
        errors = last_lines(self.files.stderr, LOG_TAIL_LINES, starts[0])
        output = last_lines(self.files.stdout, LOG_TAIL_LINES, starts[1])
        return classify(self.exit, self.spec, errors, output)

    def is_silent(self) -> bool:
        """Whether nothing wakes the tuner when the run reports, because its script does not use a reporter."""
        return not self._has_channel()

    def _has_channel(self) -> bool:
        if not self._uses_channel and not self._uses_stdout:
            self._uses_channel = os.path.exists(self._channel_path)
        return self._uses_channel

    def has_new_output(self) -> bool:
        """Whether a silent run has written anything since it was read."""
        stdout = self._open_stdout()
        return stdout is not None and stdout.has_grown()

    def new_reports(self) -> list[Result]:
        """Reports since the last call.

        Standard output counts only until there is a channel, and is read before looking for one: the reporter
        creates the channel before it prints.
        """
        if self._has_channel():
            return self._channel.read_new()
        printed = self._read_stdout()
        if printed and self._has_channel():
            return self._channel.read_new()
        if printed and not self._uses_stdout:
            self.files.note_reports_come_from_stdout()
            self._uses_stdout = True
        return printed

    def _read_stdout(self) -> list[Result]:
        stdout = self._open_stdout()
        limit = self.exit.stdout_end if self.exit is not None else None
        return [] if stdout is None else stdout.read_new(limit)

    def _open_stdout(self) -> GrowingFile | None:
        claim = self.files.claim() if self._stdout is None else None
        if claim is not None:
            self._stdout = GrowingFile(self.files.stdout, read_output, claim.stdout_start)
        return self._stdout


class TrialRuns:
    """All runs of a trial.

    Args:
        files: Its folder.

    Attributes:
        runs: Run by number. A number is missing if the folder of the run is.
        count: How many runs there have been.
        metrics: All reports, in order; those that a repeated run makes again are left out.
        is_complete: Whether the latest run has ended and ``metrics`` holds all it reported.
    """

    def __init__(self, files: TrialFiles) -> None:
        self.files = files
        self.runs: dict[int, Run] = {}
        self.count = 0
        self.metrics: list[Result] = []
        self.is_complete = False
        self._reading = 0
        self._is_begun = False
        self._repeated = RepeatedReports()

    @property
    def last(self) -> Run | None:
        """The latest run."""
        return self.runs.get(self.count - 1)

    def add(self, spec: RunSpec) -> Run:
        """Appends a run.

        Args:
            spec: What was to be started.
        """
        self.runs[self.count] = run = Run(self.files.run(self.count), spec)
        self.count += 1
        return run

    def recall(self, count: int) -> list[tuple[int, Run]]:
        """Appends the runs that another object has started.

        Args:
            count: How many runs there have been in total.

        Returns:
            Number and run of each of them; those left out whose folder is gone.
        """
        found = []
        while self.count < count:
            spec = self.files.run(self.count).spec()
            if spec is None:
                self.count += 1
            else:
                found.append((self.count, self.add(spec)))
        return found

    def read(self) -> None:
        """Takes in what is new. A run is read only once the one before has ended and been read to its end."""
        while self._reading < self.count:
            run = self.runs.get(self._reading)
            has_ended = run is None or run.has_ended()  # asked first: then all reports are there
            if run is not None:
                self._take(run)
            is_last = self._reading == self.count - 1
            self.is_complete = has_ended and is_last
            if is_last or not has_ended:
                return
            self._reading += 1
            self._is_begun = False

    def _take(self, run: Run) -> None:
        if not self._is_begun:
            self._is_begun = True
            spec = run.spec
            self._repeated.begin(
                self.metrics, resource_attr=spec.resource_attr, retry=spec.retry, from_scratch=spec.from_scratch
            )
        for report in run.new_reports():
            if not self._repeated.is_repeated(report, run.spec.resource_attr):
                self.metrics.append(report)
