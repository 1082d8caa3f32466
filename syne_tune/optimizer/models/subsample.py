"""Which observations a model sees when there are more than it can digest."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from syne_tune.optimizer.models.predictor import FloatArray

_SEED = 20240229
"""Observations get their lots in order of arrival, so one seed serves every experiment."""


def select_observations(targets: FloatArray, size: int, top_fraction: float = 0.25) -> npt.NDArray[np.intp]:
    """The best observations, and a uniform sample of the others.

    Each observation draws a lot when it arrives, and the lowest lots are in the sample: the choice is a pure function
    of the data, and changes little from one observation to the next.

    Args:
        targets: To be minimised, ``(n,)``. There is no mode: what "best" means cannot be mistaken.
        size: Number of observations to keep.
        top_fraction: Share of them which is reserved for the best, between 0 and 1.

    Returns:
        Indices ``(min(n, size),)``, increasing.
    """
    n = len(targets)
    if n <= size:
        return np.arange(n)
    chosen = np.zeros(n, dtype=np.bool_)
    num_top = round(size * top_fraction)
    chosen[_smallest(targets, num_top)] = True
    others = np.flatnonzero(~chosen)
    chosen[others[_smallest(lots(n)[others], size - num_top)]] = True
    return np.flatnonzero(chosen)


def lots(count: int) -> FloatArray:
    """A lot for each observation ``(count,)``, in order of arrival: those of earlier ones never change."""
    return np.random.RandomState(_SEED).random_sample(count)


def _smallest(values: FloatArray, count: int) -> npt.NDArray[np.intp]:
    """Indices of the ``count`` smallest values, the earlier one of equals."""
    if count == 0:
        return np.arange(0)
    limit = np.partition(values, count - 1)[count - 1]
    below = np.flatnonzero(values < limit)
    return np.concatenate([below, np.flatnonzero(values == limit)[: count - len(below)]])
