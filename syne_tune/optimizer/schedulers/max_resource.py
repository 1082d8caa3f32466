"""How far trials are trained at most."""

from __future__ import annotations

import warnings

from syne_tune.config_space import Domain, Space
from syne_tune.errors import OptionError, nearest

USUAL_NAMES = ("epochs", "max_t", "max_epochs")
"""Constants of a space in which the largest resource is looked for, in this order."""


def infer_max_resource(space: Space, max_resource_attr: str | None, max_t: int | None) -> int | None:
    """The largest resource.

    Args:
        space: Its constant ``max_resource_attr``, or else the first of :data:`USUAL_NAMES` that is a positive integer,
            holds the value if ``max_t`` is not given.
        max_resource_attr: Name of a constant of the space.
        max_t: Wins over the constant; if both are given and differ, a warning says so.

    Returns:
        ``None`` if nothing tells.

    Raises:
        OptionError: If ``max_resource_attr`` does not name a positive integer constant of the space, or ``max_t`` is
            not a positive integer.
    """
    if max_t is not None and not _is_positive_integer(max_t):
        raise OptionError(f"max_t = {max_t!r}: must be an integer of at least 1")
    constant = None if max_resource_attr is None else _constant(space, max_resource_attr)
    if max_t is not None:
        if constant not in (None, max_t):
            warnings.warn(
                f"max_t = {max_t} is used, not config_space[{max_resource_attr!r}] = {constant}", stacklevel=4
            )
        return max_t
    if constant is not None:
        return constant
    usual = (space.constants.get(name) for name in USUAL_NAMES)
    return next((value for value in usual if _is_positive_integer(value)), None)


def required_max_resource(space: Space, max_resource_attr: str | None, max_t: int | None) -> int:
    """The largest resource, for schedulers that cannot do without.

    Args:
        space: As in :func:`infer_max_resource`.
        max_resource_attr: Likewise.
        max_t: Likewise.

    Raises:
        OptionError: As there, and if nothing tells.
    """
    largest = infer_max_resource(space, max_resource_attr, max_t)
    if largest is None:
        raise OptionError(
            "the largest resource is not known: pass it, or max_resource_attr, the name of an integer constant of the "
            "configuration space"
        )
    return largest


def _constant(space: Space, name: str) -> int:
    if name not in space:
        raise OptionError(
            f"max_resource_attr = {name!r}: not in the configuration space; {nearest(name, space.constants)}"
        )
    value = space[name]
    if isinstance(value, Domain) or not _is_positive_integer(value):
        raise OptionError(
            f"max_resource_attr = {name!r}: config_space[{name!r}] = {value!r} must be a constant integer of at least 1"
        )
    return int(value)


def _is_positive_integer(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1
