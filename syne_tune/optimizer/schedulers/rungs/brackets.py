"""Brackets: how many of the lowest rungs a new trial skips.

Hyperband (Li et al., JMLR 2018) runs several successive halving brackets with different lowest levels. Here every new
trial is assigned to a bracket at random; a trial of bracket ``s`` is compared for the first time at level number ``s``,
counted from 0.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


class HasRungs(Protocol):
    """What a distribution needs to know of its scheduler."""

    @property
    def num_brackets(self) -> int:
        """Number of brackets."""

    @property
    def rung_levels(self) -> list[int]:
        """Levels below ``max_resource_level``."""

    @property
    def max_resource_level(self) -> int | None:
        """The largest resource."""


class BracketDistribution(ABC):
    """Probability with which a new trial belongs to each bracket. Searchers may replace it by one that adapts."""

    @abstractmethod
    def configure(self, scheduler: HasRungs) -> None:
        """Called once, before any trial."""

    @abstractmethod
    def __call__(self) -> NDArray[np.float64]:
        """Probabilities, shape ``(num_brackets,)``, summing to one."""


class DefaultHyperbandBracketDistribution(BracketDistribution):
    """The shares of synchronous Hyperband, see :func:`hyperband_shares`."""

    def __init__(self) -> None:
        self._shares = np.ones(1)

    def configure(self, scheduler: HasRungs) -> None:
        """Takes levels and number of brackets."""
        levels = [*scheduler.rung_levels, scheduler.max_resource_level or 1]
        self._shares = hyperband_shares(levels, scheduler.num_brackets)

    def __call__(self) -> NDArray[np.float64]:
        """Probabilities, shape ``(num_brackets,)``."""
        return self._shares


def hyperband_shares(levels: Sequence[int], num_brackets: int) -> NDArray[np.float64]:
    """Probability of bracket ``s`` proportional to ``K / ((K - s) * r[s])``.

    With ``K`` levels ``r[0] < ... < r[K - 1]``, this is about the number of trials that Hyperband starts in bracket
    ``s``, so that every bracket gets about the same total resource.

    Args:
        levels: All ``K`` levels, the largest resource included.
        num_brackets: At most ``K``.

    Returns:
        Shape ``(num_brackets,)``, summing to one.
    """
    number = len(levels)
    weights = np.array([number / ((number - s) * levels[s]) for s in range(num_brackets)])
    shares: NDArray[np.float64] = weights / weights.sum()
    return shares


def draw_bracket(probabilities: NDArray[np.float64], random_state: np.random.RandomState) -> int:
    """A bracket drawn from ``probabilities``; with a single one, nothing is drawn."""
    if len(probabilities) == 1:
        return 0
    return int(random_state.choice(len(probabilities), p=probabilities))
