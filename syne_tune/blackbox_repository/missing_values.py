"""Fills in what is missing in a table of learning curves."""

from __future__ import annotations

import numpy as np

from syne_tune.blackbox_repository.blackbox import FloatArray


def impute(values: FloatArray) -> FloatArray:
    """Replaces NaN: by the value at the previous fidelity; before the first value, by that one.

    Where a whole curve is missing, the mean over the other seeds stands in, and if there is none, the mean over the
    other configurations.

    Args:
        values: Shape ``(num_configurations, num_seeds, num_fidelities, num_objectives)``.

    Returns:
        The same shape; without NaN, except where an objective is known nowhere.
    """
    if not np.isnan(values).any():
        return values
    filled = _last_known(values)
    filled = _last_known(filled[:, :, ::-1])[:, :, ::-1]
    for axis in (1, 0):
        filled = np.where(np.isnan(filled), _mean(filled, axis), filled)
    return filled


def _last_known(values: FloatArray) -> FloatArray:
    """The last value along the fidelities that is not NaN, itself included; NaN if there is none."""
    position = np.arange(values.shape[2])[None, None, :, None]
    source = np.maximum.accumulate(np.where(np.isnan(values), 0, position), axis=2)
    return np.take_along_axis(values, source, axis=2)


def _mean(values: FloatArray, axis: int) -> FloatArray:
    """Mean of what is known; NaN where nothing is."""
    known = ~np.isnan(values)
    count = known.sum(axis=axis, keepdims=True)
    total = np.where(known, values, 0.0).sum(axis=axis, keepdims=True)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)
