"""The log of an experiment: append-only, checksummed, and the only truth about it.

Every suggestion, report, decision, change of status and action of the user is one line of ``events.jsonl``::

    1f0c93aa {"seq":12,"time":1732257983.2,"elapsed":4.1,"kind":"report","trial_id":3,"result":{...},...}

eight hexadecimal digits of CRC-32 over the JSON text, a space, the JSON text, a newline. ``seq`` counts lines from 0,
``time`` is in seconds since the epoch, ``elapsed`` in seconds during which a tuner was running. Kinds and their fields:

=========  ========================================================================================================
session    ``resumed, n_workers``, and of a real run ``version, pid, host, python, name``: one run of the tuner begins
suggest    ``action`` (start, resume, exhausted), ``trial_id, config, checkpoint_trial_id, reason, facts``
report     ``trial_id, result, status`` (before the decision), ``decision, reason, facts``
reports    many of these at once, see below; readers see each of them as ``report``
stretch    many events of a simulation, likewise
status     ``trial_id, status`` (Completed, Failed, Stopped), ``failure``
retry      ``trial_id, failure``: a lost trial is started again
user       ``action, details``
end        ``reason``: the run of the tuner ended in an orderly way; trials that are running then were stopped with it
=========  ========================================================================================================

A simulation writes reports that change nothing in blocks (:class:`~syne_tune.report_block.ReportBlock`). A line of kind
``reports`` stands for ``n`` events, the first of which has its ``seq``: ``trial_ids`` and ``times`` have one entry per
report, ``rows`` one list of values each, in order of ``names``; ``answers`` are reasons and facts, ``answer_of`` says
which of them is that of which trial, if it is not the first; ``elapsed`` is ``elapsed_before + (time - since)``.

A stretch (:class:`~syne_tune.stretch.Stretch`) is all that happens in a simulation between two moments, in columns.

A line that was cut short by a crash can only be the last one. It is dropped: whatever it described is decided again,
in the same way, because schedulers are deterministic. Damage anywhere else is an error.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from syne_tune.background_sync import BackgroundSync
from syne_tune.errors import EventLogError
from syne_tune.event_lines import MANY, Event, decode_line, encode_block, encode_event, encode_stretch
from syne_tune.report_block import ReportBlock
from syne_tune.stretch import Stretch

__all__ = ["Event", "EventLog", "read_events"]

_BUFFER_BYTES = 1 << 16
_BEGINNING = re.compile(rb"[0-9a-f]{8} \{")


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
                if _hides_an_event(line):
                    raise _damage(path, torn, expected)
                continue
            if torn is not None or event["seq"] != expected:
                raise _damage(path, torn or number, expected)
            offset += len(line)
            expected += event["n"] if event["kind"] in MANY else 1
            yield event, offset


def _hides_an_event(line: bytes) -> bool:
    """Whether a damaged line ends with an intact one, because the newline between them is damaged."""
    return any(decode_line(line[match.start() :]) is not None for match in _BEGINNING.finditer(line, 1))


def _damage(path: Path, number: int, expected: int) -> EventLogError:
    return EventLogError(
        f"{path}: line {number} is damaged or missing (expected event {expected}), but "
        "intact events follow, so this is not the trace of a crash. Restore the file from a "
        f"copy, or cut it before that line ('head -n {number - 1}') to continue from there"
    )


def read_events(path: str | os.PathLike[str]) -> Iterator[Event]:
    """Reads a log, which may be growing.

    Args:
        path: The file ``events.jsonl``.

    Yields:
        Events in order, reports one by one; a torn last line is left out.

    Raises:
        EventLogError: If the log is damaged before its end.
        OSError: If the file cannot be read.
    """
    for event, _ in _scan(Path(path)):
        yield from MANY[event["kind"]](event) if event["kind"] in MANY else (event,)


class EventLog:
    """The log of one experiment, open for appending by its one live tuner.

    Opening cuts a torn tail off the file; appending is a single write, which is forced to the disk within milliseconds.

    Args:
        path: The file ``events.jsonl``; created if missing.
        is_buffered: Whether lines are collected and written some at a time. For simulations only: what a crash takes
            away is simulated again, in the same way.

    Raises:
        EventLogError: If the log is damaged before its end.
        OSError: If the file cannot be opened for writing.

    Attributes:
        num_events: Number of events appended so far, by this and earlier runs.
        first_time: Time of the first event.
        last_time: Time of the last event.
        last_elapsed: Running time at the last event, when the log was opened.
    """

    def __init__(self, path: str | os.PathLike[str], is_buffered: bool = False) -> None:
        self.path = Path(path)
        self.path.touch()
        self.num_events, self.last_elapsed, self.first_time, self.last_time = 0, 0.0, 0.0, 0.0
        end = 0
        for line, offset in _scan(self.path):
            end = offset
            self._note(line)
        self._num_written = self.num_events
        self._fd = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC)
        os.ftruncate(self._fd, end)
        self._size = end
        self._sync = None if is_buffered else BackgroundSync(self._fd)
        self._buffer: list[bytes] = []
        self._buffered_bytes = 0

    def _note(self, line: Event) -> None:
        """Takes a line into account that was there before."""
        last = line
        if line["kind"] in MANY:
            *_, last = MANY[line["kind"]](line)
        elif self.num_events == 0:
            self.first_time = line["time"]
        self.num_events = last["seq"] + 1
        self.last_time, self.last_elapsed = last["time"], last["elapsed"]

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
        return self.append_together(kind, now, elapsed, [fields])[0]

    def append_together(
        self, kind: str, now: float, elapsed: float, all_fields: Sequence[Mapping[str, Any]]
    ) -> list[Event]:
        """Appends several events of one kind and time, by a single write.

        Args:
            kind: See the table at the top of this file.
            now: Seconds since the epoch.
            elapsed: Seconds during which a tuner was running.
            all_fields: Per event, what happened; JSON-ready.

        Returns:
            The events as a reader will see them.

        Raises:
            EventLogError: As for :meth:`append`; then none of them is in the log.
        """
        numbered = enumerate(all_fields, start=self.num_events)
        events = [{"seq": seq, "time": now, "elapsed": elapsed, "kind": kind, **fields} for seq, fields in numbered]
        if events:
            self._append(b"".join(map(encode_event, events)), len(events))
        return events

    def append_block(self, block: ReportBlock) -> None:
        """Appends many reports, as one line.

        Args:
            block: At least one report.

        Raises:
            EventLogError: As for :meth:`append`.
        """
        self._append(encode_block(self.num_events, block), len(block))

    def append_stretch(self, stretch: Stretch) -> None:
        """Appends all events of a stretch of a simulation, as one line.

        Args:
            stretch: At least one event.

        Raises:
            EventLogError: As for :meth:`append`.
        """
        self._append(encode_stretch(self.num_events, stretch), len(stretch))

    def _append(self, line: bytes, num_events: int) -> None:
        self._buffer.append(line)
        self._buffered_bytes += len(line)
        self.num_events += num_events
        if self._sync is not None or self._buffered_bytes >= _BUFFER_BYTES:
            self.flush()

    def flush(self) -> None:
        """Writes what has been collected.

        Raises:
            EventLogError: As for :meth:`append`.
        """
        if not self._buffer:
            return
        data = self._buffer[0] if len(self._buffer) == 1 else b"".join(self._buffer)
        self._buffer.clear()
        self._buffered_bytes = 0
        try:
            written = os.write(self._fd, data)
            if self._sync is not None:
                self._sync.note_write()
        except OSError as error:
            raise self._failed(error.strerror or str(error)) from None
        if written < len(data):
            raise self._failed("only a part of the line could be written")
        self._size += written
        self._num_written = self.num_events

    def _failed(self, why: str) -> EventLogError:
        os.ftruncate(self._fd, self._size)
        self.num_events = self._num_written
        return EventLogError(
            f"{self.path}: cannot append event {self.num_events} ({why}). Everything before it is safe. "
            f"Free space on this disk, then continue with Tuner.load({str(self.path.parent)!r}).run()"
        )

    def close(self) -> None:
        """Forces everything to the disk, and closes the file."""
        try:
            self.flush()
            if self._sync is not None:
                self._sync.close()
        finally:
            os.close(self._fd)

    def __enter__(self) -> EventLog:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()
