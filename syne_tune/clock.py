"""Where time comes from. Whatever needs the time is handed a clock; algorithms never are."""

from __future__ import annotations

import time
from typing import Protocol


class Clock(Protocol):
    """Seconds since the epoch, and the ability to let time pass."""

    def now(self) -> float:
        """Seconds since the epoch; never decreases within a process."""

    def sleep(self, seconds: float) -> None:
        """Returns once ``seconds`` have passed on this clock."""


class WallClock:
    """The real time. Steps of the system clock do not show: the start is read once, then a monotonic clock counts."""

    def __init__(self) -> None:
        self._offset = time.time() - time.monotonic()

    def now(self) -> float:
        """Seconds since the epoch."""
        return self._offset + time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Sleeps; negative values return at once."""
        time.sleep(max(0.0, seconds))

    def __setstate__(self, state: dict[str, float]) -> None:
        self.__init__()  # type: ignore[misc]  # a monotonic clock means nothing in another process


class ManualClock:
    """A clock that moves only when told to; for tests and for simulation."""

    def __init__(self, start: float = 0.0) -> None:
        self._now = start

    def now(self) -> float:
        """Seconds since the epoch, as set by :meth:`sleep`."""
        return self._now

    def sleep(self, seconds: float) -> None:
        """Moves the clock forward by ``seconds``."""
        self._now += max(0.0, seconds)
