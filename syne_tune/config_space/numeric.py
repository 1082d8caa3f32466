"""Numeric domains: :class:`Float` and :class:`Integer`."""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Sequence
from typing import Any, TypeVar

import numpy as np

from syne_tune.config_space.domain import Domain
from syne_tune.config_space.samplers import (
    LogUniform,
    Normal,
    Quantized,
    ReverseLogUniform,
    Sampler,
    Uniform,
    unquantized,
)
from syne_tune.config_space.scales import FloatArray, Lattice, UnitInterval
from syne_tune.errors import ConfigSpaceError

N = TypeVar("N", bound="NumericDomain")

MULTIPLE_TOLERANCE = 1e-6
"""Share of a step by which a float may miss a multiple of it and still count as one."""

MOST_DEVIATIONS = 5.0
"""The mean of a normal prior is at most so many standard deviations away from the range it is cut to."""

_PREFIXES: dict[type[Sampler], str] = {Uniform: "", LogUniform: "log", ReverseLogUniform: "reverselog"}


class NumericDomain(Domain):
    """What :class:`Float` and :class:`Integer` share: bounds, scale, quantisation.

    Args:
        lower: Smallest value.
        upper: Largest value, included.

    Raises:
        ConfigSpaceError: If a bound is not a finite number, or ``lower > upper``.
    """

    def __init__(self, lower: float, upper: float) -> None:
        super().__init__()
        self.lower = self._bound("lower", lower)
        self.upper = self._bound("upper", upper)
        if self.lower > self.upper:
            raise ConfigSpaceError(f"lower = {lower!r}, upper = {upper!r}: lower must not exceed upper; swap them?")
        if not math.isfinite(float(self.upper) - float(self.lower)):
            raise ConfigSpaceError(f"lower = {lower!r}, upper = {upper!r}: the range is too wide for a float")
        self._lattice: Lattice | None
        self.interval: UnitInterval
        """What is mapped to the unit interval: the range, or, for integers and multiples, half a step more."""
        self._prepare(self.get_sampler())

    def _bound(self, name: str, value: Any) -> Any:
        """Checks one bound and turns NumPy scalars into plain numbers."""
        number = value.item() if isinstance(value, np.generic) else value
        if isinstance(number, bool) or not isinstance(number, (int, float)):
            raise ConfigSpaceError(f"{name} = {value!r}: must be a number")
        try:
            if not math.isfinite(number):
                raise ConfigSpaceError(f"{name} = {value!r}: must be finite")
        except OverflowError as error:
            raise ConfigSpaceError(f"{name} = {value!r}: too large for a float") from error
        return number

    def _unquantized_lattice(self) -> Lattice | None:
        """The values of the domain before quantisation, if they are discrete."""
        return None

    # -- samplers ------------------------------------------------------------------------------------------------

    def set_sampler(self, sampler: Sampler, allow_override: bool = False) -> None:
        """Sets the sampler, and with it the scale and the step; see :meth:`Domain.set_sampler`."""
        super().set_sampler(sampler, allow_override)
        self._prepare(sampler)

    def _check_sampler(self, sampler: Sampler) -> None:
        inner = unquantized(sampler)
        if type(inner) not in (Uniform, LogUniform, ReverseLogUniform, Normal):
            raise ConfigSpaceError(f"{type(self).__name__} cannot use the sampler {sampler!r}")
        if isinstance(inner, LogUniform) and self.lower <= 0:
            raise ConfigSpaceError(f"lower = {self.lower!r}: must be positive on a log scale")
        if isinstance(inner, ReverseLogUniform) and not 0 <= self.lower <= self.upper < 1:
            raise ConfigSpaceError(
                f"lower = {self.lower!r}, upper = {self.upper!r}: 0 <= lower <= upper < 1 on a reverse-log scale"
            )
        if isinstance(inner, Normal):
            self._check_normal(inner)
        if isinstance(sampler, Quantized):
            self._check_step(sampler.q)

    def _check_normal(self, sampler: Normal) -> None:
        if not (math.isfinite(sampler.mean) and math.isfinite(sampler.sd) and sampler.sd > 0):
            raise ConfigSpaceError(f"{sampler!r}: mean must be finite, sd finite and positive")
        distance = max(self.lower - sampler.mean, sampler.mean - self.upper)
        if distance > MOST_DEVIATIONS * sampler.sd:
            raise ConfigSpaceError(f"{sampler!r} has no mass in [{self.lower!r}, {self.upper!r}]; move its mean")

    def _check_step(self, q: Any) -> None:
        if isinstance(q, bool) or not isinstance(q, (int, float)) or not (math.isfinite(q) and q > 0):
            raise ConfigSpaceError(f"q = {q!r}: the step must be a positive number")

    def _prepare(self, sampler: Sampler) -> None:
        """Derives from bounds and sampler what sampling and encoding need."""
        self._lattice = self._unquantized_lattice()
        if isinstance(sampler, Quantized):
            self._lattice = Lattice.inside(self.lower, self.upper, sampler.q, self.value_type is int)
            if self._lattice.size == 0:
                raise ConfigSpaceError(
                    f"no multiple of q = {sampler.q!r} lies in [{self.lower!r}, {self.upper!r}]; choose a smaller q"
                )
        if self._lattice is None:
            self.interval = UnitInterval(sampler.scale, float(self.lower), float(self.upper))
        else:
            self.interval = self._lattice.widened(sampler.scale)
        has_unit_step = self._lattice is not None and self._lattice.integral and self._lattice.step == 1
        self._needs_no_rounding = self._lattice is None or has_unit_step

    def uniform(self: N) -> N:
        """A copy, uniform."""
        return self.with_sampler(Uniform())

    def loguniform(self: N) -> N:
        """A copy, uniform on the log scale; ``lower`` must be positive."""
        return self.with_sampler(LogUniform())

    def quantized(self: N, q: float) -> N:
        """A copy that consists of the multiples of ``q`` in the range.

        Raises:
            ConfigSpaceError: If there is none, or ``q`` is not positive.
        """
        return self.with_sampler(Quantized(unquantized(self.get_sampler()), q))

    def restricted(self: N, lower: float, upper: float) -> N:
        """The part of the domain in ``[lower, upper]``, with the same sampler and conditions.

        Raises:
            ConfigSpaceError: If nothing is left.
        """
        new_lower, new_upper = max(self.lower, lower), min(self.upper, upper)
        if self._lattice is not None:
            inside = Lattice.inside(new_lower, new_upper, self._lattice.step, self._lattice.integral)
            new_lower, new_upper = inside.value(inside.first), inside.value(inside.last)
        if new_lower > new_upper:
            raise ConfigSpaceError(f"nothing of {self!r} lies in [{lower!r}, {upper!r}]")
        part = type(self)(new_lower, new_upper).with_sampler(self.get_sampler())
        return part.with_conditions(self.conditions)

    # -- values --------------------------------------------------------------------------------------------------

    @property
    def cardinality(self) -> int | None:
        """Number of values; a continuous range has one if its bounds are equal, else infinitely many."""
        if self._lattice is not None:
            return self._lattice.size
        return 1 if self.lower == self.upper else None

    def value_at(self, index: int) -> Any:
        """The value number ``index`` in increasing order."""
        return self.interval.lower if self._lattice is None else self._lattice.value(self._lattice.first + index)

    def cast(self, value: Any) -> Any:
        """Converts to a number; rounds to the nearest integer or multiple of the step where there is one."""
        if type(value) is self.value_type and self._needs_no_rounding and self.lower <= value <= self.upper:
            return value
        number = self._number(value)
        if self._lattice is None:
            return number
        multiplier = self._lattice.multiplier(number)
        if self.lower <= number <= self.upper:
            multiplier = self._lattice.clip(multiplier)
        return self._lattice.value(multiplier)

    def _number(self, value: Any) -> float:
        """Reads a number; only continuous domains read non-finite ones, which are valid in none."""
        try:
            number = self._read(value)
            if self._lattice is not None and not math.isfinite(number):
                raise ValueError("not finite")
        except (TypeError, ValueError, OverflowError) as error:
            raise ConfigSpaceError(f"{value!r} cannot be read as a number of {self!r}") from error
        return number

    @abstractmethod
    def _read(self, value: Any) -> float:
        """A number from a number, a string or a NumPy scalar."""

    def is_valid(self, value: Any) -> bool:
        """Whether ``value`` is a number within the bounds and, where there is a step, a multiple of it."""
        number = value.item() if isinstance(value, np.generic) else value
        if isinstance(number, bool) or not isinstance(number, (int, float)):
            return False
        if self._lattice is None or not math.isfinite(number):
            return bool(self.lower <= number <= self.upper)
        multiplier = self._lattice.multiplier(number)
        tolerance = 0.0 if self._lattice.integral else MULTIPLE_TOLERANCE * self._lattice.step
        is_multiple = abs(number - self._lattice.value(multiplier)) <= tolerance
        return is_multiple and self._lattice.first <= multiplier <= self._lattice.last

    def decode(self, position: float) -> Any:
        """The value at ``position`` on the scale of the sampler."""
        value = self.interval.decode(position)
        if self._lattice is None:
            return value
        return self._lattice.value(self._lattice.clip(self._lattice.multiplier(value)))

    def quantile(self, probability: float) -> Any:
        """Like :meth:`decode`, except for a normal prior."""
        sampler = unquantized(self.get_sampler())
        if not isinstance(sampler, Normal) or self.lower == self.upper:
            return self.decode(probability)
        return self.cast(sampler.quantile(probability, self.lower, self.upper))

    def quantile_many(self, probabilities: FloatArray) -> list[Any]:
        """:meth:`quantile` of each of ``n`` probabilities, shape ``(n,)``."""
        if isinstance(unquantized(self.get_sampler()), Normal):
            return [self.quantile(p) for p in probabilities.tolist()]
        return self.decode_many(probabilities)

    def decode_many(self, positions: FloatArray) -> list[Any]:
        """:meth:`decode` of each of ``n`` positions, shape ``(n,)``."""
        values = self.interval.decode_list(positions)
        lattice = self._lattice
        if lattice is None:
            return values
        return [lattice.value(lattice.clip(lattice.multiplier(value))) for value in values]

    def positions(self, values: Sequence[Any]) -> FloatArray:
        """Positions of ``values``; see :meth:`Domain.positions`."""
        if self._lattice is not None and self._lattice.step != 1:
            return self.interval.encode_array([self.cast(value) for value in values])
        try:
            array = np.asarray(values, dtype=np.float64)
        except (TypeError, ValueError, OverflowError):
            array = np.array([self.cast(value) for value in values], dtype=np.float64)
        return self.interval.encode_array(array if self._lattice is None else np.rint(array))

    def midpoint(self) -> Any:
        """The arithmetic mean of the bounds, the geometric one on a log scale, the mean of a normal prior."""
        sampler = unquantized(self.get_sampler())
        if isinstance(sampler, LogUniform):
            middle = math.sqrt(self.lower) * math.sqrt(self.upper)
        elif isinstance(sampler, Normal):
            middle = sampler.mean
        else:
            middle = self.lower + (self.upper - self.lower) / 2
        return self.cast(min(max(middle, self.lower), self.upper))

    # -- as a value ----------------------------------------------------------------------------------------------

    @property
    def domain_str(self) -> str:
        """``"(lower, upper)"``."""
        return f"({self.lower}, {self.upper})"

    def _key(self) -> tuple[Any, ...]:
        return (self.lower, self.upper)

    def _call(self, kind: str) -> str:
        """The call that constructs this domain, for ``kind`` ``"uniform"`` or ``"randint"``."""
        sampler = self.get_sampler()
        inner = unquantized(sampler)
        bounds = f"{self.lower!r}, {self.upper!r}"
        if isinstance(sampler, Quantized) and type(inner) in (Uniform, LogUniform):
            return f"q{_PREFIXES[type(inner)]}{kind}({bounds}, {sampler.q!r})"
        if isinstance(inner, Normal):
            call = f"normal({bounds}, {inner.mean!r}, {inner.sd!r})"
        else:
            call = f"{_PREFIXES[type(inner)]}{kind}({bounds})"
        return f"{call}.quantized({sampler.q!r})" if isinstance(sampler, Quantized) else call


class Float(NumericDomain):
    """Real numbers in ``[lower, upper]``.

    Args:
        lower: Smallest value.
        upper: Largest value, included; may equal ``lower``.

    Raises:
        ConfigSpaceError: If a bound is not a finite number, or ``lower > upper``.
    """

    @property
    def value_type(self) -> type:
        """``float``."""
        return float

    def _bound(self, name: str, value: Any) -> Any:
        number = super()._bound(name, value)
        return number if float(number) == number else float(number)

    def _read(self, value: Any) -> float:
        return float(value)

    def reverseloguniform(self) -> Float:
        """A copy with ``-log(1 - value)`` uniform; needs ``0 <= lower <= upper < 1``."""
        return self.with_sampler(ReverseLogUniform())

    def normal(self, mean: float = 0.0, sd: float = 1.0) -> Float:
        """A copy with a normal prior cut at the bounds; it is encoded on the linear scale."""
        return self.with_sampler(Normal(float(mean), float(sd)))

    def _check_step(self, q: Any) -> None:
        super()._check_step(q)
        for name, bound in (("lower", self.lower), ("upper", self.upper)):
            multiple = round(bound / q) * q
            if abs(bound - multiple) > MULTIPLE_TOLERANCE * q:
                raise ConfigSpaceError(f"{name} = {bound!r}: must be a multiple of q = {q!r}, for example {multiple!r}")

    def match_string(self, value: Any) -> str:
        """Seven significant digits."""
        return f"{self.cast(value) + 0.0:.6e}"  # the sum turns -0.0 into 0.0

    def constructor(self) -> str:
        """For example ``"loguniform(1e-05, 0.1)"``."""
        return self._call("uniform")


class Integer(NumericDomain):
    """Integers from ``lower`` to ``upper``, both included.

    Args:
        lower: Smallest value.
        upper: Largest value; may equal ``lower``.

    Raises:
        ConfigSpaceError: If a bound is not an integer, or ``lower > upper``.
    """

    def _bound(self, name: str, value: Any) -> Any:
        number = super()._bound(name, value)
        if number != int(number):
            raise ConfigSpaceError(f"{name} = {value!r}: must be an integer")
        return int(number)

    def _unquantized_lattice(self) -> Lattice:
        return Lattice(1, self.lower, self.upper, True)

    def _check_sampler(self, sampler: Sampler) -> None:
        super()._check_sampler(sampler)
        if isinstance(unquantized(sampler), (Normal, ReverseLogUniform)):
            raise ConfigSpaceError(f"Integer cannot use the sampler {sampler!r}")

    def _check_step(self, q: Any) -> None:
        super()._check_step(q)
        if not isinstance(q, int):
            raise ConfigSpaceError(f"q = {q!r}: the step of an integer domain must be an integer")

    @property
    def value_type(self) -> type:
        """``int``."""
        return int

    def _read(self, value: Any) -> float:
        if isinstance(value, (int, np.integer)):
            return int(value)
        try:
            return int(value) if isinstance(value, str) else float(value)
        except ValueError:
            return float(value)

    def match_string(self, value: Any) -> str:
        """The digits."""
        return str(self.cast(value))

    def constructor(self) -> str:
        """For example ``"lograndint(1, 512)"``."""
        return self._call("randint")
