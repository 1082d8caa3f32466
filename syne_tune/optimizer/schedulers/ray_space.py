"""Configuration spaces in the terms of Ray Tune; needs the extra ``ray``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from syne_tune.config_space import Categorical, Domain, FiniteRange, Float, Integer, Space
from syne_tune.config_space.samplers import LogUniform, Quantized, Sampler, Uniform
from syne_tune.errors import OptionError
from syne_tune.optional import require


def ray_space(config_space: Mapping[str, Any]) -> dict[str, Any]:
    """The same space for Ray Tune.

    Upper ends of integers are excluded there, so they become larger by one. What Ray has no domain for (ordered values,
    finite ranges) becomes a choice of values, without their order. Constants stay as they are.

    Args:
        config_space: Name of parameter to domain or constant.

    Returns:
        Name of parameter to domain of Ray, or constant.

    Raises:
        MissingExtraError: If Ray is not installed.
        OptionError: If the space has conditions or constraints, or a scale that Ray has not.
    """
    space = Space.of(config_space)
    if space.constraints or any(domain.conditions for domain in space.free.values()):
        raise OptionError(
            "RayTuneScheduler: spaces of Ray Tune have neither conditions nor constraints between parameters"
        )
    return {**space.constants, **{name: _ray_domain(name, domain) for name, domain in space.free.items()}}


def _ray_domain(name: str, domain: Domain) -> Any:
    tune = require("ray.tune", "ray")
    if isinstance(domain, (Float, Integer)):
        return _ray_range(tune, name, domain)
    assert isinstance(domain, (Categorical, FiniteRange)), "all other domains"
    return tune.choice(list(domain.enumerate_values()))


def _ray_range(tune: Any, name: str, domain: Float | Integer) -> Any:
    sampler: Sampler = domain.get_sampler()
    step = sampler.q if isinstance(sampler, Quantized) else None
    base = sampler.sampler if isinstance(sampler, Quantized) else sampler
    if type(base) not in (Uniform, LogUniform):
        raise OptionError(f"RayTuneScheduler: Ray Tune cannot represent {name} = {domain.domain_str}")
    log = "log" if type(base) is LogUniform else ""
    kind = "randint" if isinstance(domain, Integer) else "uniform"
    if step is not None and step != 1:
        return getattr(tune, f"q{log}{kind}")(domain.lower, domain.upper, step)
    upper = domain.upper + 1 if isinstance(domain, Integer) else domain.upper
    return getattr(tune, f"{log}{kind}")(domain.lower, upper)
