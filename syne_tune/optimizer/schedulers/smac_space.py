"""Configuration spaces in the terms of ConfigSpace, which SMAC3 searches; needs the extra ``smac``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from syne_tune.config_space import Categorical, Domain, FiniteRange, Float, Integer, Ordinal, Space
from syne_tune.config_space.samplers import LogUniform, Uniform
from syne_tune.errors import OptionError
from syne_tune.optional import require


def smac_space(config_space: Mapping[str, Any], random_seed: int) -> Any:
    """The hyperparameters of a space as ``ConfigSpace.ConfigurationSpace``, without its constants.

    Finite ranges and rounded numbers become ordered values.

    Args:
        config_space: Name of parameter to domain or constant.
        random_seed: Of the new space, which draws.

    Raises:
        MissingExtraError: If SMAC3 is not installed.
        OptionError: If the space has conditions or constraints, or a scale that ConfigSpace has not.
    """
    space = Space.of(config_space)
    if space.constraints or any(domain.conditions for domain in space.free.values()):
        raise OptionError("SMACScheduler: searches spaces without conditions and constraints between parameters only")
    library = require("ConfigSpace", "smac")
    converted = library.ConfigurationSpace(seed=random_seed)
    converted.add([_hyperparameter(library, name, domain) for name, domain in space.free.items()])
    return converted


def _hyperparameter(library: Any, name: str, domain: Domain) -> Any:
    sampler = domain.get_sampler()
    if isinstance(domain, (Float, Integer)) and type(sampler) in (Uniform, LogUniform):
        kind = library.Float if isinstance(domain, Float) else library.Integer
        return kind(name, (domain.lower, domain.upper), log=type(sampler) is LogUniform)
    if domain.cardinality is None:
        raise OptionError(f"SMACScheduler: ConfigSpace cannot represent {name} = {domain.domain_str}")
    values = list(domain.enumerate_values())
    is_ordered = isinstance(domain, (Ordinal, FiniteRange)) or not isinstance(domain, Categorical)
    return library.OrdinalHyperparameter(name, values) if is_ordered else library.Categorical(name, values)
