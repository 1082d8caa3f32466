"""What a model makes of evaluations that are under way, as the user's options say."""

from __future__ import annotations

import numpy as np

from syne_tune.optimizer.acquisition.fantasies import believe, fantasize
from syne_tune.optimizer.models.predictor import FloatArray
from syne_tune.optimizer.models.surrogate import Conditioned
from syne_tune.optimizer.schedulers.searchers.bayesian_options import BayesianOptions


def with_pending(
    posterior: Conditioned, pending: FloatArray, options: BayesianOptions, random_state: np.random.RandomState
) -> Conditioned:
    """Adds what is to be expected of pending evaluations.

    Args:
        posterior: Given what is known.
        pending: Encoded inputs ``(q, d)``; q may be 0.
        options: Say whether pending evaluations count, and with how many possible outcomes.
        random_state: Draws the outcomes.
    """
    if options.no_fantasizing:
        return posterior
    if options.num_fantasy_samples is None:
        return believe(posterior, pending)
    return fantasize(posterior, pending, options.num_fantasy_samples, random_state)
