"""From the distributions that Optuna stores to domains, and from its internal values to those of the domains."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from syne_tune.config_space import (
    Domain,
    choice,
    finrange,
    lograndint,
    loguniform,
    randint,
    uniform,
)
from syne_tune.errors import ExperimentNotFoundError

_FLOATS = ("FloatDistribution", "UniformDistribution", "LogUniformDistribution", "DiscreteUniformDistribution")
_INTEGERS = ("IntDistribution", "IntUniformDistribution", "IntLogUniformDistribution")
_CHOICES = "CategoricalDistribution"
_LOGS = ("LogUniformDistribution", "IntLogUniformDistribution")


@dataclass(frozen=True)
class Parameter:
    """One parameter of a study.

    Args:
        domain: Its domain, or the one value it has.
        choices: Values by position, if it is a choice.
        note: What could not be taken over as it was; empty if nothing.
    """

    domain: Any
    choices: tuple[Any, ...] | None = None
    note: str = ""

    def value(self, internal: float) -> Any:
        """The value that an internal number stands for."""
        if self.choices is not None:
            return self.choices[int(internal)]
        return self.domain.cast(internal) if isinstance(self.domain, Domain) else self.domain


def parameter(name: str, distributions: Sequence[Mapping[str, Any]]) -> Parameter:
    """Brings the distributions that a parameter had in different trials together.

    Args:
        name: Of the parameter, for messages.
        distributions: At least one, as stored: ``{"name": ..., "attributes": {...}}``.

    Raises:
        ExperimentNotFoundError: If one is of an unknown kind.
    """
    first = distributions[0]
    kind, attributes = first["name"], first["attributes"]
    if kind == _CHOICES:
        return _choice(name, attributes["choices"])
    if kind not in _FLOATS + _INTEGERS:
        raise ExperimentNotFoundError(f"{name}: distributions of the kind {kind!r} are not known")
    lower = min(entry["attributes"]["low"] for entry in distributions)
    upper = max(entry["attributes"]["high"] for entry in distributions)
    differs = any(entry["attributes"] != attributes for entry in distributions)
    note = f"{name}: its range differs between trials; the widest one, {lower} to {upper}, is taken" if differs else ""
    if lower == upper:
        return Parameter(int(lower) if kind in _INTEGERS else float(lower), note=note)
    is_log = bool(attributes.get("log")) or kind in _LOGS
    step = attributes.get("step") or attributes.get("q")
    make = _integer if kind in _INTEGERS else _float
    return Parameter(make(lower, upper, step, is_log), note=note)


def _float(lower: float, upper: float, step: float | None, is_log: bool) -> Domain:
    if step:
        return finrange(float(lower), float(upper), round((upper - lower) / step) + 1)
    return loguniform(lower, upper) if is_log else uniform(lower, upper)


def _integer(lower: int, upper: int, step: float | None, is_log: bool) -> Domain:
    if is_log:
        return lograndint(int(lower), int(upper))
    if step and step > 1:
        return finrange(float(lower), float(upper), round((upper - lower) / step) + 1, cast_int=True)
    return randint(int(lower), int(upper))


def _choice(name: str, stored: Sequence[Any]) -> Parameter:
    """Choices of one type stay as they are, numbers become floats, everything else becomes text."""
    values, note = list(stored), ""
    kinds = {type(value) for value in values}
    if kinds == {int, float}:
        values = [float(value) for value in values]
    elif len(kinds) > 1 or not kinds <= {str, bool, int, float}:
        values = _as_text(values)
        note = f"{name}: its values {stored!r} are of different types and became text"
    domain = choice(values) if len(values) > 1 else values[0]
    return Parameter(domain, tuple(values), note)


def _as_text(values: Sequence[Any]) -> list[str]:
    plain = [str(value) for value in values]
    return plain if len(set(plain)) == len(plain) else [json.dumps(value) for value in values]
