"""Finite spaces: how many configurations there are, and all of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import inf
from typing import Any, Protocol

from syne_tune.config_space.constraints import Constraint
from syne_tune.config_space.domain import Domain

MAX_COMBINATIONS = 2**20
"""Most combinations of linked parameters that are tried in order to count configurations."""


class EnumerableSpace(Protocol):
    """What is needed of a space in order to enumerate it."""

    free: Mapping[str, Domain]
    constants: Mapping[str, Any]
    constraints: tuple[Constraint, ...]
    parents_first: tuple[str, ...]

    def broken_constraints(self, config: Mapping[str, Any]) -> list[Constraint]:
        """The constraints that ``config`` does not satisfy."""


def iterate_configurations(space: EnumerableSpace) -> Iterator[dict[str, Any]]:
    """All configurations of a finite space; the last parameter varies fastest.

    Raises:
        ConfigSpaceError: If a parameter has infinitely many values.
    """
    for values in _assignments(space, dict(space.constants), space.parents_first):
        config = {name: values[name] for name in space.free if name in values}
        if not space.broken_constraints(config):
            yield config


def count_configurations(space: EnumerableSpace, upper_limit: int | None) -> int | None:
    """Number of configurations; ``None`` if infinite, above ``upper_limit``, or too laborious to count.

    Only parameters that others depend on, by a condition or a constraint, are enumerated; each combination of them
    counts as often as the rest of the active parameters can be combined.
    """
    limit = inf if upper_limit is None else upper_limit
    linked = _linked(space)
    if _combinations([space.free[name] for name in linked], MAX_COMBINATIONS) is None:
        return None
    rest = [domain for name, domain in space.free.items() if name not in linked]
    total = 0
    for values in _assignments(space, dict(space.constants), linked):
        if space.broken_constraints({name: values[name] for name in linked if name in values}):
            continue
        count = _combinations([domain for domain in rest if _is_active(domain, values)], limit)
        total += count or 0
        if count is None or total > limit:
            return None
    return total


def _linked(space: EnumerableSpace) -> list[str]:
    names = {condition.parent for domain in space.free.values() for condition in domain.conditions}
    names.update(*(constraint.names for constraint in space.constraints))
    return [name for name in space.parents_first if name in names]


def _combinations(domains: Sequence[Domain], limit: float) -> int | None:
    count = 1
    for domain in domains:
        if domain.cardinality is None:
            return None
        count *= domain.cardinality
        if count > limit:
            return None
    return count


def _is_active(domain: Domain, values: Mapping[str, Any]) -> bool:
    return all(condition.holds(values) for condition in domain.conditions)


def _assignments(space: EnumerableSpace, values: dict[str, Any], names: Sequence[str]) -> Iterator[dict[str, Any]]:
    """All ways to continue ``values`` by the parameters ``names``, parents first."""
    if not names:
        yield values
        return
    name, domain = names[0], space.free[names[0]]
    if not _is_active(domain, values):
        yield from _assignments(space, values, names[1:])
        return
    for value in domain.enumerate_values():
        yield from _assignments(space, {**values, name: value}, names[1:])
