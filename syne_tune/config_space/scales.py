"""Scales: how a number is mapped to the unit interval and back. Pure functions of numbers and arrays.

Notation: ``v`` value, ``u`` position in ``[0, 1]``, ``s`` scale function, ``[a, b]`` the interval::

    u = (s(v) - s(a)) / (s(b) - s(a))

Sampling and encoding share this map: a random value is the image of a uniform ``u``.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Scale:
    """An increasing function of one number, and its inverse.

    Attributes:
        name: ``"linear"``, ``"log"`` or ``"reverse-log"``.
        forward: From value to scaled value.
        backward: The inverse of ``forward``.
        forward_array: ``forward`` for arrays of any shape.
    """

    name: str
    forward: Callable[[float], float]
    backward: Callable[[float], float]
    forward_array: Callable[[FloatArray], FloatArray]


def _same(values: FloatArray) -> FloatArray:
    return values


def _reverse_log(value: float) -> float:
    return -math.log1p(-value)


def _reverse_log_inverse(scaled: float) -> float:
    return -math.expm1(-scaled)


def _reverse_log_array(values: FloatArray) -> FloatArray:
    return -np.log1p(-values)


LINEAR = Scale("linear", float, float, _same)
LOG = Scale("log", math.log, math.exp, np.log)
REVERSE_LOG = Scale("reverse-log", _reverse_log, _reverse_log_inverse, _reverse_log_array)


@dataclass(frozen=True)
class UnitInterval:
    """Maps ``[lower, upper]`` to ``[0, 1]`` on a scale; an interval of length zero is mapped to 0.

    Args:
        scale: Its ``forward`` must be finite on the interval.
        lower: Mapped to 0.
        upper: Mapped to 1.
    """

    scale: Scale
    lower: float
    upper: float
    start: float = field(init=False, repr=False)
    width: float = field(init=False, repr=False)

    def __post_init__(self) -> None:
        start = self.scale.forward(self.lower)
        object.__setattr__(self, "start", start)
        object.__setattr__(self, "width", self.scale.forward(self.upper) - start)

    def encode_array(self, values: ArrayLike) -> FloatArray:
        """Positions of ``values``, of the same shape; not clipped, NaN where the scale is not defined."""
        array = np.asarray(values, dtype=np.float64)
        if self.width == 0.0:
            return np.where(array == self.lower, 0.0, np.nan)
        return (self.scale.forward_array(array) - self.start) / self.width

    def decode(self, position: float) -> float:
        """The value at ``position``, clipped to the interval."""
        value = self.scale.backward(self.start + position * self.width)
        return min(max(value, self.lower), self.upper)

    def decode_list(self, positions: FloatArray) -> list[float]:
        """:meth:`decode` of each of ``n`` positions, shape ``(n,)``."""
        scaled: list[float] = (self.start + positions * self.width).tolist()
        values = scaled if self.scale is LINEAR else map(self.scale.backward, scaled)
        lower, upper = self.lower, self.upper
        return [min(max(value, lower), upper) for value in values]


@dataclass(frozen=True)
class Lattice:
    """The multiples ``k * step`` for ``first <= k <= last``: what quantised and integer domains consist of.

    The step is held as a fraction of integers read off its decimal form, so that the multiples of 0.1 are
    ``0.1, 0.2, 0.3`` and not ``0.30000000000000004``.

    Args:
        step: Distance between neighbours, positive.
        first: Smallest multiplier.
        last: Largest multiplier.
        integral: Whether values are ``int``; ``step`` must then be an integer.
    """

    step: float
    first: int
    last: int
    integral: bool
    _ratio: tuple[int, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_ratio", step_ratio(self.step))

    @classmethod
    def inside(cls, lower: float, upper: float, step: float, integral: bool) -> Lattice:
        """All multiples of ``step`` in ``[lower, upper]``; empty if ``last < first``."""
        numerator, denominator = step_ratio(step)
        if integral:
            return cls(step, -(-math.ceil(lower) // int(step)), math.floor(upper) // int(step), True)
        ratio_lower, ratio_upper = lower / numerator * denominator, upper / numerator * denominator
        return cls(step, math.ceil(ratio_lower - 1e-6), math.floor(ratio_upper + 1e-6), False)

    @property
    def size(self) -> int:
        """Number of values."""
        return max(self.last - self.first + 1, 0)

    def value(self, multiplier: int) -> int | float:
        """``multiplier * step``, correctly rounded."""
        numerator, denominator = self._ratio
        return multiplier * numerator if self.integral else multiplier * numerator / denominator

    def multiplier(self, value: float) -> int:
        """The multiplier whose value is nearest to ``value``; not restricted to ``[first, last]``."""
        if self._ratio == (1, 1):
            return round(value)
        numerator, denominator = self._ratio
        return round(value / numerator * denominator)

    def clip(self, multiplier: int) -> int:
        """The multiplier in ``[first, last]`` nearest to ``multiplier``."""
        return min(max(multiplier, self.first), self.last)

    def widened(self, scale: Scale) -> UnitInterval:
        """The interval in which every value of the lattice owns the part that is rounded to it.

        It reaches half a step beyond the first and the last value, so that end points get their full share in
        sampling and in encoding alike. On the reverse-log scale it stays below 1.
        """
        half = float(self.step) / 2
        first, last = float(self.value(self.first)), float(self.value(self.last))
        upper = min(last + half, (last + 1) / 2) if scale is REVERSE_LOG else last + half
        return UnitInterval(scale, first - half, upper)


def step_ratio(step: float) -> tuple[int, int]:
    """Numerator and denominator of the decimal number that ``step`` is written as."""
    fraction = Fraction(step) if isinstance(step, int) else Fraction(repr(step))
    return fraction.numerator, fraction.denominator
