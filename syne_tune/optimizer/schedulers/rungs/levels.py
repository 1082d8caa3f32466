"""Rung levels: the resources at which trials are compared."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

from syne_tune.errors import OptionError

DEFAULT_REDUCTION_FACTOR = 3.0


def compute_rung_levels(
    max_t: int,
    grace_period: int = 1,
    reduction_factor: float | None = None,
    rung_increment: int | None = None,
    explicit: Sequence[int] | None = None,
) -> list[int]:
    """The levels below ``max_t`` at which trials are compared, increasing.

    Explicit levels win over a reduction factor, which wins over an increment. With none of them the levels are
    geometric with factor 3. Geometric levels are ``round(grace_period * reduction_factor ** k)``, so 1, 3, 9, 27 for
    ``max_t = 50``; linear ones are ``grace_period, grace_period + rung_increment, ...``.

    Args:
        max_t: The largest resource; a trial that reaches it is done.
        grace_period: The lowest level.
        reduction_factor: Ratio between neighbouring levels, at least 2.
        rung_increment: Difference between neighbouring levels.
        explicit: The levels themselves; a last entry equal to ``max_t`` is dropped.

    Raises:
        OptionError: If an argument is out of range; the message names it.
    """
    _check_integer("max_t", max_t)
    if explicit is not None:
        return _checked_levels(explicit, max_t)
    _check_integer("grace_period", grace_period)
    if grace_period >= max_t:
        raise OptionError(f"grace_period = {grace_period} must be smaller than max_t = {max_t}")
    if reduction_factor is None and rung_increment is not None:
        _check_integer("rung_increment", rung_increment)
        return list(range(grace_period, max_t, rung_increment))
    factor = DEFAULT_REDUCTION_FACTOR if reduction_factor is None else reduction_factor
    return _geometric(grace_period, factor, max_t)


def _geometric(grace_period: int, reduction_factor: float, max_t: int) -> list[int]:
    if not 2 <= reduction_factor < math.inf:
        raise OptionError(f"reduction_factor = {reduction_factor!r} must be at least 2, and finite")
    levels, power = [], 0
    while (level := round(grace_period * reduction_factor**power)) < max_t:
        levels.append(level)
        power += 1
    return levels


def _checked_levels(explicit: Sequence[int], max_t: int) -> list[int]:
    levels = list(explicit)
    for level in levels:
        _check_integer("rung_levels", level)
    increasing = all(low < high for low, high in pairwise(levels))
    if len(levels) < 2 or not increasing or levels[-1] > max_t:
        raise OptionError(
            f"rung_levels = {levels}: must be at least two increasing integers, none above max_t = {max_t}"
        )
    return levels[:-1] if levels[-1] == max_t else levels


def _check_integer(name: str, value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise OptionError(f"{name} = {value!r}: must be an integer of at least 1")


def promotion_quantiles(levels: Sequence[int], max_t: int) -> list[float]:
    """The part of the trials at each level that shall go on: ``r[j] / r[j + 1]``, with ``max_t`` after the last.

    Args:
        levels: As :func:`compute_rung_levels` returns them.
        max_t: The largest resource.
    """
    following = [*levels, max_t][1:]
    return [low / high for low, high in zip(levels, following, strict=True)]
