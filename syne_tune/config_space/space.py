"""A whole search space: :class:`Space`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import compress
from types import MappingProxyType
from typing import Any

import numpy as np

from syne_tune import jsonio
from syne_tune.config_space.conditions import parents_first
from syne_tune.config_space.configuration_rules import (
    cast_value,
    check_complete,
    check_none_inactive,
    check_unbroken,
    checked_values,
)
from syne_tune.config_space.constraints import Constraint, as_constraints
from syne_tune.config_space.domain import Domain
from syne_tune.config_space.enumeration import count_configurations, iterate_configurations
from syne_tune.config_space.repair import nearest_valid
from syne_tune.config_space.serialize import CONSTRAINTS_KEY, pack, unpack
from syne_tune.config_space.space_rules import check_conditions, check_constraints, check_entries
from syne_tune.errors import ConfigSpaceError

MAX_REJECTIONS = 100_000
"""So many random configurations in a row may break a constraint before sampling gives up."""

DRAWS_AT_CONSTRUCTION = 1_000
"""One of so many random configurations must satisfy the constraints, else the space is refused. This is far less than
:const:`MAX_REJECTIONS`, so that a space that was accepted does not fail later."""


class Space(Mapping[str, Any]):
    """An immutable search space: name of parameter to domain or constant, in the user's order, and constraints.

    Args:
        entries: Values that are not domains are constants, passed to every trial as they are.
        constraints: Rules between parameters, as :class:`Constraint` or text, added to those of ``entries`` if that
            is a space itself.

    Raises:
        ConfigSpaceError: If a rule is broken; the message names the key and the value.

    Attributes:
        free: The parameters to search over, in the user's order.
        constants: Everything else.
        constraints: All constraints.
    """

    def __init__(self, entries: Mapping[str, Any], constraints: Sequence[Constraint | str] = ()) -> None:
        check_entries(entries)
        inherited = entries.constraints if isinstance(entries, Space) else ()
        self._entries: dict[str, Any] = dict(entries)
        domains = {name: value for name, value in entries.items() if isinstance(value, Domain)}
        self.free: Mapping[str, Domain] = MappingProxyType(domains)
        self.constants: Mapping[str, Any] = MappingProxyType(
            {name: value for name, value in entries.items() if name not in domains}
        )
        self.constraints: tuple[Constraint, ...] = (*inherited, *as_constraints(constraints))
        self.parents_first = parents_first({name: domain.conditions for name, domain in domains.items()})
        check_conditions(self.free, self.constants)
        check_constraints(self.constraints, self._entries)
        self._names = list(domains)
        self._columns = {name: column for column, name in enumerate(domains)}
        self._constants_last = list(self._entries) == [*domains, *self.constants]
        self._sorted_by_name = sorted(domains.items())
        self.is_conditional = any(domain.conditions for domain in domains.values())
        if self.constraints:
            self._sample(np.random.RandomState(0), DRAWS_AT_CONSTRUCTION)

    @classmethod
    def of(cls, mapping: Mapping[str, Any]) -> Space:
        """``mapping`` as a space: itself if it is one, else a new one.

        Raises:
            ConfigSpaceError: If a rule is broken; the message names the key and the value.
        """
        return mapping if isinstance(mapping, Space) else cls(mapping)

    def __getitem__(self, name: str) -> Any:
        return self._entries[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Mapping):
            return NotImplemented
        constraints = other.constraints if isinstance(other, Space) else ()
        return self._entries == dict(other) and set(self.constraints) == set(constraints)

    __hash__ = None  # type: ignore[assignment]

    def __reduce__(self) -> tuple[type[Space], tuple[dict[str, Any], tuple[Constraint, ...]]]:
        return Space, (self._entries, self.constraints)

    def __repr__(self) -> str:
        constraints = f", constraints={[c.text for c in self.constraints]!r}" if self.constraints else ""
        return f"Space({self._entries!r}{constraints})"

    # -- which parameters are active -----------------------------------------------------------------------------

    def active(self, config: Mapping[str, Any]) -> list[str]:
        """Names of the free parameters that are active under ``config``, in the user's order.

        Args:
            config: Further keys are ignored. Where a parent is missing, its children are inactive.
        """
        if not self.is_conditional:
            return list(self._names)
        seen = {**self.constants, **config}
        active = set()
        for name in self.parents_first:
            domain = self.free[name]
            if all(condition.holds(seen) for condition in domain.conditions):
                active.add(name)
                if name in config:
                    seen[name] = cast_value(name, domain, config[name])
            else:
                seen.pop(name, None)
        return [name for name in self._names if name in active]

    def broken_constraints(self, config: Mapping[str, Any]) -> list[Constraint]:
        """The constraints that ``config`` does not satisfy; constants need not be part of it."""
        if not self.constraints:
            return []
        values = {**self.constants, **config}
        return [constraint for constraint in self.constraints if not constraint.holds(values)]

    # -- sampling ------------------------------------------------------------------------------------------------

    def sample(self, random_state: np.random.RandomState) -> dict[str, Any]:
        """Draws a configuration: active free parameters only, constraints satisfied.

        Every attempt takes as many numbers from ``random_state`` as there are free parameters, active or not.

        Raises:
            ConfigSpaceError: If (almost) nothing satisfies the constraints.
        """
        return self._sample(random_state, MAX_REJECTIONS)

    def _sample(self, random_state: np.random.RandomState, attempts: int) -> dict[str, Any]:
        for _ in range(attempts):
            config = self._attempt(random_state, {})
            if config is not None:
                return config
        raise self._nothing_valid(attempts)

    def _attempt(self, random_state: np.random.RandomState, fixed: Mapping[str, Any]) -> dict[str, Any] | None:
        """A random configuration with all of the ``fixed`` values, if it is valid."""
        config = self._at(random_state.random_sample(len(self._names)).tolist(), fixed)
        is_valid = fixed.keys() <= config.keys() and not self.broken_constraints(config)
        return config if is_valid else None

    def sample_many(self, random_state: np.random.RandomState, n: int) -> list[dict[str, Any]]:
        """Draws ``n`` configurations: the same as ``n`` calls of :meth:`sample`, but faster."""
        if self.is_conditional or not self._names:
            return [self.sample(random_state) for _ in range(n)]
        configs: list[dict[str, Any]] = []
        in_vain = 0
        while len(configs) < n and in_vain <= MAX_REJECTIONS:
            drawn = self._draw_many(random_state, n - len(configs))
            in_vain = 0 if drawn else in_vain + n - len(configs)
            configs.extend(drawn)
        if len(configs) < n:
            raise self._nothing_valid(in_vain)
        return configs

    def _draw_many(self, random_state: np.random.RandomState, n: int) -> list[dict[str, Any]]:
        """Draws ``n`` configurations of a space without conditions, and keeps the valid ones."""
        units = random_state.random_sample((n, len(self._names)))
        columns = {name: domain.quantile_many(units[:, j]) for j, (name, domain) in enumerate(self.free.items())}
        rows: Iterator[tuple[Any, ...]] = zip(*columns.values(), strict=True)
        if self.constraints:
            known = {**self.constants, **columns}
            valid = np.all([constraint.holds_many(known, n) for constraint in self.constraints], axis=0)
            rows = compress(rows, valid.tolist())
        return [dict(zip(self._names, row, strict=True)) for row in rows]

    def _nothing_valid(self, attempts: int) -> ConfigSpaceError:
        return ConfigSpaceError(
            f"none of {attempts} random configurations satisfies all of "
            f"{[c.text for c in self.constraints]}; relax the constraints or narrow the ranges"
        )

    def _at(self, units: list[float], fixed: Mapping[str, Any]) -> dict[str, Any]:
        """The configuration at a point of the unit cube, except for the ``fixed`` values."""
        if not self.is_conditional and not fixed:
            return {name: domain.quantile(u) for (name, domain), u in zip(self.free.items(), units, strict=True)}
        return self._resolve(
            lambda name, domain: fixed[name] if name in fixed else domain.quantile(units[self._columns[name]])
        )

    def _resolve(self, choose: Callable[[str, Domain], Any]) -> dict[str, Any]:
        """Gives every active parameter the value that ``choose`` says, parents first."""
        seen = dict(self.constants)
        for name in self.parents_first:
            domain = self.free[name]
            if all(condition.holds(seen) for condition in domain.conditions):
                seen[name] = choose(name, domain)
        return {name: seen[name] for name in self._names if name in seen}

    # -- converting and checking ---------------------------------------------------------------------------------

    def cast(self, config: Mapping[str, Any]) -> dict[str, Any]:
        """Converts the values of free parameters to their types; everything else is dropped.

        Raises:
            ConfigSpaceError: If a value cannot be converted; the message names the key.
        """
        return {name: cast_value(name, self.free[name], config[name]) for name in self._names if name in config}

    def with_constants(self, config: Mapping[str, Any]) -> dict[str, Any]:
        """What a trial receives: active parameters, cast, and constants, in the user's order.

        A constant that ``config`` contains has the value given there. Unknown keys and inactive parameters are dropped.
        """
        active = self.active(config)
        cast = {name: cast_value(name, self.free[name], config[name]) for name in active if name in config}
        if not self.constants:
            return cast
        known = {**{name: config.get(name, value) for name, value in self.constants.items()}, **cast}
        return {name: known[name] for name in self._entries if name in known}

    def complete_cast(self, config: Mapping[str, Any]) -> dict[str, Any]:
        """As :meth:`with_constants`, for active parameters that have been cast before, and nothing else."""
        if self._constants_last:
            return {**config, **self.constants}
        known = {**self.constants, **config}
        return {name: known[name] for name in self._entries if name in known}

    def check(self, config: Mapping[str, Any], what: str = "configuration") -> None:
        """Checks a full configuration; constants may be missing.

        Args:
            config: Exactly the active parameters, and possibly constants.
            what: Begins the message of the error.

        Raises:
            ConfigSpaceError: Names the key, its value, and the rule that is broken.
        """
        values = checked_values(config, self._entries, what)
        active = self.active(values)
        check_complete(values, active, self.free, what)
        check_none_inactive(values, active, self.free, what)
        check_unbroken(values, self.broken_constraints(values), what)

    # -- initial configurations ----------------------------------------------------------------------------------

    def default(self) -> dict[str, Any]:
        """The configuration in the middle of all ranges; with constraints, a valid one close to it."""
        return self.complete({})

    def complete(self, point: Mapping[str, Any], what: str | None = None) -> dict[str, Any]:
        """Checks a partial configuration and fills in what is missing, by the middle of the range.

        If the result breaks a constraint, the missing values are chosen differently, as close to the middle as a
        fixed set of random candidates allows.

        Args:
            point: Values for some of the parameters. Constants in it are dropped.
            what: Begins the message of the error. Default: the point.

        Returns:
            Values of all active free parameters.

        Raises:
            ConfigSpaceError: If a key is unknown, a value not in its domain, a parameter given but inactive, or a
                constraint cannot be satisfied.
        """
        what = what or f"point {point!r}"
        given = checked_values(point, self._entries, what)
        config = self._resolve(lambda name, domain: given[name] if name in given else domain.midpoint())
        check_none_inactive(given, config, self.free, what)
        if self.broken_constraints(config) and len(given) < len(config):
            config = nearest_valid(config, self.free, lambda draws: self._attempt(draws, given)) or config
        check_unbroken(config, self.broken_constraints(config), what)
        return config

    def complete_points(self, points: Sequence[Mapping[str, Any]] | None) -> list[dict[str, Any]]:
        """Completes a list of initial configurations (``points_to_evaluate``).

        Args:
            points: ``None`` means one default configuration.

        Returns:
            Full configurations in the given order, without duplicates.

        Raises:
            ConfigSpaceError: As :meth:`complete`; the message names the point.
        """
        if points is None:
            return [self.default()]
        if isinstance(points, (str, Mapping)) or not isinstance(points, Sequence):
            raise ConfigSpaceError(f"points_to_evaluate = {points!r}: must be a list of dictionaries")
        full = [self.complete(point, f"points_to_evaluate[{i}] = {point!r}") for i, point in enumerate(points)]
        distinct: dict[str, dict[str, Any]] = {}
        for config in full:
            distinct.setdefault(self.match_string(config), config)
        return list(distinct.values())

    # -- identity, size, files -----------------------------------------------------------------------------------

    def match_string(self, config: Mapping[str, Any]) -> str:
        """A string that is equal for equal configurations; only active free parameters count.

        Returns:
            For example ``"c:1,f:2,x:1.234568e-01"``, keys in alphabetical order.
        """
        if self.is_conditional:
            active = set(self.active(config))
            domains = [(name, domain) for name, domain in self._sorted_by_name if name in active]
        else:
            domains = self._sorted_by_name
        try:
            return ",".join([f"{name}:{domain.match_string(config[name])}" for name, domain in domains])
        except KeyError:
            check_complete(config, self.active(config), self.free, f"configuration {config!r}")
            raise

    def match_strings(self, configs: Sequence[Mapping[str, Any]]) -> list[str]:
        """:meth:`match_string` of each of them."""
        if self.is_conditional or not self._names:
            return [self.match_string(config) for config in configs]
        columns = [
            [f"{name}:{text}" for text in domain.match_strings([config[name] for config in configs])]
            for name, domain in self._sorted_by_name
        ]
        return list(map(",".join, zip(*columns, strict=True)))

    def size(self, upper_limit: int | None = 2**20) -> int | None:
        """Number of configurations.

        Args:
            upper_limit: Above this, counting stops. ``None``: no limit.

        Returns:
            ``None`` if the number is infinite, above the limit, or too laborious to count.
        """
        return count_configurations(self, upper_limit)

    def configurations(self) -> Iterator[dict[str, Any]]:
        """All configurations of a finite space, always in the same order: the last parameter varies fastest.

        Raises:
            ConfigSpaceError: If a parameter has infinitely many values.
        """
        return iterate_configurations(self)

    def to_json_dict(self) -> dict[str, Any]:
        """The JSON form: entries by name, see :mod:`~syne_tune.config_space.serialize`, and constraints if any."""
        result = {name: pack(value) for name, value in self._entries.items()}
        if self.constraints:
            result[CONSTRAINTS_KEY] = [constraint.text for constraint in self.constraints]
        return result

    @classmethod
    def from_json_dict(cls, d: Mapping[str, Any]) -> Space:
        """Inverts :meth:`to_json_dict`.

        Raises:
            ConfigSpaceError: If ``d`` is no JSON form of a space.
        """
        if not isinstance(d, Mapping):
            raise ConfigSpaceError(f"{d!r} is not the JSON form of a space: it must be an object")
        entries = {name: unpack(value) for name, value in d.items() if name != CONSTRAINTS_KEY}
        return cls(entries, d.get(CONSTRAINTS_KEY, ()))

    def to_json(self) -> str:
        """JSON text from which :meth:`from_json` restores an equal space.

        Raises:
            ConfigSpaceError: If a constant has no JSON form.
        """
        try:
            return jsonio.dumps(self.to_json_dict())
        except TypeError as error:
            raise ConfigSpaceError(f"a constant of the space has no JSON form: {error}") from error

    @classmethod
    def from_json(cls, text: str) -> Space:
        """Inverts :meth:`to_json`.

        Raises:
            ConfigSpaceError: If ``text`` is no JSON form of a space.
        """
        try:
            return cls.from_json_dict(jsonio.loads(text))
        except ConfigSpaceError:
            raise
        except ValueError as error:
            raise ConfigSpaceError(f"not valid JSON: {error}") from error
