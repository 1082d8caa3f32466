"""One SQLite file that holds whatever has to survive a restart of the service, apart from the content of S3 objects."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

_SCHEMA = """
CREATE TABLE IF NOT EXISTS jobs (name TEXT PRIMARY KEY, record TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS metrics (job TEXT, name TEXT, time REAL, value REAL);
CREATE INDEX IF NOT EXISTS metrics_of_job ON metrics (job);
CREATE TABLE IF NOT EXISTS log_groups (name TEXT PRIMARY KEY, created INTEGER);
CREATE TABLE IF NOT EXISTS log_streams (log_group TEXT, name TEXT, created INTEGER, PRIMARY KEY (log_group, name));
CREATE TABLE IF NOT EXISTS log_events (
    id INTEGER PRIMARY KEY AUTOINCREMENT, log_group TEXT, stream TEXT, time INTEGER, ingested INTEGER,
    visible INTEGER, message TEXT
);
CREATE INDEX IF NOT EXISTS events_of_stream ON log_events (log_group, stream, time, id);
CREATE TABLE IF NOT EXISTS log_positions (source TEXT PRIMARY KEY, position INTEGER);
CREATE TABLE IF NOT EXISTS buckets (name TEXT PRIMARY KEY, created REAL, region TEXT);
CREATE TABLE IF NOT EXISTS objects (
    bucket TEXT, key TEXT, blob TEXT, size INTEGER, etag TEXT, modified REAL, headers TEXT, PRIMARY KEY (bucket, key)
);
CREATE TABLE IF NOT EXISTS uploads (id TEXT PRIMARY KEY, bucket TEXT, key TEXT, headers TEXT);
CREATE TABLE IF NOT EXISTS parts (
    upload TEXT, number INTEGER, blob TEXT, size INTEGER, etag TEXT, PRIMARY KEY (upload, number)
);
"""


class Database:
    """Many threads, one connection.

    Args:
        path: The file; created if missing.
    """

    def __init__(self, path: Path) -> None:
        self._lock = threading.RLock()
        self._connection = sqlite3.connect(path, check_same_thread=False)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=NORMAL")
        self._connection.executescript(_SCHEMA)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All statements inside happen, or none."""
        with self._lock, self._connection:
            yield self._connection

    def rows(self, statement: str, values: Sequence[object] = ()) -> list[tuple[object, ...]]:
        """All rows that a statement finds."""
        with self._lock:
            return self._connection.execute(statement, values).fetchall()

    def write(self, statement: str, values: Sequence[object] = ()) -> int:
        """Executes one statement; returns how many rows it changed."""
        with self.transaction() as connection:
            return connection.execute(statement, values).rowcount

    def close(self) -> None:
        """Closes the file."""
        with self._lock:
            self._connection.close()
