"""How often to ask for the states of jobs: soon after something has happened, else less and less often."""

from __future__ import annotations

import time

_SLOWER = 1.5
_SHORTEST_SHARE = 0.1


class LookPace:
    """Says when to look."""

    def __init__(self) -> None:
        self._interval = self._due = 0.0

    @property
    def is_due(self) -> bool:
        """Whether it is time to look."""
        return self.seconds_left <= 0

    @property
    def seconds_left(self) -> float:
        """Seconds until it is; negative if it has been for some time."""
        return self._due - time.monotonic()

    def hurry(self) -> None:
        """Something has happened: from the next look on, looks are frequent again."""
        self._interval = 0.0

    def note_look(self, has_changed: bool, longest: float) -> None:
        """Somebody has looked.

        Args:
            has_changed: Whether there was something new.
            longest: Most seconds until the next look.
        """
        if has_changed:
            self.hurry()
        self._interval = min(max(_SLOWER * self._interval, shortest_interval(longest)), longest)
        self._due = time.monotonic() + self._interval


def shortest_interval(longest: float) -> float:
    """Least seconds between two looks, given the most."""
    return _SHORTEST_SHARE * longest
