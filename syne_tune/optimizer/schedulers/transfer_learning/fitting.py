"""Configurations of earlier tasks in the terms of the present space."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from syne_tune.config_space import Domain, FiniteRange, Space
from syne_tune.config_space.numeric import NumericDomain
from syne_tune.errors import ConfigSpaceError
from syne_tune.trial import Config


class Fitted(NamedTuple):
    """A configuration of the present space.

    Attributes:
        config: Values of all active parameters.
        changes: What was changed, one sentence each; empty if nothing was.
    """

    config: dict[str, Any]
    changes: list[str]


def fit_to_space(config: Config, space: Space, clip: bool = True) -> Fitted:
    """Expresses a configuration in another space.

    Parameters that the space does not know, or that are not active, are dropped; missing ones get the middle of their
    range. Numbers out of range are moved to the bound if ``clip`` says so.

    Args:
        config: Perhaps of another space.
        space: The present one.
        clip: Whether numbers may be moved.

    Raises:
        ConfigSpaceError: If a value cannot be used, or the result breaks a constraint; the message names the key.
    """
    values: dict[str, Any] = {}
    changes: list[str] = []
    for name, value in config.items():
        if name in space.free:
            values[name], moved = _fitted_value(name, value, space.free[name], clip)
            changes += moved
        elif name not in space:
            changes.append(f"{name} = {value!r} is dropped: this space has no such parameter")
    active = space.active({**space.default(), **values}) if space.is_conditional else space.free
    given = {name: value for name, value in values.items() if name in active}
    full = space.complete(given)
    changes += [f"{name} is missing and becomes {full[name]!r}" for name in full if name not in given]
    return Fitted(full, changes)


def _fitted_value(name: str, value: Any, domain: Domain, clip: bool) -> tuple[Any, list[str]]:
    bounded = value
    if isinstance(domain, (NumericDomain, FiniteRange)) and _is_number(value):
        bounded = min(max(value, domain.lower), domain.upper)
    if bounded != value and not clip:
        raise ConfigSpaceError(f"{name} = {value!r}: must be a value of {domain!r}")
    try:
        fitted = domain.cast(bounded)
    except ConfigSpaceError as error:
        raise ConfigSpaceError(f"{name} = {value!r}: {error}") from error
    if not domain.is_valid(fitted):
        raise ConfigSpaceError(f"{name} = {value!r}: must be a value of {domain!r}")
    return fitted, [f"{name} = {value!r} is moved to {fitted!r}"] if bounded != value else []


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def distinct(configs: Iterable[Mapping[str, Any]], space: Space) -> list[dict[str, Any]]:
    """The configurations in the given order, each once.

    Args:
        configs: Full configurations of ``space``.
        space: Says which are equal.
    """
    found: dict[str, dict[str, Any]] = {}
    for config in configs:
        found.setdefault(space.match_string(config), dict(config))
    return list(found.values())
