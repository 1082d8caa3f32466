"""The JSON form of domains and of entries of a space.

A domain becomes::

    {"domain_cls": "Float", "domain_kwargs": {"lower": 1e-05, "upper": 0.1},
     "sampler_cls": "LogUniform", "sampler_kwargs": {"base": 2.718281828459045}}

The sampler is left out where there is no choice. Quantised domains have ``"sampler_cls": "Quantized"`` with the inner
sampler among the ``sampler_kwargs``; conditional ones have ``"active_if"``, a list of conditions. Constants stay as
they are, except tuples (``{"st_tuple": [...]}``) and dictionaries that would be mistaken for something else
(``{"st_dict": {...}}``).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from syne_tune.config_space.categorical import Categorical, Ordinal, OrdinalNearestNeighbor
from syne_tune.config_space.conditions import Between, Condition, OneOf, Predicate
from syne_tune.config_space.domain import Domain
from syne_tune.config_space.finite_range import FiniteRange
from syne_tune.config_space.numeric import Float, Integer
from syne_tune.config_space.samplers import (
    Grid,
    LogUniform,
    Normal,
    Quantized,
    ReverseLogUniform,
    Sampler,
    Uniform,
)
from syne_tune.errors import ConfigSpaceError, nearest

DOMAIN_KEY = "domain_cls"
TUPLE_KEY = "st_tuple"
DICT_KEY = "st_dict"
CONSTRAINTS_KEY = "st_constraints"
"""Entry of the JSON form of a space that holds its constraints; no parameter can have this name."""

_KWARGS: dict[str, tuple[Callable[..., Domain], tuple[str, ...]]] = {
    "Float": (Float, ("lower", "upper")),
    "Integer": (Integer, ("lower", "upper")),
    "Categorical": (Categorical, ("categories",)),
    "Ordinal": (Ordinal, ("categories",)),
    "OrdinalNearestNeighbor": (OrdinalNearestNeighbor, ("categories", "log_scale")),
    "FiniteRange": (FiniteRange, ("lower", "upper", "size", "log_scale", "cast_int")),
}

_SAMPLERS: dict[str, type[Sampler]] = {
    cls.__name__: cls for cls in (Uniform, LogUniform, ReverseLogUniform, Normal, Quantized, Grid)
}


def to_dict(domain: Domain) -> dict[str, Any]:
    """The JSON form of a domain, see the module's description.

    Raises:
        ConfigSpaceError: If ``domain`` is of a class of the user's own.
    """
    name = type(domain).__name__
    if name not in _KWARGS:
        raise ConfigSpaceError(f"{domain!r}: a domain of class {name} has no JSON form; {nearest(name, _KWARGS)}")
    kwargs = {key: pack(getattr(domain, key)) for key in _KWARGS[name][1]}
    result: dict[str, Any] = {DOMAIN_KEY: name, "domain_kwargs": kwargs}
    if not isinstance(domain, (FiniteRange, OrdinalNearestNeighbor)):
        result.update(_sampler_to_dict(domain.get_sampler()))
    if domain.conditions:
        result["active_if"] = [_condition_to_dict(condition) for condition in domain.conditions]
    return result


def from_dict(d: Mapping[str, Any]) -> Domain:
    """Inverts :func:`to_dict`.

    Raises:
        ConfigSpaceError: If ``d`` is no JSON form of a domain.
    """
    name = d.get(DOMAIN_KEY)
    if name not in _KWARGS:
        raise ConfigSpaceError(f"{DOMAIN_KEY} = {name!r} is not known; {nearest(str(name), _KWARGS)}")
    try:
        kwargs = {key: unpack(value) for key, value in d["domain_kwargs"].items()}
        domain = _KWARGS[name][0](**kwargs)
        if d.get("sampler_cls") is not None:
            domain.set_sampler(_sampler_from_dict(d))
        return domain.with_conditions(tuple(_condition_from_dict(c) for c in d.get("active_if", ())))
    except (KeyError, TypeError, AttributeError) as error:
        raise ConfigSpaceError(f"{d!r} is not the JSON form of a domain: {error!r}") from error


def _sampler_to_dict(sampler: Sampler) -> dict[str, Any]:
    kwargs = dict(vars(sampler))
    if isinstance(sampler, Quantized):
        kwargs = {"q": sampler.q, **_sampler_to_dict(sampler.sampler)}
    return {"sampler_cls": str(sampler), "sampler_kwargs": kwargs}


def _sampler_from_dict(d: Mapping[str, Any]) -> Sampler:
    name, kwargs = d["sampler_cls"], dict(d.get("sampler_kwargs") or {})
    if name not in _SAMPLERS:
        raise ConfigSpaceError(f"sampler_cls = {name!r} is not known; {nearest(str(name), _SAMPLERS)}")
    if name == "Quantized":
        return Quantized(_sampler_from_dict(kwargs), kwargs["q"])
    return _SAMPLERS[name](**kwargs)


def _condition_to_dict(condition: Condition) -> dict[str, Any]:
    predicate = condition.predicate
    if isinstance(predicate, OneOf):
        return {"parent": condition.parent, "values": [pack(value) for value in predicate.values]}
    bounds = {"lower": predicate.lower, "upper": predicate.upper}
    return {
        "parent": condition.parent,
        **{key: value for key, value in bounds.items() if math.isfinite(value)},
    }


def _condition_from_dict(d: Mapping[str, Any]) -> Condition:
    predicate: Predicate
    if "values" in d:
        predicate = OneOf(tuple(unpack(value) for value in d["values"]))
    else:
        predicate = Between(d.get("lower", -math.inf), d.get("upper", math.inf))
    return Condition(d["parent"], predicate)


def pack(value: Any) -> Any:
    """The JSON form of an entry of a space: a domain, or a constant."""
    if isinstance(value, Domain):
        return to_dict(value)
    if isinstance(value, tuple):
        return {TUPLE_KEY: [pack(entry) for entry in value]}
    if isinstance(value, list):
        return [pack(entry) for entry in value]
    if isinstance(value, dict):
        packed = {key: pack(entry) for key, entry in value.items()}
        ambiguous = any(key in value for key in (DOMAIN_KEY, TUPLE_KEY, DICT_KEY))
        return {DICT_KEY: packed} if ambiguous else packed
    return value


def unpack(value: Any) -> Any:
    """Inverts :func:`pack`."""
    if isinstance(value, list):
        return [unpack(entry) for entry in value]
    if not isinstance(value, Mapping):
        return value
    if DOMAIN_KEY in value:
        return from_dict(value)
    if set(value) == {TUPLE_KEY}:
        return tuple(unpack(entry) for entry in value[TUPLE_KEY])
    entries = value[DICT_KEY] if set(value) == {DICT_KEY} else value
    return {key: unpack(entry) for key, entry in entries.items()}
