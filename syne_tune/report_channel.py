r"""The report channel: a file to which a trial appends its reports, apart from everything else it prints.

One line per report::

    <checksum> <number> <report>\n

``report`` is JSON as of :mod:`syne_tune.jsonio` (floats exact, non-finite ones tagged), ``number`` counts the
lines of the file from 0, ``checksum`` is the CRC-32 of ``<number> <report>`` as eight hexadecimal digits.
Lines are only ever appended, each with a single write, by any number of threads and processes. Whatever a
process that died left of its last line is closed by the next writer with a newline, fails its checksum, and
is skipped by readers.

Standard library only, and cheap to import, because it runs inside every training job.
"""

from __future__ import annotations

import fcntl
import os
import threading
from zlib import crc32

from syne_tune.errors import ReportError
from syne_tune.jsonio import loads

TYPE_CHECKING = False  # importing `typing` would cost every training job milliseconds
if TYPE_CHECKING:
    from typing import Any

_TAIL_BYTES = 1 << 17  # more than two reports of the largest size allowed

DELIVERY_LOCK = threading.RLock()
"""Held while a report is made, so that running numbers and the order of lines agree among threads.

Re-entrant, so that a signal handler may report too. Nobody forks meanwhile: the child starts with a whole state.
"""

os.register_at_fork(
    before=DELIVERY_LOCK.acquire, after_in_parent=DELIVERY_LOCK.release, after_in_child=DELIVERY_LOCK.release
)

_channels: dict[str, ReportChannel] = {}


def open_channel(path: str) -> None:
    """Creates the file of a channel if it is not there yet, which tells the backend that it is in use.

    Raises:
        ReportError: If the file cannot be opened for writing.
    """
    with DELIVERY_LOCK:
        if path not in _channels:
            _channels[path] = ReportChannel(path)


def append_report(path: str, text: str) -> None:
    """Appends one report to a channel.

    Args:
        path: File of the channel.
        text: The report as one line of JSON.

    Raises:
        ReportError: If the disk is full or the file cannot be written; the channel stays usable.
    """
    with DELIVERY_LOCK:
        open_channel(path)
        _channels[path].append(text)


def wake(path: str) -> None:
    """Writes one byte to a FIFO at whose other end a tuner may wait. Never blocks.

    The byte is only a hint to look at the channel now instead of a little later. Hence nothing is wrong if
    nobody listens, the FIFO is full (the tuner will look anyway) or gone (the tuner has ended).
    """
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_NONBLOCK)
    except OSError:
        return
    try:
        os.write(descriptor, b"\0")
    except OSError:
        return
    finally:
        os.close(descriptor)


def read_channel(data: bytes) -> tuple[list[dict[str, Any]], int, int]:
    """Parses what was read from a channel, starting at the beginning of a line.

    To follow a growing file, read on from where the last call stopped consuming.

    Returns:
        The reports of all complete lines, in order; the number of bytes they took, up to and including the
        last newline; and how many of the lines were damaged, and therefore skipped.
    """
    end = data.rfind(b"\n") + 1
    lines = [line for line in data[:end].split(b"\n") if line]
    parsed = [_parse(line) for line in lines]
    reports = [item[1] for item in parsed if item is not None]
    return reports, end, len(lines) - len(reports)


def _format(number: int, text: str) -> bytes:
    body = f"{number} {text}".encode()
    return b"%08x %s\n" % (crc32(body), body)


def _parse(line: bytes) -> tuple[int, dict[str, Any]] | None:
    checksum, _, body = line.partition(b" ")
    if checksum != b"%08x" % crc32(body):
        return None
    number, _, text = body.partition(b" ")
    return int(number), loads(text)


class ReportChannel:
    """The writing end of a channel. Creates the file if it is not there yet.

    A lock on the file keeps processes apart. As long as the file ends where this object left it, the next number is
    known; otherwise somebody else has written, and the end of the file is inspected.

    Args:
        path: The file.

    Raises:
        ReportError: If the file cannot be opened for writing.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self._next_number = 0
        self._end = -1
        try:
            self._file = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o644)
        except OSError as error:
            raise _unwritable(path, error) from error

    def append(self, text: str) -> None:
        """Appends one report.

        Args:
            text: The report as one line of JSON.

        Raises:
            ReportError: If the disk is full or the file cannot be written; the channel stays usable.
        """
        self._exclude_others(fcntl.LOCK_EX)
        try:
            self._append_locked(text)
        except OSError as error:
            raise _unwritable(self.path, error) from error
        finally:
            self._exclude_others(fcntl.LOCK_UN)

    def close(self) -> None:
        """Closes the file."""
        os.close(self._file)

    def _exclude_others(self, operation: int) -> None:
        try:
            fcntl.lockf(self._file, operation)  # held by the process, hence also against children it forked
        except OSError:
            return  # some network file systems have no locks; an append is whole nevertheless

    def _append_locked(self, text: str) -> None:
        size = os.fstat(self._file).st_size
        heal = b"" if size == self._end else self._inspect(size)
        line = heal + _format(self._next_number, text)
        written = os.write(self._file, line)
        while written < len(line):  # the disk is nearly full: the next write says so, or fits after all
            written += os.write(self._file, line[written:])
        self._end = size + written
        self._next_number += 1

    def _inspect(self, size: int) -> bytes:
        """Finds the next number; returns what closes the torn line that a dead process left, if any."""
        tail = os.pread(self._file, _TAIL_BYTES, max(0, size - _TAIL_BYTES))
        good = (_parse(line) for line in reversed(tail.split(b"\n")))
        self._next_number = next((item[0] + 1 for item in good if item is not None), 0)
        return b"" if tail[-1:] in (b"", b"\n") else b"\n"


def _unwritable(path: str, error: OSError) -> ReportError:
    return ReportError(
        f"The report could not be written to {path!r}: {error.strerror}. Make sure that the disk has space "
        "left and that the file may be written"
    )
