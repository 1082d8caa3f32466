"""The log of an experiment: append-only, checksummed, and the only truth about it.

Every suggestion, report, decision, change of status and action of the user is one line of ``events.jsonl``::

    1f0c93aa {"seq":12,"time":1732257983.2,"elapsed":4.1,"kind":"report","trial_id":3,"result":{...},...}

eight hexadecimal digits of CRC-32 over the JSON text, a space, the JSON text, a newline. ``seq`` counts lines from 0,
``time`` is in seconds since the epoch, ``elapsed`` in seconds during which a tuner was running. Kinds and their fields:

=========  ========================================================================================================
session    ``version, pid, host, python, resumed, name, n_workers``: one run of the tuner begins
suggest    ``action`` (start, resume, exhausted), ``trial_id, config, checkpoint_trial_id, reason, facts``
report     ``trial_id, result, status`` (before the decision), ``decision, reason, facts``
status     ``trial_id, status`` (Completed, Failed, Stopped), ``failure``
retry      ``trial_id, failure``: a lost trial is started again
user       ``action, details``
end        ``reason``: the run of the tuner ended in an orderly way
=========  ========================================================================================================

A line that was cut short by a crash can only be the last one. It is dropped: whatever it described is decided again,
in the same way, because schedulers are deterministic. Damage anywhere else is an error.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from syne_tune import jsonio
from syne_tune.background_sync import BackgroundSync
from syne_tune.errors import EventLogError

Event = dict[str, Any]
_CRC_DIGITS = 8


def encode_event(event: Event) -> bytes:
    """One line of the log, newline included."""
    text = jsonio.dumps(event).encode()
    return b"%08x %s\n" % (zlib.crc32(text), text)


def decode_line(line: bytes) -> Event | None:
    """Inverts :func:`encode_event`; ``None`` if the line is damaged or incomplete."""
    text = line[_CRC_DIGITS + 1 : -1]
    if line != b"%08x %s\n" % (zlib.crc32(text), text):
        return None
    event = jsonio.loads(text)
    return event if isinstance(event, dict) else None


def _scan(path: Path) -> Iterator[tuple[Event, int]]:
    """Yields intact events, each with the offset behind its line; stops before a torn tail.

    Raises:
        EventLogError: If a damaged line is followed by an intact one, or the sequence has a gap.
    """
    offset, expected = 0, 0
    torn: int | None = None
    with open(path, "rb") as file:
        for number, line in enumerate(file, start=1):
            event = decode_line(line)
            if event is None:
                torn = torn or number
                continue
            if torn is not None or event["seq"] != expected:
                raise EventLogError(
                    f"{path}: line {torn or number} is damaged or missing (expected event {expected}), but "
                    "intact events follow, so this is not the trace of a crash. Restore the file from a "
                    f"copy, or cut it before that line ('head -n {(torn or number) - 1}') to continue from there"
                )
            offset += len(line)
            expected += 1
            yield event, offset


def read_events(path: str | os.PathLike[str]) -> Iterator[Event]:
    """Reads a log, which may be growing.

    Args:
        path: The file ``events.jsonl``.

    Yields:
        Events in order; a torn last line is left out.

    Raises:
        EventLogError: If the log is damaged before its end.
        OSError: If the file cannot be read.
    """
    for event, _ in _scan(Path(path)):
        yield event


class EventLog:
    """The log of one experiment, open for appending by its one live tuner.

    Opening cuts a torn tail off the file; appending is a single write, which is forced to the disk within milliseconds.

    Args:
        path: The file ``events.jsonl``; created if missing.

    Raises:
        EventLogError: If the log is damaged before its end.
        OSError: If the file cannot be opened for writing.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        self.path.touch()
        self.num_events, self.last_elapsed = 0, 0.0
        end = 0
        for event, offset in _scan(self.path):
            end = offset
            self.num_events += 1
            self.last_elapsed = event["elapsed"]
        self._fd = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC)
        os.ftruncate(self._fd, end)
        self._size = end
        self._sync = BackgroundSync(self._fd)

    def append(self, kind: str, now: float, elapsed: float, **fields: Any) -> Event:
        """Appends one event.

        Args:
            kind: See the table at the top of this file.
            now: Seconds since the epoch.
            elapsed: Seconds during which a tuner was running.
            **fields: What happened; JSON-ready.

        Returns:
            The event as a reader will see it.

        Raises:
            EventLogError: If the disk is full; the partial line is cut off again.
        """
        event: Event = {"seq": self.num_events, "time": now, "elapsed": elapsed, "kind": kind, **fields}
        line = encode_event(event)
        try:
            written = os.write(self._fd, line)
            self._sync.note_write()
        except OSError as error:
            raise self._failed(str(error)) from error
        if written < len(line):
            raise self._failed("only a part of the line could be written")
        self._size += written
        self.num_events += 1
        return event

    def _failed(self, why: str) -> EventLogError:
        os.ftruncate(self._fd, self._size)
        return EventLogError(
            f"{self.path}: cannot append event {self.num_events} ({why}). Everything before it is safe. "
            "Free space on this disk, then resume the experiment"
        )

    def close(self) -> None:
        """Forces everything to the disk, and closes the file."""
        try:
            self._sync.close()
        finally:
            os.close(self._fd)

    def __enter__(self) -> EventLog:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()
