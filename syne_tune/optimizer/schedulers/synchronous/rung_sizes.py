"""How many trials each rung of each bracket holds, and at which level.

Notation::

    r_min, r_max   lowest and largest level; the former need not be an integer, levels are rounded
    eta            reduction factor
    s_max          smallest s with r_min eta^s >= r_max
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TypeAlias

from syne_tune.errors import OptionError
from syne_tune.optimizer.schedulers.metrics import positive_integer

Rungs: TypeAlias = list[tuple[int, int]]
"""The rungs of a bracket, lowest first: number of slots, level."""

_ROUNDING = 1e-9


def geometric_rungs(
    grace_period: int | None, max_resource: int, reduction_factor: float, brackets: int | None
) -> list[Rungs]:
    """The brackets of Hyperband: Li et al., *Hyperband*, JMLR 2018, algorithm 1, for any lowest level.

    Bracket b begins at level ``r_min eta^b`` with ``ceil((s_max + 1) / (s_max - b + 1) eta^(s_max - b))`` trials; each
    rung is smaller than the one before by the factor eta.

    Args:
        grace_period: r_min. ``None``: ``r_max eta^-s`` with the largest s for which that is at least 1, so that all
            neighbouring levels have the same ratio; at least two levels.
        max_resource: r_max.
        reduction_factor: eta, at least 2.
        brackets: How many of them; ``None``: all, which are s_max + 1. 1 is successive halving.

    Raises:
        OptionError: If a value is not allowed.
    """
    if reduction_factor < 2:
        raise OptionError(f"reduction_factor = {reduction_factor!r}: must be at least 2")
    lowest = _evenly_spaced(max_resource, reduction_factor) if grace_period is None else grace_period
    if (grace_period is not None and positive_integer(grace_period) is None) or lowest >= max_resource:
        raise OptionError(f"grace_period = {grace_period!r}: must be an integer from 1 to below {max_resource}")
    s_max = math.ceil(math.log(max_resource / lowest) / math.log(reduction_factor) - _ROUNDING)
    if brackets is not None and (positive_integer(brackets) is None or brackets > s_max + 1):
        raise OptionError(f"brackets = {brackets!r}: must be an integer from 1 to {s_max + 1}, the number of levels")
    count = s_max + 1 if brackets is None else brackets
    return [_geometric_bracket(b, s_max, lowest, max_resource, reduction_factor) for b in range(count)]


def _evenly_spaced(max_resource: int, reduction_factor: float) -> float:
    s_max = max(1, math.floor(math.log(max_resource) / math.log(reduction_factor) + _ROUNDING))
    return max(1.0, max_resource / reduction_factor**s_max)


def _geometric_bracket(bracket: int, s_max: int, lowest: float, max_resource: int, factor: float) -> Rungs:
    last = s_max - bracket
    share = (s_max + 1) / (last + 1)
    below = [round(lowest * factor ** (rung + bracket)) for rung in range(last)]
    levels = [min(level, max_resource - 1) for level in below] + [max_resource]
    return [(math.ceil(share * factor ** (last - rung) - _ROUNDING), level) for rung, level in enumerate(levels)]


def check_bracket_rungs(bracket_rungs: Sequence[Sequence[tuple[int, int]]]) -> list[Rungs]:
    """Checks brackets given by a user.

    Args:
        bracket_rungs: Per bracket, its rungs: number of slots, level. Each bracket has one rung less than the one
            before; within a bracket, sizes do not grow and levels do.

    Raises:
        OptionError: If a rule is broken; the message names the bracket.
    """
    brackets = [[(size, level) for size, level in rungs] for rungs in bracket_rungs]
    if not brackets or not brackets[0]:
        raise OptionError(f"bracket_rungs = {bracket_rungs!r}: at least one bracket with one rung is needed")
    for place, rungs in enumerate(brackets):
        where = f"bracket_rungs[{place}] = {rungs!r}"
        if len(rungs) != len(brackets[0]) - place or not rungs:
            raise OptionError(f"{where}: must have {len(brackets[0]) - place} rungs, one less than the bracket before")
        if any(positive_integer(number) is None for rung in rungs for number in rung):
            raise OptionError(f"{where}: sizes and levels must be integers of at least 1")
        sizes, levels = [size for size, _ in rungs], [level for _, level in rungs]
        if sizes != sorted(sizes, reverse=True) or levels != sorted(set(levels)):
            raise OptionError(f"{where}: sizes must not grow from rung to rung, and levels must")
    return brackets
