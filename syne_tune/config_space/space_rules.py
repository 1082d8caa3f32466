"""What a search space must obey, apart from the rules of its single domains."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from syne_tune.config_space.conditions import Between, Condition
from syne_tune.config_space.constraints import Constraint
from syne_tune.config_space.domain import Domain
from syne_tune.constants import ST_INSTANCE_COUNT, ST_INSTANCE_TYPE, ST_RESERVED_PREFIX
from syne_tune.errors import ConfigSpaceError, nearest

_FOREIGN_DOMAIN_METHODS = ("sample", "rvs")


def check_entries(entries: Any) -> None:
    """Checks names, and that values are domains or plausible constants.

    Raises:
        ConfigSpaceError: Names the key and the rule.
    """
    if not isinstance(entries, Mapping):
        raise ConfigSpaceError(f"a search space is a dictionary from name to domain or constant, not {entries!r}")
    if not entries:
        raise ConfigSpaceError("the search space is empty; add at least one entry, such as 'lr': loguniform(1e-5, 0.1)")
    for name, value in entries.items():
        if not isinstance(name, str) or not name:
            raise ConfigSpaceError(f"{name!r} cannot be the name of a parameter; names are non-empty strings")
        if name.startswith(ST_RESERVED_PREFIX) and name not in (ST_INSTANCE_TYPE, ST_INSTANCE_COUNT):
            raise ConfigSpaceError(f"{name!r}: names starting with {ST_RESERVED_PREFIX!r} are reserved; rename it")
        if not isinstance(value, Domain):
            _check_constant(name, value)


def _check_constant(name: str, value: Any) -> None:
    if callable(value):
        called = getattr(value, "__name__", type(value).__name__)
        raise ConfigSpaceError(f"{name} = {value!r}: is not a value; did you mean to call it, as in {called}(...)?")
    if any(callable(getattr(value, method, None)) for method in _FOREIGN_DOMAIN_METHODS):
        raise ConfigSpaceError(
            f"{name} = {value!r}: looks like a domain of another library; use those of syne_tune.config_space"
        )


def check_conditions(free: Mapping[str, Domain], constants: Mapping[str, Any]) -> None:
    """Checks that every condition can be met.

    Raises:
        ConfigSpaceError: If a parent is unknown, or never has a value for which the child is active.
    """
    for name, domain in free.items():
        for condition in domain.conditions:
            if condition.parent in free:
                _check_condition(name, condition, free[condition.parent])
            elif condition.parent not in constants:
                legal = nearest(condition.parent, [*free, *constants])
                raise ConfigSpaceError(
                    f"{name}: active_if refers to the unknown parameter {condition.parent!r}; {legal}"
                )


def _check_condition(name: str, condition: Condition, parent: Domain) -> None:
    where = f"{name}: active_if({condition})"
    predicate = condition.predicate
    if isinstance(predicate, Between):
        if parent.value_type not in (int, float):
            raise ConfigSpaceError(f"{where}: {condition.parent} is not a number but {parent!r}; list its values")
        lowest, highest = parent.decode(0.0), parent.decode(1.0)
        if highest < predicate.lower or lowest > predicate.upper:
            raise ConfigSpaceError(f"{where} never holds: {condition.parent} is {parent!r}")
        return
    if parent.cardinality is None:
        raise ConfigSpaceError(
            f"{where}: {condition.parent} is continuous, so that single values have probability 0; "
            "use at_least, at_most or between"
        )
    for value in predicate.values:
        if not parent.is_valid(value):
            raise ConfigSpaceError(f"{where}: {value!r} is not a value of {condition.parent}, which is {parent!r}")


def check_constraints(constraints: Iterable[Constraint], names: Iterable[str]) -> None:
    """Checks that constraints mention known names only.

    Raises:
        ConfigSpaceError: Names the constraint and the unknown name.
    """
    known = set(names)
    for constraint in constraints:
        for name in constraint.names:
            if name not in known:
                raise ConfigSpaceError(f"constraint {constraint.text!r}: unknown name {name!r}; {nearest(name, known)}")
