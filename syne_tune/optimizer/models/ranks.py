"""Ranks of values, without the half second that importing ``scipy.stats`` takes."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from syne_tune.optimizer.models.predictor import FloatArray


def smallest_ranks(values: npt.ArrayLike) -> FloatArray:
    """Ranks from 1 for the smallest value; equal values share the smallest of their ranks.

    Args:
        values: ``(n,)``.

    Returns:
        ``(n,)``.
    """
    array = np.asarray(values, dtype=np.float64)
    return np.asarray(1.0 + np.searchsorted(np.sort(array), array))
