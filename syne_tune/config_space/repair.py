"""A valid configuration near one that breaks a constraint."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from syne_tune.config_space.domain import Domain

NUM_DRAWS = 10_000
"""So many random configurations are tried."""

NUM_CANDIDATES = 100
"""The nearest one is taken of so many valid ones."""


def nearest_valid(
    middle: Mapping[str, Any],
    free: Mapping[str, Domain],
    draw: Callable[[np.random.RandomState], dict[str, Any] | None],
) -> dict[str, Any] | None:
    """Of some random configurations, always the same ones, the valid one that is nearest.

    Args:
        middle: To which it is near.
        free: Parameters by name.
        draw: Draws a configuration; ``None`` if it is not valid.

    Returns:
        ``None`` if none of the draws is valid.
    """
    random_state = np.random.RandomState(0)
    candidates: list[dict[str, Any]] = []
    for _ in range(NUM_DRAWS):
        candidate = draw(random_state)
        if candidate is not None:
            candidates.append(candidate)
            if len(candidates) == NUM_CANDIDATES:
                break
    target = _positions(middle, free)
    return min(candidates, key=lambda candidate: math.dist(_positions(candidate, free), target), default=None)


def _positions(config: Mapping[str, Any], free: Mapping[str, Domain]) -> list[float]:
    """Positions in the unit cube; 0.5 for inactive parameters."""
    return [float(domain.encode_many([config[name]])[0]) if name in config else 0.5 for name, domain in free.items()]
