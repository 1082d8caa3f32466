"""Checks of lists of numbers."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from numbers import Integral


def is_increasing(lst: Sequence[float]) -> bool:
    """Whether each number is larger than the one before."""
    return all(left < right for left, right in pairwise(lst))


def is_integer(lst: Sequence[object]) -> bool:
    """Whether all entries are integers; ``True`` and ``False`` are not."""
    return all(isinstance(x, Integral) and not isinstance(x, bool) for x in lst)


def is_positive_integer(lst: Sequence[float]) -> bool:
    """Whether all entries are integers, and at least 1."""
    return is_integer(lst) and all(x >= 1 for x in lst)
