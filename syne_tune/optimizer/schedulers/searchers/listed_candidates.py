"""Configurations that are ranked as a list, because there are few or the user names them: :class:`ListedCandidates`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from syne_tune.config_space import Space
from syne_tune.trial import Config

_FEW = 1000
"""Spaces of so many configurations are ranked as a whole; from longer lists, so many are drawn."""


class ListedCandidates:
    """What a model may choose from, if that can be listed.

    Args:
        space: The space.
        given: If given, only these are suggested.
        random_state: Draws from long lists.
    """

    def __init__(self, space: Space, given: list[dict[str, Any]] | None, random_state: np.random.RandomState) -> None:
        is_small = given is None and space.size(_FEW) is not None
        self._configs = list(space.configurations()) if is_small else given
        self._random_state = random_state

    def left(self, is_excluded: Callable[[Config], bool]) -> list[dict[str, Any]] | None:
        """Those that may be suggested, a random part of them if they are many; ``None`` if the space is to be searched.

        Args:
            is_excluded: Whether a configuration may not be suggested.
        """
        if self._configs is None:
            return None
        left = [config for config in self._configs if not is_excluded(config)]
        if len(left) <= _FEW:
            return left
        places = self._random_state.choice(len(left), _FEW, replace=False)
        return [left[place] for place in places]
