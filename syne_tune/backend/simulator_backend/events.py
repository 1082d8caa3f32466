"""What will happen in a simulation, and when."""

from __future__ import annotations

from heapq import heappop, heappush, heapreplace
from typing import NamedTuple

from syne_tune.trial import Result


class StartEvent(NamedTuple):
    """The job of a trial begins."""

    trial_id: int


class OnTrialResultEvent(NamedTuple):
    """A report of a trial becomes visible: ``result``, or by default the next one of its run."""

    trial_id: int
    result: Result | None = None


class CompleteEvent(NamedTuple):
    """The end of a trial's job, by itself or because it was stopped, becomes visible."""

    trial_id: int
    status: str


Event = StartEvent | OnTrialResultEvent | CompleteEvent


class SimulatorState:
    """Future events, in order of time; those at the same time in the order of their numbers.

    A number is given to each event when it is pushed, unless the caller gives one: all events of a run have the number
    of its first, so that the order does not depend on when they are pushed.
    """

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, int, Event]] = []
        self._last_number = 0
        self._generations: dict[int, int] = {}

    def new_number(self) -> int:
        """A number larger than all before."""
        self._last_number += 1
        return self._last_number

    def push(self, event: Event, event_time: float, number: int | None = None) -> None:
        """Adds an event.

        Args:
            event: What will happen.
            event_time: When, in seconds.
            number: Its number; by default a new one.
        """
        number = self.new_number() if number is None else number
        heappush(self._heap, (event_time, number, self._generations.get(event[0], 0), event))

    def replace_first(self, event: Event, event_time: float) -> None:
        """Removes the first event, and adds a later one of the same trial, with the same number."""
        first = self._heap[0]
        heapreplace(self._heap, (event_time, first[1], first[2], event))

    def remove_first(self) -> None:
        """Removes the first event."""
        heappop(self._heap)

    def remove_events(self, trial_id: int) -> None:
        """Removes all events of a trial."""
        self._generations[trial_id] = self._generations.get(trial_id, 0) + 1

    def take_all(self) -> list[tuple[float, int, int, Event]]:
        """Removes all events, and returns them in no particular order, as :meth:`first` does."""
        events = [first for first in self._heap if first[2] == self._generations.get(first[3][0], 0)]
        self._heap = []
        return events

    def first(self) -> tuple[float, int, int, Event] | None:
        """Time, number, generation and event of the first one, which stays; ``None`` if there is none."""
        heap, generations = self._heap, self._generations
        while heap:
            first = heap[0]
            if first[2] == generations.get(first[3][0], 0):
                return first
            heappop(heap)
        return None

    def next_until(self, time: float) -> tuple[float, Event] | None:
        """Removes the first event and returns it with its time; ``None`` if there is none until ``time``, included."""
        first = self.first()
        if first is None or first[0] > time:
            return None
        heappop(self._heap)
        return first[0], first[3]

    def next_time(self) -> float | None:
        """Time of the first event; ``None`` if there is none."""
        first = self.first()
        return None if first is None else first[0]
