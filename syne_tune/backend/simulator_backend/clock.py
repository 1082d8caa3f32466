"""Time of a simulated experiment: it passes when told to, and begins at 0."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any


class SimulatedClock:
    """A clock that moves from event to event.

    Every simulated experiment begins at the same moment, 0 seconds after the epoch, so that its log does not depend on
    when it was run.

    Args:
        counts_real_time: Whether real time counts too, except within :meth:`standing_still`. The log of an experiment
            then depends on the speed of the machine.
    """

    def __init__(self, counts_real_time: bool = False) -> None:
        self.counts_real_time = counts_real_time
        self._now = 0.0
        self._mark = time.perf_counter()
        self._start = 0.0

    def now(self) -> float:
        """Seconds since the epoch of the simulation."""
        if self.counts_real_time:
            mark = time.perf_counter()
            self._now += mark - self._mark
            self._mark = mark
        return self._now

    def sleep(self, seconds: float) -> None:
        """Moves the clock forward by ``seconds``, at once."""
        self.advance(seconds)

    def advance(self, step: float) -> None:
        """Moves the clock forward by ``step`` seconds; negative ones do nothing."""
        self._now = self.now() + max(0.0, step)

    def advance_to(self, to_time: float) -> None:
        """Moves the clock forward to a time; it never goes back."""
        if to_time > self.now():
            self._now = to_time

    def start_of_time(self) -> None:
        """Makes :meth:`time` count from now on."""
        self._start = self.now()

    def time(self) -> float:
        """Seconds since :meth:`start_of_time`, or since the beginning."""
        return self.now() - self._start

    def standing_still(self) -> AbstractContextManager[None]:
        """Real time spent in the ``with`` block does not count: it is the price of the simulation, not part of it."""
        return self._without_real_time() if self.counts_real_time else nullcontext()

    @contextmanager
    def _without_real_time(self) -> Iterator[None]:
        self.now()
        try:
            yield
        finally:
            self._mark = time.perf_counter()

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._mark = time.perf_counter()
