"""Improvement over an incumbent that is not known exactly, because evaluations are noisy.

Letham, Karrer, Ottoni, Bakshy 2019, "Constrained Bayesian optimization with noisy experiments" (arXiv:1706.07094),
eq. (4): draw the noise-free values at all points that have been or are being evaluated, jointly; each draw has an
incumbent of its own, and leaves a model without noise; average improvement over the draws.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from syne_tune.optimizer.models.gp.posterior import Posterior
from syne_tune.optimizer.models.predictor import FloatArray


class Draws(NamedTuple):
    """Several possible truths.

    Attributes:
        posterior: Predictor with one target column per draw, which takes the drawn values for exact.
        at_data: The drawn values, ``(n + q, s)``: at the n observed points first.
    """

    posterior: Posterior
    at_data: FloatArray


def draw_truths(
    posterior: Posterior, pending: FloatArray, num_samples: int, random_state: np.random.RandomState
) -> Draws:
    """Draws what the noise-free function may be where it has been or is being evaluated.

    Args:
        posterior: Given what is known, with one target column.
        pending: Encoded inputs ``(q, d)`` under evaluation; q may be 0. Their values are drawn like all others.
        num_samples: Number s of draws.
        random_state: Source of randomness.
    """
    x = np.vstack([posterior.x, pending]) if len(pending) else posterior.x
    at_data = posterior.sample_joint(x, num_samples, random_state)
    parameters = posterior.process.parameters
    theta = posterior.theta.copy()
    noise = parameters.slices["noise_variance"]
    theta[noise] = parameters.lower[noise]
    return Draws(Posterior(posterior.process, theta, x, at_data), at_data)
