"""Log groups, streams and events, as CloudWatch Logs has them, in the database."""

from __future__ import annotations

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
        statement = (
            "SELECT name, created FROM log_streams WHERE log_group = ? AND substr(name, 1, length(?)) = ? ORDER BY name"
        )
        return [(str(n), _integer(t)) for n, t in self._database.rows(statement, (group, prefix, prefix))]

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

    def delete_group(self, group: str) -> None:
        """Deletes a group with its streams."""
        self.check_group(group)
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM log_events WHERE log_group = ?", (group,))
            connection.execute("DELETE FROM log_streams WHERE log_group = ?", (group,))
            connection.execute("DELETE FROM log_groups WHERE name = ?", (group,))

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
        count = self._database.rows(
            "SELECT count(*) FROM log_events WHERE log_group = ? AND stream = ?", (group, stream)
        )[0][0]
        with self._database.transaction() as connection:
            for position, (time, message) in enumerate(events, _integer(count)):
                delay = self._delay(message, position)
                visible = None if delay is None else now + round(1000 * delay)
                connection.execute(
                    "INSERT INTO log_events (log_group, stream, time, ingested, visible, message) "
                    "VALUES (?, ?, ?, ?, ?, ?)",
                    (group, stream, time, now, visible, message),
                )
            if source is not None:
                connection.execute("INSERT OR REPLACE INTO log_positions VALUES (?, ?)", source)

    def position(self, source: str) -> int:
        """How far something has been read, see :meth:`write`."""
        rows = self._database.rows("SELECT position FROM log_positions WHERE source = ?", (source,))
        return _integer(rows[0][0]) if rows else 0

    def events(self, group: str, streams: Iterable[str], start: int = 0, end: int | None = None) -> list[LogEvent]:
        """Visible events, in order of time.

        Args:
            group: The group.
            streams: Names of streams.
            start: First time, in milliseconds since the epoch.
            end: Time after the last.
        """
        chosen = list(streams)
        marks = ", ".join("?" * len(chosen))
        rows = self._database.rows(
            f"SELECT id, stream, time, ingested, message FROM log_events WHERE log_group = ? AND stream IN ({marks}) "
            "AND time >= ? AND time < ? AND visible <= ? ORDER BY time, id",
            (group, *chosen, start, 2**62 if end is None else end, self._now()),
        )
        return [LogEvent(_integer(i), str(s), _integer(t), _integer(n), str(m)) for i, s, t, n, m in rows]

    def _now(self) -> int:
        return round(1000 * self._clock.now())


def _integer(value: object) -> int:
    return int(str(value))
