"""Configurations as vectors in the unit cube, and back: :class:`HyperparameterRanges`.

Notation: ``n`` configurations, ``h`` hyperparameters, ``d >= h`` coordinates. A number has one coordinate, on its own
scale; a list of values in a meaningful order one; a choice of two values one; any other choice one per value
(one-hot). Integers and other finite domains own equal shares of the unit interval, so that end points are not at its
ends: ``randint(1, 4)`` has the codes 1/8, 3/8, 5/8, 7/8.

Conditional parameters: where a parameter is inactive, all its coordinates are 0.5. Decoding drops it, and
:meth:`HyperparameterRanges.active_mask` tells models which coordinates carry information.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from syne_tune.config_space import Domain, Space, config_to_match_string
from syne_tune.config_space.configuration_rules import checked_values
from syne_tune.config_space.domain import is_position
from syne_tune.errors import ConfigSpaceError, nearest
from syne_tune.optimizer.schedulers.searchers.parameter_codes import Bounds, FloatArray, ParameterCode, make_code
from syne_tune.trial import Config

INACTIVE_CODE = 0.5
"""Value of all coordinates of an inactive parameter."""


def make_hyperparameter_ranges(
    config_space: Mapping[str, Any],
    name_last_pos: str | None = None,
    value_for_last_pos: Any = None,
    active_config_space: Mapping[str, Any] | None = None,
    prefix_keys: list[str] | None = None,
) -> HyperparameterRanges:
    """Constructs :class:`HyperparameterRanges`, which see for the arguments."""
    return HyperparameterRanges(config_space, name_last_pos, value_for_last_pos, active_config_space, prefix_keys)


class HyperparameterRanges:
    """Maps configurations to vectors of length :attr:`ndarray_size` in the unit cube, and back.

    Args:
        config_space: Mapping from name to domain or constant; constants play no role.
        name_last_pos: Parameter whose coordinates come last (for example the resource). Default: none.
        value_for_last_pos: Value this parameter is fixed to in sampling and in :meth:`get_ndarray_bounds`.
        active_config_space: Parameters with narrower ranges. The encoding is that of ``config_space``; sampling and
            bounds are restricted.
        prefix_keys: Parameters whose coordinates come first, in this order.

    Raises:
        ConfigSpaceError: If an argument names an unknown parameter, or an active range is no part of the full one.

    Attributes:
        config_space: As given.
        space: The same as :class:`~syne_tune.config_space.Space`.
        config_space_for_sampling: The space random configurations are drawn from.
        name_last_pos: As given.
        value_for_last_pos: As given.
    """

    def __init__(
        self,
        config_space: Mapping[str, Any],
        name_last_pos: str | None = None,
        value_for_last_pos: Any = None,
        active_config_space: Mapping[str, Any] | None = None,
        prefix_keys: list[str] | None = None,
    ) -> None:
        self.config_space = config_space
        self.space = Space.of(config_space)
        self.name_last_pos = name_last_pos
        self.value_for_last_pos = value_for_last_pos
        self._internal_keys = _ordered_names(self.space, prefix_keys or [], name_last_pos)
        self._codes = {name: make_code(self.space.free[name]) for name in self._internal_keys}
        self._ranges: dict[str, tuple[int, int]] = {}
        start = 0
        for name, code in self._codes.items():
            self._ranges[name] = (start, start + code.size)
            start += code.size
        self._size = start
        active = _active_domains(self.space, active_config_space or {})
        self._bounds = self._make_bounds(active)
        self.config_space_for_sampling = self._make_sampling_space(active)

    def _make_bounds(self, active: Mapping[str, Domain]) -> Bounds:
        bounds: Bounds = []
        for name, code in self._codes.items():
            if name == self.name_last_pos and self.is_attribute_fixed():
                values = checked_values({name: self.value_for_last_pos}, self.space, "value_for_last_pos")
                codes = code.encode([values[name]])[0].tolist()
                bounds.extend((code, code) for code in codes)
            else:
                bounds.extend(code.bounds(active.get(name, self.space.free[name])))
        return bounds

    def _make_sampling_space(self, active: Mapping[str, Domain]) -> Space:
        entries = {**self.space, **active}
        if self.name_last_pos is not None and self.is_attribute_fixed():
            entries[self.name_last_pos] = self.value_for_last_pos
        return Space(entries, self.space.constraints)

    # -- layout --------------------------------------------------------------------------------------------------

    @property
    def internal_keys(self) -> list[str]:
        """Names of the hyperparameters in the order of their coordinates."""
        return list(self._internal_keys)

    @property
    def ndarray_size(self) -> int:
        """Number of coordinates, ``d``."""
        return self._size

    @property
    def encoded_ranges(self) -> dict[str, tuple[int, int]]:
        """Name to ``(start, end)``: the coordinates ``start <= j < end`` belong to the parameter."""
        return dict(self._ranges)

    def __len__(self) -> int:
        """Number of hyperparameters, ``h``."""
        return len(self._internal_keys)

    def is_attribute_fixed(self) -> bool:
        """Whether the parameter in last position is fixed to a value."""
        return self.name_last_pos is not None and self.value_for_last_pos is not None

    def get_ndarray_bounds(self) -> Bounds:
        """Lower and upper bound of each of the ``d`` coordinates; equal where a coordinate is fixed."""
        return list(self._bounds)

    # -- encoding ------------------------------------------------------------------------------------------------

    def to_ndarray(self, config: Config) -> FloatArray:
        """Encodes one configuration, shape ``(d,)``; see :meth:`to_ndarray_matrix`."""
        return self.to_ndarray_matrix([config]).ravel()

    def to_ndarray_matrix(self, configs: Sequence[Config]) -> FloatArray:
        """Encodes configurations.

        Args:
            configs: Each contains all active parameters; other keys are ignored.

        Returns:
            Array of shape ``(n, d)`` with entries in ``[0, 1]``.

        Raises:
            ConfigSpaceError: If a parameter is missing, or a value outside of its domain.
        """
        matrix = np.full((len(configs), self._size), INACTIVE_CODE)
        activity = self._activity(configs) if self.space.is_conditional else None
        with np.errstate(all="ignore"):
            for column, (name, code) in enumerate(self._codes.items()):
                start, end = self._ranges[name]
                if activity is None:
                    matrix[:, start:end] = _encode(name, code, configs)
                else:
                    rows = np.flatnonzero(activity[:, column])
                    matrix[rows, start:end] = _encode(name, code, [configs[row] for row in rows.tolist()])
        if not is_position(matrix).all():
            self._refuse(matrix, configs)
        clipped: FloatArray = np.clip(matrix, 0.0, 1.0)
        return clipped

    def _refuse(self, matrix: FloatArray, configs: Sequence[Config]) -> NoReturn:
        """Raises the error that names the first value outside of its domain."""
        row, coordinate = np.argwhere(~is_position(matrix))[0].tolist()
        name = next(name for name, (start, end) in self._ranges.items() if start <= coordinate < end)
        value = configs[row][name]
        raise ConfigSpaceError(f"{name} = {value!r}: must be a value of {self.space.free[name]!r}")

    def from_ndarray(self, enc_config: FloatArray) -> dict[str, Any]:
        """Decodes a vector of ``d`` entries; see :meth:`from_ndarray_matrix`."""
        return self.from_ndarray_matrix(np.asarray(enc_config, dtype=np.float64).reshape((1, -1)))[0]

    def from_ndarray_matrix(self, matrix: FloatArray) -> list[dict[str, Any]]:
        """Decodes vectors; the inverse of :meth:`to_ndarray_matrix`.

        Args:
            matrix: Shape ``(n, d)``. Any point of the unit cube is the code of some configuration.

        Returns:
            For each row the values of the active parameters, in the order of the space. Constraints are not looked
            at, see :meth:`Space.broken_constraints`.

        Raises:
            ConfigSpaceError: If rows do not have ``d`` entries.
        """
        if matrix.ndim != 2 or matrix.shape[1] != self._size:
            raise ConfigSpaceError(
                f"encoded configurations of shape {matrix.shape}: each must have {self._size} entries"
            )
        if not self.space.free:
            return [{} for _ in matrix]
        columns = []
        for name in self.space.free:
            start, end = self._ranges[name]
            columns.append(self._codes[name].decode(matrix[:, start:end]))
        configs = [dict(zip(self.space.free, row, strict=True)) for row in zip(*columns, strict=True)]
        if not self.space.is_conditional:
            return configs
        return [{name: config[name] for name in self.space.active(config)} for config in configs]

    def active_mask(self, configs: Sequence[Config]) -> NDArray[np.bool_]:
        """Which coordinates belong to parameters that are active.

        Args:
            configs: ``n`` configurations.

        Returns:
            Array of shape ``(n, d)``; all ``True`` if the space has no conditional parameters.
        """
        if not self.space.is_conditional:
            return np.ones((len(configs), self._size), dtype=bool)
        sizes = [code.size for code in self._codes.values()]
        return np.repeat(self._activity(configs), sizes, axis=1)

    def _activity(self, configs: Sequence[Config]) -> NDArray[np.bool_]:
        """Which parameters are active, shape ``(n, h)``."""
        rows = [set(self.space.active(config)) for config in configs]
        activity = [[name in row for name in self._internal_keys] for row in rows]
        return np.array(activity, dtype=bool).reshape((len(configs), len(self)))

    # -- random configurations -----------------------------------------------------------------------------------

    def random_config(self, random_state: np.random.RandomState) -> dict[str, Any]:
        """Draws a configuration from the active ranges, with the last position fixed if it is."""
        return self._with_last_pos(self.config_space_for_sampling.sample(random_state))

    def random_configs(self, random_state: np.random.RandomState, num_configs: int) -> list[dict[str, Any]]:
        """Draws several configurations: the same as that many calls of :meth:`random_config`, but faster."""
        drawn = self.config_space_for_sampling.sample_many(random_state, num_configs)
        return [self._with_last_pos(config) for config in drawn]

    def _with_last_pos(self, config: dict[str, Any]) -> dict[str, Any]:
        if self.name_last_pos is not None and self.is_attribute_fixed():
            config[self.name_last_pos] = self.value_for_last_pos
        return config

    def filter_for_last_pos_value(self, configs: Sequence[Config]) -> list[Config]:
        """The configurations whose last position has the value it is fixed to; all if it is not fixed."""
        if self.name_last_pos is None or not self.is_attribute_fixed():
            return list(configs)
        return [config for config in configs if config[self.name_last_pos] == self.value_for_last_pos]

    # -- configurations as tuples and strings --------------------------------------------------------------------

    def config_to_tuple(
        self, config: Config, keys: list[str] | None = None, skip_last: bool = False
    ) -> tuple[Any, ...]:
        """Values in the order of :attr:`internal_keys`.

        Args:
            config: Constants in it are ignored.
            keys: Another order, or a part of the keys.
            skip_last: Whether to leave out the parameter in last position.

        Returns:
            A tuple with ``None`` for inactive parameters.
        """
        return tuple(config.get(name) for name in self._keys(keys, skip_last))

    def tuple_to_config(
        self, config_tpl: tuple[Any, ...], keys: list[str] | None = None, skip_last: bool = False
    ) -> dict[str, Any]:
        """Inverts :meth:`config_to_tuple`."""
        pairs = zip(self._keys(keys, skip_last), config_tpl, strict=True)
        return {name: value for name, value in pairs if value is not None}

    def config_to_match_string(self, config: Config, keys: list[str] | None = None, skip_last: bool = False) -> str:
        """A string that is equal for equal configurations, for example ``"n:3,x:1.234568e-01"``."""
        return config_to_match_string(config, self.space, self._keys(keys, skip_last))

    def _keys(self, keys: list[str] | None, skip_last: bool) -> list[str]:
        names = self._internal_keys if keys is None else keys
        return [name for name in names if name != self.name_last_pos] if skip_last else names


def _encode(name: str, code: ParameterCode, configs: Sequence[Config]) -> FloatArray:
    try:
        return code.encode([config[name] for config in configs])
    except KeyError:
        missing = next(config for config in configs if name not in config)
        raise ConfigSpaceError(f"configuration {dict(missing)!r}: {name} is missing") from None
    except ConfigSpaceError as error:
        raise ConfigSpaceError(f"{name}: {error}") from error


def _ordered_names(space: Space, prefix_keys: list[str], name_last_pos: str | None) -> list[str]:
    last = [] if name_last_pos is None else [name_last_pos]
    for name in [*prefix_keys, *last]:
        if name not in space.free:
            raise ConfigSpaceError(f"{name!r} is no parameter to search over; {nearest(name, space.free)}")
    inner = sorted(name for name in space.free if name not in prefix_keys and name not in last)
    return [*(name for name in prefix_keys if name not in last), *inner, *last]


def _active_domains(space: Space, active_config_space: Mapping[str, Any]) -> dict[str, Domain]:
    """The narrower domains, with the conditions of the full ones."""
    active = {name: domain for name, domain in active_config_space.items() if isinstance(domain, Domain)}
    for name in active:
        if name not in space.free:
            raise ConfigSpaceError(f"active_config_space: unknown parameter {name!r}; {nearest(name, space.free)}")
    return {name: domain.with_conditions(space.free[name].conditions) for name, domain in active.items()}
