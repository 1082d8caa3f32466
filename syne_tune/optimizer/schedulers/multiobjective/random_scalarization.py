"""Confidence bounds of several objectives, summed with random weights: the class below.

Notation::

    m, k   number of candidates, number of objectives, all to be minimised
    w      weights (k,), at least 0, sum 1
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from syne_tune.errors import OptionError, nearest
from syne_tune.optimizer.models.predictor import FloatArray
from syne_tune.optimizer.models.ranks import smallest_ranks
from syne_tune.optimizer.models.sklearn_model import SKLearnPredictor
from syne_tune.seeds import check_random_seed, generate_random_seed


class MultiObjectiveLCBRandomLinearScalarization:
    """Scores candidates by a weighted sum of lower confidence bounds, the lower the better.

    Paria, Kandasamy, Póczos, *A Flexible Framework for Multi-Objective Bayesian Optimization using Random
    Scalarizations*, UAI 2019 (arXiv:1805.12168), with weights uniform on the simplex. The weights are drawn once per
    object: make a new one, with another seed, for every suggestion.

    Args:
        predictor: Metric to a model of it, all to be minimised.
        active_metric: Names of the metrics that count. Default: all.
        weights_sampler: Returns metric to weight, in place of the draw above; negative weights are refused.
        kappa: Standard deviations below the mean.
        normalize_acquisition: Whether bounds are replaced by their ranks among the candidates, from 0 to 1, so that
            units play no role.
        random_seed: Of the weights. Default: a new one from the operating system.

    Raises:
        OptionError: If a metric has no model, or weights cannot be used.

    Attributes:
        weights: Metric to weight; their sum is 1.
    """

    def __init__(
        self,
        predictor: Mapping[str, SKLearnPredictor],
        active_metric: Sequence[str] | None = None,
        weights_sampler: Callable[[], Mapping[str, float]] | None = None,
        kappa: float = 0.5,
        normalize_acquisition: bool = True,
        random_seed: int | None = None,
    ) -> None:
        self._predictor = dict(predictor)
        names = list(predictor) if active_metric is None else list(active_metric)
        for name in names:
            if name not in self._predictor:
                raise OptionError(f"active_metric = {active_metric!r}: {nearest(name, self._predictor)}")
        self._kappa = kappa
        self._normalize = normalize_acquisition
        if weights_sampler is None:
            seed = generate_random_seed() if random_seed is None else check_random_seed(random_seed)
            drawn = np.random.RandomState(seed).dirichlet(np.ones(len(names)))
        else:
            drawn = _checked_weights(weights_sampler(), names)
        self.weights: dict[str, float] = dict(zip(names, drawn.tolist(), strict=True))

    def score(self, candidates: FloatArray, predictor: Mapping[str, SKLearnPredictor] | None = None) -> FloatArray:
        """Weighted sums ``(m,)``.

        Args:
            candidates: Encoded configurations ``(m, d)``, no ``nan``.
            predictor: Models in place of those given to the constructor.
        """
        models = self._predictor if predictor is None else predictor
        total = np.zeros(len(candidates))
        for name, weight in self.weights.items():
            mean, std = models[name].predict(candidates)
            bound = np.asarray(mean) - self._kappa * np.asarray(std)
            total += weight * (smallest_ranks(bound) / len(bound) if self._normalize else bound)
        return total


def _checked_weights(weights: Mapping[str, float], names: Sequence[str]) -> FloatArray:
    values = np.array([weights.get(name, np.nan) for name in names], dtype=np.float64)
    if not (np.all(np.isfinite(values)) and np.all(values >= 0) and values.sum() > 0):
        raise OptionError(f"weights_sampler() = {weights!r}: needs a weight of at least 0 for each of {list(names)}")
    return np.asarray(values / values.sum())
