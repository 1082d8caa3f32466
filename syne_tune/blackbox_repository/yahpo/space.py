"""Search spaces in the JSON format of the ConfigSpace library, conditions included."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from syne_tune.config_space import (
    Domain,
    Space,
    active_if,
    choice,
    lograndint,
    loguniform,
    ordinal,
    randint,
    uniform,
)
from syne_tune.errors import ConfigSpaceError, nearest


def read_space(description: Mapping[str, Any]) -> Space:
    """Translates a search space.

    Args:
        description: Content of a ``config_space.json``: hyperparameters, conditions (equal to a value, one of several,
            different from one; conjunctions), no forbidden combinations.

    Returns:
        The same space; conditional hyperparameters are conditional in it.

    Raises:
        ConfigSpaceError: If the description needs what our spaces do not have.
    """
    if description.get("forbiddens"):
        raise ConfigSpaceError("config_space.json has forbidden combinations, which cannot be translated")
    domains = {entry["name"]: _domain(entry) for entry in description["hyperparameters"]}
    for condition in description.get("conditions") or ():
        for child, parent, values in _conditions(condition, domains):
            domains[child] = active_if(domains[child], {parent: values})
    return Space(domains)


def _float(entry: Mapping[str, Any]) -> Domain:
    return (loguniform if entry.get("log") else uniform)(entry["lower"], entry["upper"])


def _int(entry: Mapping[str, Any]) -> Domain:
    return (lograndint if entry.get("log") else randint)(entry["lower"], entry["upper"])


_DOMAINS: dict[str, Callable[[Mapping[str, Any]], Any]] = {
    "uniform_float": _float,
    "uniform_int": _int,
    "categorical": lambda entry: choice(entry["choices"]),
    "ordinal": lambda entry: ordinal(entry["sequence"]),
    "constant": lambda entry: entry["value"],
}


def _domain(entry: Mapping[str, Any]) -> Any:
    kind = entry["type"]
    if kind not in _DOMAINS:
        raise ConfigSpaceError(f"hyperparameter {entry['name']!r} has type {kind!r}; {nearest(kind, _DOMAINS)}")
    return _DOMAINS[kind](entry)


def _conditions(condition: Mapping[str, Any], domains: Mapping[str, Any]) -> Sequence[tuple[str, str, list[Any]]]:
    """Child, parent and values of the parent for which the child is active; all of them must hold."""
    kind = condition["type"]
    if kind == "AND":
        return [found for part in condition["conditions"] for found in _conditions(part, domains)]
    child, parent = condition["child"], condition.get("parent")
    if parent is None or kind not in ("EQ", "IN", "NEQ"):
        raise ConfigSpaceError(f"condition on {child!r} has type {kind!r}, which cannot be translated")
    if kind == "IN":
        return [(child, parent, list(condition["values"]))]
    if kind == "EQ":
        return [(child, parent, [condition["value"]])]
    return [(child, parent, [value for value in domains[parent].categories if value != condition["value"]])]
