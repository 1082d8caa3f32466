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
    num_top = round(size * top_fraction)
    order = np.argsort(targets, kind="stable")
    others = order[num_top:]
    lots = np.random.RandomState(_SEED).random_sample(n)[others]
    sample = others[np.argsort(lots, kind="stable")[: size - num_top]]
    return np.sort(np.concatenate([order[:num_top], sample]))
