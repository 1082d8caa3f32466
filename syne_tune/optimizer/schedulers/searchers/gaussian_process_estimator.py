"""The Gaussian process of Bayesian optimisation as a part: :func:`create_gaussian_process_estimator`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from syne_tune.config_space import Space
from syne_tune.optimizer.models.gp.estimator import GaussianProcessEstimator
from syne_tune.optimizer.schedulers.searchers.bayesian_options import BayesianOptions
from syne_tune.optimizer.schedulers.searchers.encoding import HyperparameterRanges
from syne_tune.optimizer.schedulers.searchers.model_inputs import ModelInputs
from syne_tune.seeds import check_random_seed, generate_random_seed


def create_gaussian_process_estimator(
    config_space: Mapping[str, Any],
    metric: str,  # noqa: ARG001  # documented signature
    random_seed: int | None = None,
    search_options: Mapping[str, Any] | None = None,
) -> GaussianProcessEstimator:
    """A model for searchers that take one, or one per metric.

    Args:
        config_space: Name of parameter to domain or constant.
        metric: Name of the metric; plays no role, since the model learns the values it is given.
        random_seed: Of the starting points of fits. Default: a new one from the operating system.
        search_options: Fields of :class:`~.bayesian_options.BayesianOptions`; those of the model count.

    Raises:
        OptionError: If an option is unknown, or has a value that is not allowed.
    """
    options = BayesianOptions.of(search_options or {})
    layout = ModelInputs(HyperparameterRanges(Space.of(config_space))).layout
    seed = generate_random_seed() if random_seed is None else check_random_seed(random_seed)
    return GaussianProcessEstimator(layout, options.surrogate(), np.random.RandomState(seed))
