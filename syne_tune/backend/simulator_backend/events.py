"""What will happen in a simulation, and when."""

from __future__ import annotations

from heapq import heappop, heappush
from typing import NamedTuple

from syne_tune.trial import Result


class StartEvent(NamedTuple):
    """The job of a trial begins."""

    trial_id: int


class OnTrialResultEvent(NamedTuple):
    """A report of a trial becomes visible."""

    trial_id: int
    result: Result


class CompleteEvent(NamedTuple):
    """The end of a trial's job, by itself or because it was stopped, becomes visible."""

    trial_id: int
    status: str


Event = StartEvent | OnTrialResultEvent | CompleteEvent


class SimulatorState:
    """Future events, in order of time; those at the same time in the order in which they were pushed."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, int, Event]] = []
        self._num_pushed = 0
        self._generations: dict[int, int] = {}

    def push(self, event: Event, event_time: float) -> None:
        """Adds an event.

        Args:
            event: What will happen.
            event_time: When, in seconds.
        """
        self._num_pushed += 1
        heappush(self._heap, (event_time, self._num_pushed, self._generations.get(event[0], 0), event))

    def remove_events(self, trial_id: int) -> None:
        """Removes all events of a trial."""
        self._generations[trial_id] = self._generations.get(trial_id, 0) + 1

    def next_until(self, time: float) -> tuple[float, Event] | None:
        """Removes the first event and returns it with its time; ``None`` if there is none until ``time``, included."""
        heap = self._heap
        while heap and heap[0][0] <= time:
            event_time, _, generation, event = heappop(heap)
            if generation == self._generations.get(event[0], 0):
                return event_time, event
        return None

    def next_time(self) -> float | None:
        """Time of the first event; ``None`` if there is none."""
        heap = self._heap
        while heap and heap[0][2] != self._generations.get(heap[0][3][0], 0):
            heappop(heap)
        return heap[0][0] if heap else None
