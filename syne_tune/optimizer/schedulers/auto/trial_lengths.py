"""How long trials take and how many run side by side, as far as reports tell: :class:`TrialLengths`."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Mapping
from numbers import Real
from statistics import median
from typing import Any

from syne_tune.constants import ST_WORKER_TIME

_REMEMBERED = 31
"""The typical length is that of the last so many trials."""

_ELAPSED_TIME = "elapsed_time"
"""Reports of simulated trials and of many scripts tell their time under a name that contains this."""


class TrialLengths:
    """Measures trials without a clock.

    Times come from reports, so that they are the same when a log is replayed. What a worker does before the first
    report and after the last one is not seen; lengths are rather too short than too long.

    Args:
        workers: Number of workers, if known; otherwise the largest number of trials that ran at the same time.
    """

    def __init__(self, workers: int | None = None) -> None:
        self._known_workers = workers
        self._most_running = 1
        self._elapsed: dict[str, float] = {}
        self._recent: deque[float] = deque(maxlen=_REMEMBERED)

    def start(self, trial_id: str) -> None:
        """A trial starts."""
        self._elapsed[trial_id] = 0.0
        self._most_running = max(self._most_running, len(self._elapsed))

    def report(self, trial_id: str, result: Mapping[str, Any]) -> None:
        """A trial reported; takes the elapsed time from it, if there is one."""
        seconds = elapsed_seconds(result)
        if seconds is not None and trial_id in self._elapsed:
            self._elapsed[trial_id] = seconds

    def end(self, trial_id: str) -> None:
        """A trial no longer runs, for whatever reason."""
        seconds = self._elapsed.pop(trial_id, 0.0)
        if seconds > 0:
            self._recent.append(seconds)

    @property
    def workers(self) -> int:
        """Number of workers."""
        return self._known_workers or self._most_running

    @property
    def typical(self) -> float | None:
        """Seconds from the start of a trial to its end, the median of recent ones; ``None`` if no report told."""
        return median(self._recent) if self._recent else None


def elapsed_seconds(result: Mapping[str, Any]) -> float | None:
    """Seconds since the start of the trial that reported; ``None`` if the report does not tell."""
    names = (ST_WORKER_TIME, *(name for name in result if _ELAPSED_TIME in name))
    values = (result[name] for name in names if name in result)
    seconds = (float(value) for value in values if isinstance(value, Real))
    return next((value for value in seconds if math.isfinite(value) and value >= 0), None)
