"""What a configuration must obey in order to lie in a space. Every error names key, value and rule."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from syne_tune.config_space.constraints import Constraint
from syne_tune.config_space.domain import Domain
from syne_tune.errors import ConfigSpaceError, nearest


def cast_value(name: str, domain: Domain, value: Any) -> Any:
    """Casts the value of one parameter.

    Raises:
        ConfigSpaceError: If that is not possible.
    """
    try:
        return domain.cast(value)
    except ConfigSpaceError as error:
        raise ConfigSpaceError(f"{name} = {value!r}: {error}") from error


def checked_values(config: Any, entries: Mapping[str, Any], what: str) -> dict[str, Any]:
    """Checks keys and values of a configuration one by one.

    Args:
        config: Possibly partial.
        entries: The space: name to domain or constant.
        what: Begins the message of the error.

    Returns:
        The values of parameters that are searched over, cast.

    Raises:
        ConfigSpaceError: If a key is unknown, or a value not in its domain.
    """
    if not isinstance(config, Mapping):
        raise ConfigSpaceError(f"{what}: {config!r} is not a dictionary from name to value")
    values = {}
    for name, value in config.items():
        if name not in entries:
            raise ConfigSpaceError(f"{what}: unknown key {name!r}; {nearest(str(name), entries)}")
        domain = entries[name]
        if not isinstance(domain, Domain):
            continue
        try:
            values[name] = cast_value(name, domain, value)
        except ConfigSpaceError as error:
            raise ConfigSpaceError(f"{what}: {error}") from error
        if not domain.is_valid(values[name]):
            raise ConfigSpaceError(f"{what}: {name} = {value!r}: must be a value of {domain!r}")
    return values


def check_complete(values: Mapping[str, Any], active: Collection[str], free: Mapping[str, Domain], what: str) -> None:
    """Checks that all active parameters have a value.

    Raises:
        ConfigSpaceError: Names the one that is missing.
    """
    for name in active:
        if name not in values:
            raise ConfigSpaceError(f"{what}: {name} is missing; choose a value of {free[name]!r}")


def check_none_inactive(
    values: Mapping[str, Any], active: Collection[str], free: Mapping[str, Domain], what: str
) -> None:
    """Checks that no inactive parameter has a value.

    Raises:
        ConfigSpaceError: Names the parameter and the conditions that do not hold.
    """
    for name, value in values.items():
        if name not in active:
            needed = " and ".join(str(condition) for condition in free[name].conditions)
            raise ConfigSpaceError(f"{what}: {name} = {value!r} is given but not active; it needs {needed}")


def check_unbroken(values: Mapping[str, Any], broken: Collection[Constraint], what: str) -> None:
    """Raises the error for constraints that are broken, if there are any.

    Raises:
        ConfigSpaceError: Names the first constraint and the values in it.
    """
    for constraint in broken:
        shown = ", ".join(f"{name} = {values[name]!r}" for name in constraint.names if name in values)
        raise ConfigSpaceError(f"{what}: the constraint {constraint.text!r} does not hold for {shown}")
