"""Functions over spaces and domains that users and older scripts call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from syne_tune.config_space.categorical import OrdinalNearestNeighbor
from syne_tune.config_space.configuration_rules import cast_value
from syne_tune.config_space.domain import Domain
from syne_tune.config_space.finite_range import FiniteRange
from syne_tune.config_space.numeric import NumericDomain
from syne_tune.config_space.samplers import LogUniform, ReverseLogUniform, Uniform, unquantized
from syne_tune.config_space.serialize import CONSTRAINTS_KEY, pack, unpack
from syne_tune.config_space.space import Space
from syne_tune.errors import ConfigSpaceError


def is_log_space(domain: Domain) -> bool:
    """Whether ``domain`` is encoded on the log scale."""
    if isinstance(domain, (FiniteRange, OrdinalNearestNeighbor)):
        return domain.log_scale
    return isinstance(unquantized(domain.get_sampler()), LogUniform)


def is_reverse_log_space(domain: Domain) -> bool:
    """Whether ``domain`` is encoded on the reverse-log scale."""
    return isinstance(unquantized(domain.get_sampler()), ReverseLogUniform)


def is_uniform_space(domain: Domain) -> bool:
    """Whether all values of ``domain`` are equally likely on the linear scale."""
    if isinstance(domain, (FiniteRange, OrdinalNearestNeighbor)):
        return not domain.log_scale
    return isinstance(unquantized(domain.get_sampler()), Uniform)


def non_constant_hyperparameter_keys(config_space: Mapping[str, Any]) -> list[str]:
    """Names of the parameters that are searched over, in the given order."""
    return [name for name, value in config_space.items() if isinstance(value, Domain)]


def cast_config_values(config: Mapping[str, Any], config_space: Mapping[str, Any]) -> dict[str, Any]:
    """Casts values to the types of their domains; constants stay as they are, unknown keys are dropped."""
    return {
        name: cast_value(name, domain, config[name]) if isinstance(domain, Domain) else config[name]
        for name, domain in config_space.items()
        if name in config
    }


def config_space_size(config_space: Mapping[str, Any], upper_limit: int | None = 2**20) -> int | None:
    """Number of configurations; ``None`` if infinite or above ``upper_limit``."""
    return Space.of(config_space).size(upper_limit)


def config_to_match_string(
    config: Mapping[str, Any], config_space: Mapping[str, Any], keys: Sequence[str] | None = None
) -> str:
    """A string that is equal for equal configurations.

    Args:
        config: Must contain those of ``keys`` that are active; the others do not count.
        config_space: Where the domains of ``keys`` are.
        keys: Names of parameters, in the order of the string. Default: all that are searched over, alphabetically.

    Returns:
        For example ``"c:1,f:2,i:3,x:1.234568e-01"``.
    """
    names = sorted(non_constant_hyperparameter_keys(config_space)) if keys is None else keys
    if any(config_space[name].conditions for name in names):
        active = Space.of(config_space).active(config)
        names = [name for name in names if name in active]
    return ",".join(f"{name}:{config_space[name].match_string(config[name])}" for name in names)


def restrict_domain(numerical_domain: Domain, lower: float, upper: float) -> Domain:
    """The part of a numeric domain that lies in ``[lower, upper]``.

    Args:
        numerical_domain: A float, an integer, or a finite range, which keeps its grid.
        lower: New lower bound; has no effect below the old one.
        upper: New upper bound; has no effect above the old one.

    Returns:
        A new domain with the same scale, step and conditions.

    Raises:
        ConfigSpaceError: If the domain is not numeric, or nothing is left of it.
    """
    if not isinstance(numerical_domain, (NumericDomain, FiniteRange)):
        raise ConfigSpaceError(f"{numerical_domain!r} is not numeric and cannot be restricted to a range")
    return numerical_domain.restricted(lower, upper)


def config_space_to_json_dict(config_space: Mapping[str, Any]) -> dict[str, Any]:
    """The JSON form of a space, see :mod:`~syne_tune.config_space.serialize`."""
    if isinstance(config_space, Space):
        return config_space.to_json_dict()
    return {name: pack(value) for name, value in config_space.items()}


def config_space_from_json_dict(config_space_dict: Mapping[str, Any]) -> dict[str, Any]:
    """Inverts :func:`config_space_to_json_dict`; constraints, for which a dictionary has no place, are dropped.

    Use :meth:`Space.from_json_dict` to keep them.
    """
    return {name: unpack(value) for name, value in config_space_dict.items() if name != CONSTRAINTS_KEY}
