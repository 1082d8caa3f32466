"""Samplers: how the values of a domain are distributed.

A sampler is a plain value whose ``__dict__`` describes it; its class name and that dictionary are what the JSON form
of a domain contains.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from syne_tune.config_space.scales import LINEAR, LOG, REVERSE_LOG, Scale

NEGLIGIBLE_WIDTH = 1e-4
"""In a range of fewer standard deviations than this, a normal distribution is taken for uniform."""


@dataclass(frozen=True)
class Sampler:
    """Base class of samplers."""

    @property
    def scale(self) -> Scale:
        """The scale on which the domain is encoded, and on which values are uniform unless said otherwise."""
        return LINEAR

    def __str__(self) -> str:
        return type(self).__name__


@dataclass(frozen=True)
class Uniform(Sampler):
    """All values are equally likely."""


@dataclass(frozen=True)
class LogUniform(Sampler):
    """The logarithm of the value is uniform.

    Attributes:
        base: Of the logarithm. It does not change the distribution; it is kept since files contain it.
    """

    base: float = math.e

    @property
    def scale(self) -> Scale:
        """The log scale."""
        return LOG


@dataclass(frozen=True)
class ReverseLogUniform(Sampler):
    """``-log(1 - value)`` is uniform: resolves values close to 1, such as a momentum."""

    @property
    def scale(self) -> Scale:
        """The reverse-log scale."""
        return REVERSE_LOG


@dataclass(frozen=True)
class Normal(Sampler):
    """A normal distribution, cut at the bounds of the domain.

    Attributes:
        mean: Mean of the uncut distribution.
        sd: Its standard deviation, positive.
    """

    mean: float = 0.0
    sd: float = 1.0

    def quantile(self, probability: float, lower: float, upper: float) -> float:
        """The value in ``[lower, upper]`` that the cut distribution does not exceed with ``probability``."""
        if upper - lower < NEGLIGIBLE_WIDTH * self.sd:
            return lower + probability * (upper - lower)
        distribution = NormalDist(self.mean, self.sd)
        below = distribution.cdf(lower)
        target = below + probability * (distribution.cdf(upper) - below)
        if target <= 0.0:
            return lower
        if target >= 1.0:
            return upper
        return min(max(distribution.inv_cdf(target), lower), upper)


@dataclass(frozen=True)
class Quantized(Sampler):
    """Draws from another sampler, rounded to multiples of ``q``.

    Attributes:
        sampler: The one that is rounded.
        q: Positive step.
    """

    sampler: Sampler
    q: float

    def __post_init__(self) -> None:
        if isinstance(self.q, np.generic):
            object.__setattr__(self, "q", self.q.item())

    @property
    def scale(self) -> Scale:
        """The scale of the sampler that is rounded."""
        return self.sampler.scale


@dataclass(frozen=True)
class Grid(Sampler):
    """Marks a categorical domain as one to enumerate; draws are uniform."""


def unquantized(sampler: Sampler) -> Sampler:
    """``sampler`` without quantisation."""
    return sampler.sampler if isinstance(sampler, Quantized) else sampler
