"""Random configurations that are drawn many at once, because that is several times faster than one by one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from syne_tune.config_space import Space

_MOST_AHEAD = 256


class DrawnAhead:
    """Hands out the configurations that ``space.sample(random_state)`` would give, one after the other.

    The random state runs ahead of what has been handed out. Whoever wants to draw something else from it calls
    :meth:`give_back` before; then it is where it would be without this class.
    """

    def __init__(self) -> None:
        self._waiting: list[dict[str, Any]] = []
        self._num_drawn = 0
        self._state_before: Any = None

    def sample(
        self,
        space: Space,
        random_state: np.random.RandomState,
        announce: Callable[[list[dict[str, Any]]], None] | None = None,
    ) -> dict[str, Any]:
        """The next configuration.

        Args:
            space: The same in every call.
            random_state: Likewise.
            announce: Called with configurations that have been drawn, before the first of them is returned.

        Raises:
            ConfigSpaceError: If (almost) nothing satisfies the constraints of the space.
        """
        if not self._waiting:
            self._state_before = random_state.get_state(legacy=False)
            self._num_drawn = min(2 * self._num_drawn + 1, _MOST_AHEAD)
            self._waiting = space.sample_many(random_state, self._num_drawn)[::-1]
            if announce is not None:
                announce(self._waiting)
        return self._waiting.pop()

    def waiting(self, number: int) -> list[dict[str, Any]]:
        """The next configurations that have been drawn already, at most so many."""
        return self._waiting[: -number - 1 : -1]

    def give_back(self, space: Space, random_state: np.random.RandomState) -> None:
        """Makes the random state forget what has been drawn and not been handed out.

        Args:
            space: As in :meth:`sample`.
            random_state: Likewise.
        """
        num_used = self._num_drawn - len(self._waiting)
        if self._waiting:
            random_state.set_state(self._state_before)
            space.sample_many(random_state, num_used)
            self._waiting = []
