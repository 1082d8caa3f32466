"""Evaluations that are under way: what a model should make of points whose values are not known yet.

Both ways keep the parameters of the model, and add the pending points in O(n^2):

* *kriging believer*: pretend that each value is what the model expects. Means stay, uncertainty at the pending points
  goes. Ginsbourger et al. 2010, "Kriging is well-suited to parallelize optimization". Cheap, and the default.
* *fantasies*: draw several possible outcomes from the joint posterior and average acquisition values over them. Snoek
  et al. 2012, "Practical Bayesian optimization of machine learning algorithms" (arXiv:1206.2944), section 3.2.
"""

from __future__ import annotations

import numpy as np

from syne_tune.optimizer.models.predictor import FloatArray
from syne_tune.optimizer.models.surrogate import Conditioned


def believe(posterior: Conditioned, pending: FloatArray) -> Conditioned:
    """The posterior if every pending evaluation turns out as expected.

    Args:
        posterior: Given what is known, one target column or several.
        pending: Encoded inputs ``(q, d)``; q may be 0.

    Returns:
        The same means everywhere, less uncertainty near the pending points.
    """
    return posterior.append(pending, posterior.predict_mean(pending)) if len(pending) else posterior


def fantasize(
    posterior: Conditioned, pending: FloatArray, num_fantasies: int, random_state: np.random.RandomState
) -> Conditioned:
    """The posterior given several possible outcomes of the pending evaluations.

    Args:
        posterior: Given what is known, with one target column.
        pending: Encoded inputs ``(q, d)``; q may be 0.
        num_fantasies: Number f of outcomes.
        random_state: Source of randomness.

    Returns:
        A posterior with f target columns; if nothing is pending, the posterior itself.
    """
    if not len(pending):
        return posterior
    functions = posterior.sample_joint(pending, num_fantasies, random_state)
    noise = posterior.noise_std(pending)[:, None] * random_state.standard_normal(functions.shape)
    return posterior.append(pending, functions + noise)
