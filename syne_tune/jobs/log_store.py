"""Log groups, streams and events, as CloudWatch Logs has them, in the database."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from syne_tune.clock import Clock
from syne_tune.jobs.api_error import ApiError
from syne_tune.jobs.database import Database

TRAINING_JOBS = "/aws/sagemaker/TrainingJobs"
"""The log group of all training jobs."""


@dataclass(frozen=True)
class LogEvent:
    """One line.

    Args:
        id: Increases in the order in which events arrived.
        stream: Name of its stream.
        time: Milliseconds since the epoch.
        ingested: When it arrived, likewise.
        message: Without the newline.
    """

    id: int
    stream: str
    time: int
    ingested: int
    message: str


@dataclass(frozen=True)
class EventRange:
    """Which events are wanted; a place is the time and the id of an event.

    Args:
        start: First time, in milliseconds since the epoch.
        end: Time after the last.
        after: Only events after this place.
        before: Only events before this place.
        contains: Only messages that contain this.
    """

    start: int = 0
    end: int = 2**62
    after: tuple[int, int] = (-1, -1)
    before: tuple[int, int] = (2**62, 0)
    contains: str = ""


class LogStore:
    """Reads and writes log events.

    Args:
        database: Where they are.
        clock: Tells the time.
        delay: Says for each message and its position in the stream after how many seconds it shows; ``None`` if never.
    """

    def __init__(
        self, database: Database, clock: Clock, delay: Callable[[str, int], float | None] = lambda *_: 0.0
    ) -> None:
        self._database = database
        self._clock = clock
        self._delay = delay
        self._counts: dict[tuple[str, str], int] = {}

    def create_group(self, group: str) -> bool:
        """Creates a group; returns whether it is new."""
        return self._database.write("INSERT OR IGNORE INTO log_groups VALUES (?, ?)", (group, self._now())) > 0

    def create_stream(self, group: str, stream: str) -> bool:
        """Creates a stream; returns whether it is new."""
        self.check_group(group)
        values = (group, stream, self._now())
        return self._database.write("INSERT OR IGNORE INTO log_streams VALUES (?, ?, ?)", values) > 0

    def groups(self, prefix: str) -> list[tuple[str, int]]:
        """Names and creation times of groups whose name begins so."""
        rows = self._database.rows("SELECT name, created FROM log_groups ORDER BY name")
        return [(str(name), _integer(created)) for name, created in rows if str(name).startswith(prefix)]

    def streams(self, group: str, prefix: str = "") -> list[tuple[str, int]]:
        """Names and creation times of streams whose name begins so, in order of the names.

        Raises:
            ApiError: ``ResourceNotFoundException`` if there is no such group.
        """
        self.check_group(group)
        statement = "SELECT name, created FROM log_streams WHERE log_group = ? AND name >= ? AND name < ? ORDER BY name"
        values = (group, prefix, prefix + chr(sys.maxunicode))
        return [(str(name), _integer(created)) for name, created in self._database.rows(statement, values)]

    def check_group(self, group: str) -> None:
        """Refuses a group that does not exist."""
        if not self._database.rows("SELECT 1 FROM log_groups WHERE name = ?", (group,)):
            raise ApiError("ResourceNotFoundException", f"The specified log group does not exist: {group}")

    def check_stream(self, group: str, stream: str) -> None:
        """Refuses a stream that does not exist."""
        self.check_group(group)
        if not self._database.rows("SELECT 1 FROM log_streams WHERE log_group = ? AND name = ?", (group, stream)):
            raise ApiError("ResourceNotFoundException", f"The specified log stream does not exist: {stream}")

    def delete_stream(self, group: str, stream: str) -> None:
        """Deletes a stream with its events."""
        self.check_stream(group, stream)
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM log_events WHERE log_group = ? AND stream = ?", (group, stream))
            connection.execute("DELETE FROM log_streams WHERE log_group = ? AND name = ?", (group, stream))
            self._counts.pop((group, stream), None)

    def delete_group(self, group: str) -> None:
        """Deletes a group with its streams."""
        self.check_group(group)
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM log_events WHERE log_group = ?", (group,))
            connection.execute("DELETE FROM log_streams WHERE log_group = ?", (group,))
            connection.execute("DELETE FROM log_groups WHERE name = ?", (group,))
            self._counts = {key: count for key, count in self._counts.items() if key[0] != group}

    def write(
        self, group: str, stream: str, events: Sequence[tuple[int, str]], source: tuple[str, int] | None = None
    ) -> None:
        """Appends events.

        Args:
            group: The group.
            stream: The stream.
            events: Milliseconds since the epoch and message of each.
            source: Name of what they were read from and the position after them; remembered together with the
                events, so that after a crash none is missing or there twice.
        """
        now = self._now()
        with self._database.transaction() as connection:
            first = self._count(group, stream)
            for position, (time, message) in enumerate(events, first):
                delay = self._delay(message, position)
                visible = None if delay is None else now + round(1000 * delay)
                connection.execute(
                    "INSERT INTO log_events (log_group, stream, time, ingested, visible, message) "
                    "VALUES (?, ?, ?, ?, ?, ?)",
                    (group, stream, time, now, visible, message),
                )
            if source is not None:
                connection.execute("INSERT OR REPLACE INTO log_positions VALUES (?, ?)", source)
            self._counts[group, stream] = first + len(events)

    def _count(self, group: str, stream: str) -> int:
        """How many events a stream has; they are counted once, then remembered."""
        if (group, stream) not in self._counts:
            statement = "SELECT count(*) FROM log_events WHERE log_group = ? AND stream = ?"
            return _integer(self._database.rows(statement, (group, stream))[0][0])
        return self._counts[group, stream]

    def position(self, source: str) -> int:
        """How far something has been read, see :meth:`write`."""
        rows = self._database.rows("SELECT position FROM log_positions WHERE source = ?", (source,))
        return _integer(rows[0][0]) if rows else 0

    def events(
        self,
        group: str,
        streams: Iterable[str],
        wanted: EventRange | None = None,
        limit: int = -1,
        from_end: bool = False,
    ) -> list[LogEvent]:
        """Visible events, in order of time. What is read grows with the answer, not with the streams.

        Args:
            group: The group.
            streams: Names of streams.
            wanted: Which events; all by default.
            limit: Most events; -1 for no limit.
            from_end: Whether the limit leaves the last ones instead of the first.
        """
        chosen, wanted = list(streams), wanted or EventRange()
        marks, order = ", ".join("?" * len(chosen)), "DESC" if from_end else "ASC"
        rows = self._database.rows(
            f"SELECT id, stream, time, ingested, message FROM log_events WHERE log_group = ? AND stream IN ({marks}) "
            "AND time >= ? AND time < ? AND (time, id) > (?, ?) AND (time, id) < (?, ?) AND visible <= ? "
            f"AND instr(message, ?) > 0 ORDER BY time {order}, id {order} LIMIT ?",
            (
                group,
                *chosen,
                max(wanted.start, wanted.after[0]),  # SQLite uses its index for these two, not for pairs
                min(wanted.end, wanted.before[0] + 1),
                *wanted.after,
                *wanted.before,
                self._now(),
                wanted.contains,
                limit,
            ),
        )
        events = [LogEvent(_integer(i), str(s), _integer(t), _integer(n), str(m)) for i, s, t, n, m in rows]
        return events[::-1] if from_end else events

    def _now(self) -> int:
        return round(1000 * self._clock.now())


def _integer(value: object) -> int:
    return int(str(value))
