"""The contract of every search domain: :class:`Domain`.

A domain is a set of values, a distribution over them, and a map to the unit interval. All of it follows from few
methods: :meth:`Domain.decode` turns a position in ``[0, 1]`` into a value, :meth:`Domain.encode_many` is its inverse,
and a random value is (unless a prior says otherwise) the image of a uniform position. Therefore sampling, casting and
encoding agree on what the domain contains::

    domain = randint(1, 4)
    domain.sample(random_state=state)     # 1, 2, 3 or 4, each with probability 1/4
    domain.encode_many([1, 4])            # array([0.125, 0.875])
    domain.decode(0.1)                    # 1
    domain.cast("3")                      # 3
"""

from __future__ import annotations

import copy
import sys
from abc import ABCMeta, abstractmethod
from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from syne_tune.config_space.conditions import Condition
from syne_tune.config_space.samplers import Grid, Sampler, Uniform
from syne_tune.config_space.scales import FloatArray
from syne_tune.errors import ConfigSpaceError

D = TypeVar("D", bound="Domain")

ROUNDING = 1e-9
"""Positions this far outside of ``[0, 1]`` are taken for rounding errors."""


class Domain(metaclass=ABCMeta):
    """Base class of all domains. Equality and hash are by value, and exact."""

    def __init__(self) -> None:
        self.sampler: Sampler | None = None
        self.conditions: tuple[Condition, ...] = ()

    # -- what a subclass says ------------------------------------------------------------------------------------

    @property
    @abstractmethod
    def value_type(self) -> type:
        """Type of the values."""

    @property
    @abstractmethod
    def cardinality(self) -> int | None:
        """Number of distinct values; ``None`` if infinite."""

    @abstractmethod
    def cast(self, value: Any) -> Any:
        """Converts to a value of this domain's type, for example a string read from a file.

        Args:
            value: What to convert. Numbers outside of the bounds stay outside.

        Raises:
            ConfigSpaceError: If it cannot be converted, or is not one of finitely many values.
        """

    @abstractmethod
    def is_valid(self, value: Any) -> bool:
        """Whether ``value``, without any cast, is a value of this domain."""

    @abstractmethod
    def decode(self, position: float) -> Any:
        """The value at a position in ``[0, 1]``; inverts :meth:`encode_many`."""

    @abstractmethod
    def value_at(self, index: int) -> Any:
        """The value number ``index``, from 0, of a finite domain."""

    @abstractmethod
    def midpoint(self) -> Any:
        """The value in the middle of the range: the default of a parameter nothing is known about."""

    @abstractmethod
    def match_string(self, value: Any) -> str:
        """A string that is equal for equal values."""

    def match_strings(self, values: Sequence[Any]) -> list[str]:
        """:meth:`match_string` of each value."""
        return [self.match_string(value) for value in values]

    @property
    @abstractmethod
    def domain_str(self) -> str:
        """The set of values for a person, for example ``"(0, 1)"``."""

    @abstractmethod
    def constructor(self) -> str:
        """The call that constructs this domain, conditions aside."""

    @abstractmethod
    def _key(self) -> tuple[Any, ...]:
        """All that distinguishes this domain from others of its class, sampler and conditions aside."""

    @abstractmethod
    def positions(self, values: Sequence[Any]) -> FloatArray:
        """:meth:`encode_many` without its check: outside of ``[0, 1]``, or NaN, for numbers outside of the domain.

        Raises:
            ConfigSpaceError: If one of finitely many categories is expected and a value is none of them.
        """

    # -- sampling ------------------------------------------------------------------------------------------------

    def sample(
        self,
        spec: Any = None,
        size: int = 1,
        random_state: np.random.RandomState | None = None,
    ) -> Any:
        """Draws values.

        Args:
            spec: Not used; part of the documented signature.
            size: Number of values.
            random_state: Source of randomness. Default: the global one of NumPy.

        Returns:
            One value if ``size == 1``, else a list of values; plain Python types.
        """
        draw = np.random.random_sample if random_state is None else random_state.random_sample
        if size == 1:
            return self.quantile(draw())
        return [self.quantile(u) for u in draw(size).tolist()]

    def quantile(self, probability: float) -> Any:
        """The value that a draw does not exceed with ``probability``; a uniform argument makes it a random value."""
        return self.decode(probability)

    def quantile_many(self, probabilities: FloatArray) -> list[Any]:
        """:meth:`quantile` of each of ``n`` probabilities, shape ``(n,)``."""
        return self.decode_many(probabilities)

    def get_sampler(self) -> Sampler:
        """The sampler in use: the one that was set, else the default of the class."""
        return Uniform() if self.sampler is None else self.sampler

    def set_sampler(self, sampler: Sampler, allow_override: bool = False) -> None:
        """Sets the sampler of a domain that has none yet. This changes the hash of the domain.

        Args:
            sampler: The new sampler.
            allow_override: Whether a sampler set before may be replaced.

        Raises:
            ConfigSpaceError: If there is one already, or it does not suit this domain.
        """
        if self.sampler is not None and not allow_override:
            raise ConfigSpaceError(f"{self!r} has a sampler already; pass allow_override=True to replace it")
        self._check_sampler(sampler)
        self.sampler = sampler

    def _check_sampler(self, sampler: Sampler) -> None:
        """Raises ConfigSpaceError if this domain cannot use ``sampler``."""
        if not isinstance(sampler, (Uniform, Grid)):
            raise ConfigSpaceError(f"{type(self).__name__} cannot use the sampler {sampler!r}")

    def with_sampler(self: D, sampler: Sampler) -> D:
        """A copy of this domain with another sampler."""
        twin = copy.copy(self)
        twin.set_sampler(sampler, allow_override=True)
        return twin

    def with_conditions(self: D, conditions: tuple[Condition, ...]) -> D:
        """A copy of this domain with other conditions, see :func:`~syne_tune.config_space.active_if`."""
        twin = copy.copy(self)
        twin.conditions = conditions
        return twin

    # -- encoding ------------------------------------------------------------------------------------------------

    def encode_many(self, values: Sequence[Any]) -> FloatArray:
        """Positions in ``[0, 1]``.

        Args:
            values: ``n`` values of this domain.

        Returns:
            Array of shape ``(n,)``.

        Raises:
            ConfigSpaceError: If a value is not in the domain; the message names it.
        """
        with np.errstate(all="ignore"):
            positions = self.positions(values)
        inside = is_position(positions)
        if not inside.all():
            raise ConfigSpaceError(f"{values[int(np.argmin(inside))]!r} is not in {self!r}")
        return np.clip(positions, 0.0, 1.0)

    def decode_many(self, positions: FloatArray) -> list[Any]:
        """Values at positions of shape ``(n,)``."""
        return [self.decode(u) for u in positions.tolist()]

    # -- finite domains ------------------------------------------------------------------------------------------

    def __len__(self) -> int:
        """Number of distinct values; 0 means infinite."""
        return min(self.cardinality or 0, sys.maxsize)

    def __bool__(self) -> bool:
        return True

    def enumerate_values(self) -> Iterator[Any]:
        """All values of a finite domain, in order.

        Raises:
            ConfigSpaceError: If it is infinite.
        """
        if self.cardinality is None:
            raise ConfigSpaceError(f"{self!r} has infinitely many values")
        return (self.value_at(index) for index in range(self.cardinality))

    def is_grid(self) -> bool:
        """Whether the domain is marked to be enumerated."""
        return isinstance(self.sampler, Grid)

    def is_function(self) -> bool:
        """Always ``False``: values are never computed by user code."""
        return False

    # -- as a value ----------------------------------------------------------------------------------------------

    def _identity(self) -> tuple[Any, ...]:
        return (type(self), *self._key(), self.get_sampler(), self.conditions)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Domain):
            return NotImplemented
        return self._identity() == other._identity()

    def __hash__(self) -> int:
        return hash(self._identity())

    def __repr__(self) -> str:
        call = self.constructor()
        if not self.conditions:
            return call
        by_name = all(c.parent.isidentifier() for c in self.conditions)
        if by_name and len({c.parent for c in self.conditions}) == len(self.conditions):
            return f"active_if({call}, {', '.join(str(c) for c in self.conditions)})"
        for condition in self.conditions:
            call = f"active_if({call}, {{{condition.parent!r}: {condition.predicate}}})"
        return call


def is_position(positions: FloatArray) -> NDArray[np.bool_]:
    """Which entries lie in ``[0, 1]``, up to rounding errors."""
    return (positions >= -ROUNDING) & (positions <= 1.0 + ROUNDING)
