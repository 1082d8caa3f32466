"""Checks of the options that searchers take; each error names option, value and rule."""

from __future__ import annotations

import math
from collections.abc import Iterable
from numbers import Integral, Real

from syne_tune.errors import OptionError, nearest


def check_integer(name: str, value: object, smallest: int) -> None:
    """Refuses everything but integers of at least ``smallest``.

    Raises:
        OptionError: If the value is something else.
    """
    if isinstance(value, bool) or not isinstance(value, Integral) or value < smallest:
        raise OptionError(f"{name} = {value!r}: must be an integer of at least {smallest}")


def check_boolean(name: str, value: object) -> None:
    """Refuses everything but ``True`` and ``False``.

    Raises:
        OptionError: If the value is something else.
    """
    if not isinstance(value, bool):
        raise OptionError(f"{name} = {value!r}: must be True or False")


def check_number(name: str, value: object, smallest: float, largest: float = math.inf, *, above: bool = False) -> None:
    """Refuses everything but finite numbers from ``smallest`` to ``largest``.

    Args:
        name: Of the option.
        value: Of the option.
        smallest: Lower bound.
        largest: Upper bound.
        above: Whether the value must be larger than the lower bound.

    Raises:
        OptionError: If the value is something else.
    """
    number = math.nan if isinstance(value, bool) or not isinstance(value, Real) else float(value)
    if not math.isfinite(number) or not smallest <= number <= largest or (above and number == smallest):
        lower = f"above {smallest}" if above else f"of at least {smallest}"
        upper = "" if math.isinf(largest) else f" and at most {largest}"
        raise OptionError(f"{name} = {value!r}: must be a number {lower}{upper}")


def check_name(name: str, value: object, legal: Iterable[str]) -> None:
    """Refuses everything but the names in ``legal``.

    Raises:
        OptionError: If the value is something else; the message lists the names.
    """
    names = list(legal)
    if not isinstance(value, str) or value not in names:
        raise OptionError(f"{name} = {value!r}: {nearest(str(value), names)}")
