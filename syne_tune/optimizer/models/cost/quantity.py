"""Numbers that depend on a configuration: :data:`Quantity`."""

from __future__ import annotations

from collections.abc import Callable
from numbers import Real
from typing import TypeAlias

from syne_tune.errors import ConfigSpaceError, nearest
from syne_tune.trial import Config

Quantity: TypeAlias = float | str | Callable[[Config], float]
"""A number, the name of the hyperparameter or constant that holds it, or a function of the configuration."""


def quantity_of(config: Config, quantity: Quantity) -> float:
    """The value for one configuration.

    Raises:
        ConfigSpaceError: If the configuration has no such entry, or it is not a number.
    """
    if callable(quantity):
        return float(quantity(config))
    if not isinstance(quantity, str):
        return float(quantity)
    value = config.get(quantity)
    if not isinstance(value, Real):
        raise ConfigSpaceError(
            f"{quantity} = {value!r} in {dict(config)!r}: a cost model needs a number; {nearest(quantity, config)}"
        )
    return float(value)
