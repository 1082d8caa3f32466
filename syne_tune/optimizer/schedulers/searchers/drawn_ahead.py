"""Random configurations that are drawn many at once, because that is several times faster than one by one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from syne_tune.config_space import Space

_MOST_AHEAD = 256

Drawn = tuple[dict[str, Any], str]
"""A configuration, and what tells it from others."""

Namer = Callable[[list[dict[str, Any]]], list[str]]
"""What tells each of some configurations from others."""


class DrawnAhead:
    """Hands out the configurations that ``space.sample(random_state)`` would give, one after the other.

    The random state runs ahead of what has been handed out. Whoever wants to draw something else from it calls
    :meth:`give_back` before; then it is where it would be without this class.
    """

    def __init__(self) -> None:
        self._waiting: list[Drawn] = []
        self._num_drawn = 0
        self._state_before: Any = None

    def sample(self, space: Space, random_state: np.random.RandomState, name: Namer) -> dict[str, Any]:
        """The next configuration.

        Args:
            space: The same in every call.
            random_state: Likewise.
            name: Called with configurations that have been drawn, before the first of them is returned.

        Raises:
            ConfigSpaceError: If (almost) nothing satisfies the constraints of the space.
        """
        self._draw(space, random_state, name)
        return self._waiting.pop()[0]

    def waiting(self, space: Space, random_state: np.random.RandomState, name: Namer) -> list[Drawn]:
        """The next configurations, at least one, with their names; arguments as for :meth:`sample`."""
        self._draw(space, random_state, name)
        return self._waiting[::-1]

    def _draw(self, space: Space, random_state: np.random.RandomState, name: Namer) -> None:
        if not self._waiting:
            self._state_before = random_state.get_state(legacy=False)
            self._num_drawn = min(2 * self._num_drawn + 1, _MOST_AHEAD)
            drawn = space.sample_many(random_state, self._num_drawn)[::-1]
            self._waiting = list(zip(drawn, name(drawn), strict=True))

    def skip(self, number: int) -> None:
        """Hands out so many of those that are :meth:`waiting`."""
        if number > 0:
            del self._waiting[-number:]

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
