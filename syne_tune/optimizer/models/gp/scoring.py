"""How well a model predicts, on a scale that does not depend on units or target transform.

Notation::

    y        metric values (n,)
    u(y)     empirical distribution function of the observed values: ranks, scaled to [0, 1]
    q_t      predictive t-quantile of a metric value

    loss = mean over observations i and levels t of  rho_t(u(y_i) - u(q_t,i)),   rho_t(e) = max(t e, (t - 1) e)

The pinball loss rho is proper for quantiles, and quantiles commute with increasing maps. Predictions made on
differently transformed targets are thus compared exactly, without Jacobians, and an outlier counts as one rank.
"""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri

from syne_tune.optimizer.models.gp.target_transforms import TargetTransform, middle_ranks
from syne_tune.optimizer.models.predictor import FloatArray, Prediction

_LEVELS = np.array([0.1, 0.25, 0.5, 0.75, 0.9])


def rank_pinball_loss(y: FloatArray, transform: TargetTransform, prediction: Prediction) -> float:
    """Loss of predictions of y, each made without the value it predicts.

    Args:
        y: Metric values ``(n,)``.
        transform: Maps y to the targets that were predicted.
        prediction: Normal predictions ``(n,)`` of the transformed targets.

    Returns:
        Between 0 (perfect) and 1; about 0.08 for predictions that know nothing but the distribution of y.
    """
    quantiles = transform.inverse(prediction.mean[:, None] + prediction.std[:, None] * ndtri(_LEVELS))
    values, ranks = middle_ranks(y)
    error = np.interp(y, values, ranks)[:, None] - np.interp(quantiles, values, ranks)
    return float(np.mean(np.maximum(_LEVELS * error, (_LEVELS - 1) * error)))
