"""Equally spaced numbers: :class:`FiniteRange`."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from syne_tune.config_space.domain import Domain
from syne_tune.config_space.numeric import Float
from syne_tune.config_space.samplers import Sampler
from syne_tune.config_space.scales import FloatArray
from syne_tune.errors import ConfigSpaceError

GRID_TOLERANCE = 1e-9
"""Relative error up to which a number counts as a value of the grid."""


class FiniteRange(Domain):
    """``size`` equally spaced numbers from ``lower`` to ``upper``, both included.

    Values that coincide after rounding (``cast_int``) count once.

    Args:
        lower: Smallest value.
        upper: Largest value.
        size: Number of values; 1 only if ``lower == upper``.
        log_scale: Whether values are equally spaced on the log scale.
        cast_int: Whether values are rounded to integers.

    Raises:
        ConfigSpaceError: If a rule is broken; the message names argument and value.
    """

    def __init__(self, lower: float, upper: float, size: int, log_scale: bool = False, cast_int: bool = False) -> None:
        super().__init__()
        bounds = Float(lower, upper)
        self.lower, self.upper = bounds.lower, bounds.upper
        if isinstance(size, bool) or not isinstance(size, (int, np.integer)) or size < 1:
            raise ConfigSpaceError(f"size = {size!r}: must be a positive integer")
        if size == 1 and self.lower < self.upper:
            raise ConfigSpaceError(f"size = 1: one value cannot be both {lower!r} and {upper!r}; choose size >= 2")
        if log_scale and self.lower <= 0:
            raise ConfigSpaceError(f"lower = {lower!r}: must be positive on a log scale")
        self.size, self.log_scale, self.cast_int = int(size), bool(log_scale), bool(cast_int)
        self.grid = self._grid()
        """The ``size`` values before rounding to integers."""
        self.values: list[Any] = list(
            dict.fromkeys(round(x) for x in self.grid) if cast_int else dict.fromkeys(self.grid)
        )
        """The distinct values, increasing."""
        self._index = {value: index for index, value in enumerate(self.values)}

    def _grid(self) -> list[float]:
        first, last = self._internal(self.lower), self._internal(self.upper)
        steps = max(self.size - 1, 1)
        inner = [first + (last - first) * i / steps for i in range(1, self.size - 1)]
        inside = [math.exp(x) for x in inner] if self.log_scale else inner
        ends = [float(self.lower), float(self.upper)][: self.size]
        return [ends[0], *(min(max(x, ends[0]), ends[-1]) for x in inside), *ends[1:]]

    def _internal(self, value: float) -> float:
        return math.log(value) if self.log_scale else float(value)

    def restricted(self, lower: float, upper: float) -> FiniteRange:
        """The values of the grid in ``[lower, upper]``, with the same conditions.

        Raises:
            ConfigSpaceError: If there is none.
        """
        inside = [x for x in self.grid if lower <= (round(x) if self.cast_int else x) <= upper]
        if not inside:
            raise ConfigSpaceError(f"no value of {self!r} lies in [{lower!r}, {upper!r}]")
        part = FiniteRange(inside[0], inside[-1], len(inside), self.log_scale, self.cast_int)
        return part.with_conditions(self.conditions)

    @property
    def value_type(self) -> type:
        """``int`` if ``cast_int``, else ``float``."""
        return int if self.cast_int else float

    @property
    def cardinality(self) -> int:
        """Number of distinct values."""
        return len(self.values)

    def value_at(self, index: int) -> Any:
        """The value number ``index``."""
        return self.values[index]

    def index_of(self, value: Any) -> int:
        """Index of the value nearest to ``value`` on the scale in use; beyond the bounds, of the bound."""
        try:
            if value in self._index:
                return self._index[value]
            number = float(value)
            if math.isnan(number):
                raise ValueError("not a number")
        except (TypeError, ValueError, OverflowError) as error:
            raise ConfigSpaceError(f"{value!r} cannot be read as a number of {self!r}") from error
        if number in self._index:
            return self._index[number]
        clipped = min(max(number, float(self.lower)), float(self.upper))
        first, last = self._internal(self.lower), self._internal(self.upper)
        share = (self._internal(clipped) - first) / (last - first) if last > first else 0.0
        raw = self.grid[round(share * (self.size - 1))]
        return self._index[round(raw) if self.cast_int else raw]

    def cast(self, value: Any) -> Any:
        """The value of the grid nearest to ``value``, after clipping to the bounds."""
        return self.values[self.index_of(value)]

    def is_valid(self, value: Any) -> bool:
        """Whether ``value`` is a number of the grid, up to rounding."""
        if isinstance(value, (bool, np.bool_)) or not isinstance(value, (int, float, np.number)) or value != value:
            return False
        scale = max(abs(float(self.lower)), abs(float(self.upper)))
        return math.isclose(value, self.cast(value), rel_tol=GRID_TOLERANCE, abs_tol=1e-15 * scale)

    def decode(self, position: float) -> Any:
        """The value in whose equal share of ``[0, 1]`` ``position`` lies."""
        n = len(self.values)
        return self.values[min(max(int(position * n), 0), n - 1)]

    def decode_many(self, positions: FloatArray) -> list[Any]:
        """:meth:`decode` of each of ``n`` positions, shape ``(n,)``."""
        values = self.values
        places = np.clip((positions * len(values)).astype(np.int64), 0, len(values) - 1)
        return [values[place] for place in places.tolist()]

    def positions(self, values: Sequence[Any]) -> FloatArray:
        """Positions of ``values``; see :meth:`Domain.positions`."""
        return (np.array([self.index_of(value) for value in values], dtype=np.float64) + 0.5) / len(self.values)

    def midpoint(self) -> Any:
        """The value nearest to the middle of the range, on the scale in use."""
        if self.log_scale:
            return self.cast(math.sqrt(self.lower) * math.sqrt(self.upper))
        return self.cast(self.lower + (self.upper - self.lower) / 2)

    def match_string(self, value: Any) -> str:
        """The index in the grid."""
        return str(self.index_of(value))

    def match_strings(self, values: Sequence[Any]) -> list[str]:
        """:meth:`match_string` of each value; values of the grid are looked up at once."""
        try:
            return [str(self._index[value]) for value in values]
        except (KeyError, TypeError):
            return super().match_strings(values)

    def _check_sampler(self, sampler: Sampler) -> None:
        raise ConfigSpaceError(f"FiniteRange is always uniform over its values; it cannot use {sampler!r}")

    @property
    def domain_str(self) -> str:
        """The list of values."""
        return repr(self.values)

    def _key(self) -> tuple[Any, ...]:
        return (self.lower, self.upper, self.size, self.log_scale, self.cast_int)

    def constructor(self) -> str:
        """For example ``"finrange(0.1, 1.0, 10)"``."""
        name = "logfinrange" if self.log_scale else "finrange"
        cast_int = ", cast_int=True" if self.cast_int else ""
        return f"{name}({self.lower!r}, {self.upper!r}, {self.size!r}{cast_int})"
