"""Domains guessed from the values that were seen, for programs that do not store their search space."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from syne_tune.config_space import choice, lograndint, loguniform, randint, uniform

_WIDE = 100
"""Positive numbers over a larger ratio than this are put on the log scale."""


def plain_value(value: Any) -> Any:
    """A value that a domain can hold: text in place of lists, dictionaries and nothing."""
    return value if isinstance(value, (str, bool, int, float)) else repr(value)


def guessed_domain(values: Sequence[Any]) -> Any:
    """The narrowest usual domain that contains values.

    Args:
        values: Plain values, at least one.

    Returns:
        A constant if all are equal; a range for numbers, on the log scale if they are positive and far apart; else a
        choice of the values, in order of their first appearance. Values of different types become text.
    """
    distinct = list(dict.fromkeys((type(value), value) for value in values))
    if len(distinct) == 1:
        return values[0]
    kinds = {kind for kind, _ in distinct}
    if kinds <= {int, float}:
        lower, upper = min(values), max(values)
        is_log = lower > 0 and upper > _WIDE * lower
        if kinds == {int}:
            return (lograndint if is_log else randint)(lower, upper)
        return (loguniform if is_log else uniform)(float(lower), float(upper))
    if len(kinds) > 1:
        return choice(list(dict.fromkeys(str(value) for value in values)))
    return choice([value for _, value in distinct])
