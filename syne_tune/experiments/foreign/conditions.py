"""Which parameters are part of a configuration only sometimes, and when: read off from configurations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from syne_tune.config_space import Categorical, Domain, Space, active_if


def conditional_space(domains: Mapping[str, Any], configs: Sequence[Mapping[str, Any]]) -> tuple[Space, list[str]]:
    """A space in which all configurations are complete.

    A parameter that some of them lack is active for those values of a choice with which it occurred, if there is a
    choice that all have and that tells its presence from its absence. Otherwise it is no parameter of the space.

    Args:
        domains: Name of parameter to domain or constant.
        configs: The configurations.

    Returns:
        The space, and sentences about what could not be taken over.
    """
    entries: dict[str, Any] = {}
    notes: list[str] = []
    everywhere = [name for name in domains if all(name in config for config in configs)]
    for name, domain in domains.items():
        if name in everywhere:
            entries[name] = domain
            continue
        condition = _condition(name, everywhere, domains, configs)
        if condition is None or not isinstance(domain, Domain):
            notes.append(f"{name}: only some trials have it, and no choice tells which; it is not part of the space")
        else:
            entries[name] = active_if(domain, **condition)
    if not entries:
        entries = {"imported": True}
        notes.append("no trial has parameters")
    return Space(entries), notes


def is_complete(config: Mapping[str, Any], space: Space) -> bool:
    """Whether a configuration has all parameters that are active in it."""
    return all(name in config for name in space.active(config))


def _condition(
    name: str, parents: Sequence[str], domains: Mapping[str, Any], configs: Sequence[Mapping[str, Any]]
) -> dict[str, list[Any]] | None:
    for parent in parents:
        domain = domains[parent]
        if not isinstance(domain, Categorical):
            continue
        present = {config[parent] for config in configs if name in config}
        absent = {config[parent] for config in configs if name not in config}
        if not present & absent:
            return {parent: [value for value in domain.categories if value in present]}
    return None
