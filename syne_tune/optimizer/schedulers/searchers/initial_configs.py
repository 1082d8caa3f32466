"""Initial configurations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from syne_tune.config_space import Space


def impute_points_to_evaluate(
    points_to_evaluate: list[dict[str, Any]] | None, config_space: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """Completes ``points_to_evaluate``: missing values become the middle of their range, duplicates are dropped.

    Args:
        points_to_evaluate: Possibly partial configurations; ``None`` means one default configuration, ``[]`` none.
        config_space: Name of parameter to domain or constant.

    Returns:
        Full configurations without constants, in the given order.

    Raises:
        ConfigSpaceError: If a point has an unknown key or a value outside of the space.
    """
    return Space.of(config_space).complete_points(points_to_evaluate)
