"""Carries what a job prints to its log stream, and the metrics in it to the table of metrics."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from syne_tune.clock import Clock
from syne_tune.jobs.database import Database
from syne_tune.jobs.log_store import TRAINING_JOBS, LogStore

_LONGEST_EVENT = 256 * 1024 - 26
_MOST_BYTES_PER_STEP = 4 << 20


class MetricTable:
    """Values that metric patterns found in the output of jobs, in the order in which they were found.

    Args:
        database: Where they are.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, job: str, found: Iterable[tuple[str, float, float]]) -> None:
        """Adds name, time and value of metrics of a job."""
        with self._database.transaction() as connection:
            connection.executemany("INSERT INTO metrics VALUES (?, ?, ?, ?)", [(job, *metric) for metric in found])

    def last(self, job: str) -> list[dict[str, Any]]:
        """The last value of each metric, as ``FinalMetricDataList`` has it."""
        rows = self._database.rows("SELECT name, value, time FROM metrics WHERE job = ? ORDER BY rowid", (job,))
        last = {name: {"MetricName": name, "Value": value, "Timestamp": time} for name, value, time in rows}
        return list(last.values())

    def after(self, row: int) -> list[tuple[int, str, str, float, float]]:
        """Row, job, name, time and value of all metrics found since."""
        rows = self._database.rows("SELECT rowid, job, name, time, value FROM metrics WHERE rowid > ?", (row,))
        return [(int(str(i)), str(j), str(n), float(str(t)), float(str(v))) for i, j, n, t, v in rows]


class MetricPatterns:
    """Finds metrics in lines.

    Args:
        definitions: ``AlgorithmSpecification.MetricDefinitions``.
    """

    def __init__(self, definitions: Sequence[dict[str, str]]) -> None:
        self._patterns = [(definition["Name"], re.compile(definition["Regex"])) for definition in definitions]

    def find(self, line: str, time: float) -> list[tuple[str, float, float]]:
        """Name, time and value of each metric in a line; what is no number is passed over, as on AWS."""
        found = []
        for name, pattern in self._patterns:
            match = pattern.search(line)
            if match is not None and match.groups() and _is_number(match[1]):
                found.append((name, time, float(match[1])))
        return found


class LogPump:
    """Reads one growing file.

    Args:
        job: Name of the job.
        stream: Log stream to write to.
        file: What the job's host prints.
        store: Where the stream is.
        metrics: Where metrics are kept.
        patterns: How they are found.
        clock: Tells the time.
    """

    def __init__(
        self,
        job: str,
        stream: str,
        file: Path,
        store: LogStore,
        metrics: MetricTable,
        patterns: MetricPatterns,
        clock: Clock,
    ) -> None:
        self._job = job
        self._stream = stream
        self._file = file
        self._store = store
        self._metrics = metrics
        self._patterns = patterns
        self._clock = clock
        self._position: int | None = None

    def step(self, ended: bool = False) -> bool:
        """Carries over all complete lines there are.

        Args:
            ended: Whether nothing more will be printed, so that an incomplete line is complete.

        Returns:
            Whether there may be more.
        """
        if self._position is None:
            self._store.create_group(TRAINING_JOBS)
            self._store.create_stream(TRAINING_JOBS, self._stream)
            self._position = self._store.position(self._stream)
        if not self._file.exists() or self._file.stat().st_size <= self._position:
            return False
        with open(self._file, "rb") as file:
            file.seek(self._position)
            data = file.read(_MOST_BYTES_PER_STEP)
        end = data.rfind(b"\n") + 1
        if end == 0 and (ended or len(data) == _MOST_BYTES_PER_STEP):
            end = len(data)
        if end == 0:
            return False
        self._carry(data[:end])
        return ended or len(data) == _MOST_BYTES_PER_STEP

    def _carry(self, data: bytes) -> None:
        assert self._position is not None
        now = self._clock.now()
        lines = data.decode(errors="replace").removesuffix("\n").split("\n")
        self._metrics.add(self._job, [metric for line in lines for metric in self._patterns.find(line, now)])
        events = [(round(1000 * now), piece) for line in lines for piece in _pieces(line)]
        self._position += len(data)
        self._store.write(TRAINING_JOBS, self._stream, events, (self._stream, self._position))


def _pieces(line: str) -> list[str]:
    """A line as events: none if it is empty, several if it is too long for one."""
    line = line.rstrip("\r")
    return [line[start : start + _LONGEST_EVENT] for start in range(0, len(line), _LONGEST_EVENT)]


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except (TypeError, ValueError):
        return False
