"""How much an evaluation has to promise to be worth it: :func:`relevant_gain` and :func:`lowered`.

Expected improvement counts every improvement, however small. Near a local optimum a good model promises tiny ones with
certainty, and the rest of a budget is spent on digits nobody needs; a target transform that stretches the best values
makes it worse. Jones 2001, *A Taxonomy of Global Optimization Methods Based on Response Surfaces*, section 6, therefore
searches for improvements of several sizes. Here there are two, which take turns: any, and one that is relevant.
"""

from __future__ import annotations

import numpy as np

from syne_tune.optimizer.models.gp.target_transforms import TargetTransform
from syne_tune.optimizer.models.predictor import FloatArray

_TYPICAL = 0.75
"""Quantile of the values from which the best one is told apart: bad outliers do not matter."""

_FARTHEST = 3.0
"""A threshold is lowered by at most so many standard deviations of all targets: beyond the best value, transforms
that follow its distance to the second best are steep."""


def relevant_gain(values: FloatArray, share: float) -> float:
    """The smallest improvement that counts.

    Args:
        values: Observed values ``(n,)``, to be minimised, in any units.
        share: Of the distance between the best value and the upper quartile.

    Returns:
        Not negative, in the units of ``values``.
    """
    return share * float(np.quantile(values, _TYPICAL) - np.min(values))


def lowered(threshold: float | FloatArray, gain: float, transform: TargetTransform) -> float | FloatArray:
    """What has to be undercut for an improvement of at least ``gain``.

    Args:
        threshold: The incumbent, or one per fantasy ``(f,)``; a transformed value.
        gain: In units of values.
        transform: From values to targets; what it does not define counts as very far away.

    Returns:
        Transformed, of the shape of ``threshold``.
    """
    before = np.atleast_1d(threshold)
    with np.errstate(invalid="ignore", divide="ignore"):
        after = transform.forward(transform.inverse(before) - gain)
    after = np.fmax(after, before - _FARTHEST)
    return np.asarray(after) if np.ndim(threshold) else float(after[0])
