"""Domains given by a list: :class:`Categorical`, :class:`Ordinal`, :class:`OrdinalNearestNeighbor`."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from syne_tune.config_space.domain import Domain
from syne_tune.config_space.samplers import Grid, Sampler, Uniform
from syne_tune.config_space.scales import LINEAR, FloatArray, UnitInterval
from syne_tune.errors import ConfigSpaceError, nearest

FLOAT_CATEGORY_TOLERANCE = 0.01
"""Relative error up to which a number is taken for the nearest float category."""

_BOOLEANS = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}


class Categorical(Domain):
    """One of a list of values, without order.

    Values are strings, numbers, booleans, or tuples of these; all of the same type, none twice. Lists and
    dictionaries are refused, since they cannot be compared, hashed and passed on a command line.

    Args:
        categories: Not empty.

    Raises:
        ConfigSpaceError: If a rule is broken; the message names the category.
    """

    def __init__(self, categories: Iterable[Any]) -> None:
        super().__init__()
        self.categories = _checked(type(self).__name__, categories)
        self._index = {value: index for index, value in enumerate(self.categories)}

    # -- values --------------------------------------------------------------------------------------------------

    @property
    def value_type(self) -> type:
        """Type of the categories."""
        return type(self.categories[0])

    @property
    def cardinality(self) -> int:
        """Number of categories."""
        return len(self.categories)

    def index_of(self, value: Any) -> int:
        """Position of ``value`` in the list of categories.

        Raises:
            ConfigSpaceError: If it is none of them, even after a cast.
        """
        index = self._lookup(value) if type(value) is self.value_type else None
        return self._index[self.cast(value)] if index is None else index

    def indices_of(self, values: Sequence[Any]) -> list[int]:
        """:meth:`index_of` many values; faster if they need no cast."""
        if {*map(type, values)} == {self.value_type}:
            try:
                return [self._index[value] for value in values]
            except (KeyError, TypeError):  # no category as it stands; index_of casts it, or says what is wrong
                pass
        return [self.index_of(value) for value in values]

    def _lookup(self, value: Any) -> int | None:
        """Index of a value of the right type; ``None`` if it is no category."""
        try:
            return self._index.get(value)
        except TypeError:  # not hashable
            return None

    def value_at(self, index: int) -> Any:
        """The category number ``index``."""
        return self.categories[index]

    def cast(self, value: Any) -> Any:
        """The category that ``value`` means.

        Strings are read as the type of the categories (``"False"`` is ``False``); floats may be off by 1 %.
        """
        plain = value.item() if isinstance(value, np.generic) else value
        index = self._lookup(self._convert(plain))
        if index is not None:
            return self.categories[index]
        legal = nearest(str(value), [str(category) for category in self.categories])
        raise ConfigSpaceError(f"{value!r} is not one of the {len(self.categories)} categories; {legal}")

    def _convert(self, value: Any) -> Any:
        """``value`` as the type of the categories; ``None`` if that is not possible."""
        target = self.value_type
        if type(value) is target and target is not float:
            return value
        if target is bool:
            return _BOOLEANS.get(str(value).strip().lower())
        if target is tuple:
            return self._convert_tuple(value)
        try:
            if target is int:
                number = int(value)
                return number if isinstance(value, str) or number == value else None
            return self._nearest_float(float(value)) if target is float else str(value)
        except (TypeError, ValueError, OverflowError):
            return None

    def _convert_tuple(self, value: Any) -> Any:
        if isinstance(value, list):
            return _as_tuple(value)
        return next((category for category in self.categories if str(category) == str(value)), None)

    def _nearest_float(self, value: float) -> float | None:
        if value in self._index:
            return value
        closest: float = min(self.categories, key=lambda category: abs(category - value))
        return closest if abs(closest - value) <= FLOAT_CATEGORY_TOLERANCE * abs(closest) else None

    def is_valid(self, value: Any) -> bool:
        """Whether ``value`` is one of the categories, of their type."""
        plain = value.item() if isinstance(value, np.generic) else value
        return type(plain) is self.value_type and self._lookup(plain) is not None

    def decode(self, position: float) -> Any:
        """The category in whose equal share of ``[0, 1]`` ``position`` lies."""
        n = len(self.categories)
        return self.categories[min(max(int(position * n), 0), n - 1)]

    def positions(self, values: Sequence[Any]) -> FloatArray:
        """Positions of ``values``; see :meth:`Domain.positions`."""
        return (np.array(self.indices_of(values), dtype=np.float64) + 0.5) / len(self.categories)

    def midpoint(self) -> Any:
        """The first category."""
        return self.categories[0]

    def match_string(self, value: Any) -> str:
        """The index of the category."""
        return str(self.index_of(value))

    # -- samplers and identity -----------------------------------------------------------------------------------

    def uniform(self) -> Categorical:
        """A copy, uniform."""
        return self.with_sampler(Uniform())

    def grid(self) -> Categorical:
        """A copy marked to be enumerated; random draws stay uniform."""
        return self.with_sampler(Grid())

    @property
    def domain_str(self) -> str:
        """The list of categories."""
        return repr(self.categories)

    def _key(self) -> tuple[Any, ...]:
        return (self.value_type, tuple(self.categories))

    def constructor(self) -> str:
        """For example ``"choice(['sgd', 'adam'])"``."""
        return f"{self._call()}.grid()" if self.is_grid() else self._call()

    def _call(self) -> str:
        return f"choice({self.categories!r})"


class Ordinal(Categorical):
    """One of a list of values in a meaningful order; neighbours are equally far apart.

    Args:
        categories: As for :class:`Categorical`, in order.
    """

    def midpoint(self) -> Any:
        """The category in the middle of the list."""
        return self.categories[len(self.categories) // 2]

    def _call(self) -> str:
        return f"ordinal({self.categories!r}, kind='equal')"


class OrdinalNearestNeighbor(Ordinal):
    """One of a list of increasing numbers; their distances matter.

    Categories are placed at their value (or its logarithm) on an interval that reaches half the mean gap beyond the
    first and the last; every point of it belongs to the nearest category. Therefore categories are not equally likely.

    Args:
        categories: Strictly increasing numbers; positive if ``log_scale``.
        log_scale: Whether the ratio of categories matters instead of their difference.

    Raises:
        ConfigSpaceError: If a rule is broken.
    """

    def __init__(self, categories: Iterable[Any], log_scale: bool = False) -> None:
        super().__init__(categories)
        self.log_scale = bool(log_scale)
        if not is_increasing(self.categories):
            raise ConfigSpaceError(f"{self.categories!r}: categories must be strictly increasing numbers; sort them?")
        if log_scale and self.categories[0] <= 0:
            raise ConfigSpaceError(f"{self.categories[0]!r}: categories must be positive on a log scale")
        self.categories_int = [math.log(x) if log_scale else float(x) for x in self.categories]
        gaps = len(self.categories) - 1
        half = (self.categories_int[-1] - self.categories_int[0]) / gaps / 2 if gaps else 0.5
        self.lower_int = self.categories_int[0] - half
        self.upper_int = self.categories_int[-1] + half
        self._interval = UnitInterval(LINEAR, self.lower_int, self.upper_int)
        self._borders = [(left + right) / 2 for left, right in pairwise(self.categories_int)]

    def _nearest(self, internal: float) -> Any:
        return self.categories[bisect_left(self._borders, internal)]

    def cast(self, value: Any) -> Any:
        """The nearest category; strings are read as numbers."""
        if self.is_valid(value):
            return self.categories[self._index[value]]
        try:
            number = float(value)
            if math.isnan(number):
                raise ValueError("not a number")
        except (TypeError, ValueError, OverflowError) as error:
            raise ConfigSpaceError(f"{value!r} cannot be read as a number of {self!r}") from error
        if number in self._index:
            return self.categories[self._index[number]]
        if self.log_scale and number <= 0:
            return self.categories[0]
        return self._nearest(math.log(number) if self.log_scale else number)

    def decode(self, position: float) -> Any:
        """The category nearest to ``position`` on the interval."""
        return self._nearest(self._interval.decode(position))

    def positions(self, values: Sequence[Any]) -> FloatArray:
        """Positions of ``values``; see :meth:`Domain.positions`."""
        return self._interval.encode_array([self.categories_int[self.index_of(value)] for value in values])

    def position_range(self, first: int, last: int) -> tuple[float, float]:
        """The part of ``[0, 1]`` that belongs to the categories number ``first`` to ``last``."""
        ends = [self.lower_int, *self._borders, self.upper_int]
        start, stop = self._interval.encode_array([ends[first], ends[last + 1]]).tolist()
        return start, stop

    def midpoint(self) -> Any:
        """The category nearest to the middle of the range, on the scale in use."""
        return self._nearest((self.categories_int[0] + self.categories_int[-1]) / 2)

    def _key(self) -> tuple[Any, ...]:
        return (*super()._key(), self.log_scale)

    def _check_sampler(self, sampler: Sampler) -> None:
        if not isinstance(sampler, Uniform):
            raise ConfigSpaceError(
                f"OrdinalNearestNeighbor is always uniform on its interval; it cannot use {sampler!r}"
            )

    def _call(self) -> str:
        return f"ordinal({self.categories!r}, kind={'nn-log' if self.log_scale else 'nn'!r})"


def is_increasing(values: Sequence[Any]) -> bool:
    """Whether ``values`` are numbers (booleans are not), each larger than the one before."""
    if any(isinstance(value, bool) or not isinstance(value, (int, float)) for value in values):
        return False
    return all(left < right for left, right in pairwise(values))


def _checked(kind: str, categories: Iterable[Any]) -> list[Any]:
    """The categories as plain Python values, after all checks."""
    if isinstance(categories, (str, bytes, dict)) or not isinstance(categories, Iterable):
        raise ConfigSpaceError(f"{kind}: categories = {categories!r}: must be a list of values")
    values = [value.item() if isinstance(value, np.generic) else value for value in categories]
    if not values:
        raise ConfigSpaceError(f"{kind}: categories must not be empty")
    for value in values:
        _check_category(kind, value)
        if type(value) is not type(values[0]):
            raise ConfigSpaceError(
                f"{kind}: {values[0]!r} and {value!r} are of different types; write all as "
                "numbers with decimal point, or all as strings"
            )
    if len(set(values)) < len(values):
        twice = next(value for index, value in enumerate(values) if value in values[:index])
        raise ConfigSpaceError(f"{kind}: {twice!r} is listed twice; categories must be distinct")
    return values


def _check_category(kind: str, value: Any) -> None:
    if isinstance(value, tuple):
        for entry in value:
            _check_category(kind, entry)
    elif not isinstance(value, (str, bool, int, float)):
        advice = (
            "write it as a tuple" if isinstance(value, list) else "name it by a string and look it up in the script"
        )
        raise ConfigSpaceError(f"{kind}: {value!r} of type {type(value).__name__} cannot be a category; {advice}")
    elif isinstance(value, float) and not math.isfinite(value):
        raise ConfigSpaceError(f"{kind}: {value!r} cannot be a category; numbers must be finite")


def _as_tuple(value: Any) -> Any:
    return tuple(_as_tuple(entry) for entry in value) if isinstance(value, (list, tuple)) else value
