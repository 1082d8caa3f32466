"""Conditions: when a parameter is part of a configuration at all.

A condition names a parent parameter and the values for which the child is active. A parameter with several conditions
is active if all of them hold; an inactive parent makes its children inactive.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from syne_tune.errors import ConfigSpaceError


@dataclass(frozen=True)
class OneOf:
    """Holds for the listed values.

    Attributes:
        values: Not empty.
    """

    values: tuple[Any, ...]

    def holds(self, value: Any) -> bool:
        """Whether ``value`` is one of them."""
        return value in self.values

    def __str__(self) -> str:
        return repr(self.values[0]) if len(self.values) == 1 else repr(list(self.values))


@dataclass(frozen=True)
class Between:
    """Holds for numbers in ``[lower, upper]``, both ends included.

    Attributes:
        lower: May be ``-inf``.
        upper: May be ``inf``.
    """

    lower: float = -math.inf
    upper: float = math.inf

    def __post_init__(self) -> None:
        if not self.lower <= self.upper:
            raise ConfigSpaceError(f"between({self.lower!r}, {self.upper!r}): lower must not exceed upper")

    def holds(self, value: Any) -> bool:
        """Whether ``value`` lies in the interval."""
        return bool(self.lower <= value <= self.upper)

    def __str__(self) -> str:
        if self.upper == math.inf:
            return f"at_least({self.lower!r})"
        if self.lower == -math.inf:
            return f"at_most({self.upper!r})"
        return f"between({self.lower!r}, {self.upper!r})"


Predicate = OneOf | Between


@dataclass(frozen=True)
class Condition:
    """One parent, and the values of it for which the child is active.

    Attributes:
        parent: Name of another parameter.
        predicate: Which of its values.
    """

    parent: str
    predicate: Predicate

    def holds(self, values: Mapping[str, Any]) -> bool:
        """Whether the parent is among ``values`` with a value for which the child is active."""
        return self.parent in values and self.predicate.holds(values[self.parent])

    def __str__(self) -> str:
        return f"{self.parent}={self.predicate}"


def at_least(lower: float) -> Between:
    """For :func:`active_if`: the parent is at least ``lower``."""
    return Between(lower=lower)


def at_most(upper: float) -> Between:
    """For :func:`active_if`: the parent is at most ``upper``."""
    return Between(upper=upper)


def between(lower: float, upper: float) -> Between:
    """For :func:`active_if`: the parent lies in ``[lower, upper]``, both ends included."""
    return Between(lower, upper)


def as_predicate(wanted: Any) -> Predicate:
    """Reads what a user wrote: a predicate, one value, or a list of values.

    Raises:
        ConfigSpaceError: If it is none of these, or the list is empty.
    """
    if isinstance(wanted, (OneOf, Between)):
        return wanted
    if isinstance(wanted, (set, frozenset, dict)):
        raise ConfigSpaceError(f"active_if: {wanted!r} is neither a value nor a list of values")
    values = wanted if isinstance(wanted, list) else [wanted]
    if not values:
        raise ConfigSpaceError("active_if: an empty list of values would never hold; list at least one")
    return OneOf(tuple(value.item() if isinstance(value, np.generic) else value for value in values))


def parents_first(conditions: Mapping[str, Sequence[Condition]]) -> tuple[str, ...]:
    """Sorts parameters such that parents precede their children, otherwise in the given order.

    Args:
        conditions: Name of parameter to its conditions. Parents that are not keys are ignored.

    Raises:
        ConfigSpaceError: If conditions form a cycle; the message spells it out.
    """
    order: list[str] = []
    path: list[str] = []

    def visit(name: str) -> None:
        if name in path:
            cycle = " -> ".join([*path[path.index(name) :], name])
            raise ConfigSpaceError(f"conditions form a cycle: {cycle}; a parameter cannot depend on itself")
        if name in order:
            return
        path.append(name)
        for condition in conditions[name]:
            if condition.parent in conditions:
                visit(condition.parent)
        path.pop()
        order.append(name)

    for name in conditions:
        visit(name)
    return tuple(order)
