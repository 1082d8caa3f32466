"""How one parameter is written as coordinates in ``[0, 1]``; :mod:`.encoding` joins these to vectors."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from syne_tune.config_space import Categorical, Domain, Float, Integer, Ordinal, OrdinalNearestNeighbor
from syne_tune.errors import ConfigSpaceError

FloatArray = NDArray[np.float64]

Bounds = list[tuple[float, float]]
"""Lower and upper bound of each coordinate."""


class ParameterCode(ABC):
    """Coordinates of one parameter.

    Attributes:
        size: Number of coordinates.
    """

    size: int

    @abstractmethod
    def encode(self, values: Sequence[Any]) -> FloatArray:
        """Coordinates of ``n`` values, shape ``(n, size)``; NaN or outside of ``[0, 1]`` for numbers out of range."""

    @abstractmethod
    def decode(self, codes: FloatArray) -> list[Any]:
        """The ``n`` values nearest to coordinates of shape ``(n, size)``."""

    @abstractmethod
    def bounds(self, active: Domain) -> Bounds:
        """The part of the coordinates that belongs to ``active``, a part of the domain or the domain itself.

        Raises:
            ConfigSpaceError: If ``active`` is no part of the domain.
        """


class ScalarCode(ParameterCode):
    """One coordinate: the position of the value on the scale of its domain."""

    size = 1

    def __init__(self, domain: Domain) -> None:
        self.domain = domain

    def encode(self, values: Sequence[Any]) -> FloatArray:
        """See :class:`ParameterCode`."""
        return self.domain.positions(values)[:, None]

    def decode(self, codes: FloatArray) -> list[Any]:
        """See :class:`ParameterCode`."""
        return self.domain.decode_many(np.clip(codes[:, 0], 0.0, 1.0))

    def bounds(self, active: Domain) -> Bounds:
        """See :class:`ParameterCode`."""
        return [_active_interval(self.domain, active)]


class OneHotCode(ParameterCode):
    """One coordinate per category: 1 for the value, 0 for all others."""

    def __init__(self, domain: Categorical) -> None:
        self.domain = domain
        self.size = len(domain.categories)

    def encode(self, values: Sequence[Any]) -> FloatArray:
        """See :class:`ParameterCode`."""
        codes = np.zeros((len(values), self.size))
        codes[np.arange(len(values)), self.domain.indices_of(values)] = 1.0
        return codes

    def decode(self, codes: FloatArray) -> list[Any]:
        """See :class:`ParameterCode`; the category with the largest coordinate."""
        categories = self.domain.categories
        return [categories[index] for index in codes.argmax(axis=1).tolist()]

    def bounds(self, active: Domain) -> Bounds:
        """See :class:`ParameterCode`."""
        chosen = _active_indices(self.domain, active)
        lowest = 1.0 if len(chosen) == 1 else 0.0
        return [(lowest, 1.0) if index in chosen else (0.0, 0.0) for index in range(self.size)]


def make_code(domain: Domain) -> ParameterCode:
    """The code of a domain: one-hot for a choice, except between two values, else scalar."""
    if isinstance(domain, Categorical) and not isinstance(domain, Ordinal) and domain.cardinality != 2:
        return OneHotCode(domain)
    return ScalarCode(domain)


def _active_interval(domain: Domain, active: Domain) -> tuple[float, float]:
    """The part of the coordinate of ``domain`` that belongs to ``active``."""
    if active == domain:
        return (0.0, 1.0)
    if isinstance(domain, (Float, Integer)) and isinstance(active, (Float, Integer)):
        return _active_numeric(domain, active)
    if isinstance(domain, Categorical):
        indices = _active_indices(domain, active)
        if isinstance(domain, OrdinalNearestNeighbor):
            return domain.position_range(indices[0], indices[-1])
        return (indices[0] / len(domain.categories), (indices[-1] + 1) / len(domain.categories))
    raise ConfigSpaceError(f"active_config_space: {domain!r} cannot be narrowed")


def _active_numeric(domain: Float | Integer, active: Float | Integer) -> tuple[float, float]:
    same_kind = type(active) is type(domain) and active.get_sampler() == domain.get_sampler()
    if not same_kind or active.lower < domain.lower or active.upper > domain.upper:
        raise ConfigSpaceError(f"active_config_space: {active!r} is not a part of {domain!r} on the same scale")
    ends = [active.interval.lower, active.interval.upper]
    lower, upper = np.clip(domain.interval.encode_array(ends), 0.0, 1.0).tolist()
    return lower, upper


def _active_indices(domain: Categorical, active: Domain) -> list[int]:
    """Indices in ``domain`` of the categories of ``active``; contiguous and increasing if order matters."""
    if type(active) is not type(domain) or not all(domain.is_valid(value) for value in active.categories):
        raise ConfigSpaceError(f"active_config_space: the values of {active!r} are not among those of {domain!r}")
    indices = [domain.index_of(value) for value in active.categories]
    if isinstance(domain, Ordinal) and indices != list(range(indices[0], indices[0] + len(indices))):
        raise ConfigSpaceError(f"active_config_space: {active!r} must be a contiguous part of {domain!r}")
    return sorted(indices)
