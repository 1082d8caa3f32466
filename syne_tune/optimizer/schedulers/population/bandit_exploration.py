"""Variations chosen by a model of what configurations achieve at which time: :class:`BanditExploration`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from syne_tune.config_space import Space
from syne_tune.optimizer.models.gp.surrogate import GaussianProcessSurrogate, SurrogateOptions
from syne_tune.optimizer.models.inputs import InputLayout, Scalar
from syne_tune.optimizer.models.predictor import FloatArray
from syne_tune.optimizer.schedulers.population.exploration import RandomExploration
from syne_tune.optimizer.schedulers.searchers.encoding import HyperparameterRanges
from syne_tune.optimizer.schedulers.searchers.model_inputs import ModelInputs
from syne_tune.trial import Config

_FEWEST = 4
"""With fewer intervals on record, chance decides."""

_NUM_CANDIDATES = 300
_KAPPA = 1.0
_MAX_OBSERVATIONS = 300


class BanditExploration:
    """Picks the variation that a Gaussian process expects to improve the score most in the next interval.

    Parker-Holder, Nguyen, Roberts, *Provably Efficient Online Hyperparameter Optimization with Population-Based
    Bandits*, NeurIPS 2020 (arXiv:2002.02518), algorithm 1: the data are changes of the score per interval, the inputs
    configuration, time and score at the beginning of the interval; the variation has the best confidence bound. Time is
    an input of the Matérn kernel here, in place of the factor of equation (5) which forgets the past at a fixed rate:
    its length scale is fitted. Candidates are random configurations and variations of the better member.

    Args:
        space: The space.
        largest: The largest resource.
        resample_probability: Of the random variations among the candidates.
        random_state: Source of randomness.
    """

    def __init__(
        self,
        space: Space,
        largest: float,
        resample_probability: float,
        random_state: np.random.RandomState,
    ) -> None:
        self._space, self._largest = space, largest
        self._random_state = random_state
        self._chance = RandomExploration(space, resample_probability, random_state)
        self._inputs = ModelInputs(HyperparameterRanges(space))
        layout = InputLayout.of([*self._inputs.layout.blocks, Scalar(), Scalar()])
        options = SurrogateOptions(max_observations=_MAX_OBSERVATIONS)
        self._surrogate = GaussianProcessSurrogate(layout, options, random_state)
        self._configs: list[Config] = []
        self._resources: list[float] = []
        self._scores: list[float] = []
        self._changes: list[float] = []

    def learn(self, config: Config, resource: float, before: float, after: float) -> None:
        """What a member achieved in one interval."""
        self._configs.append(config)
        self._resources.append(resource)
        self._scores.append(before)
        self._changes.append(after - before)

    def explore(self, config: Config, resource: float, score: float) -> dict[str, Any]:
        """The candidate with the best confidence bound; a random variation while little is known."""
        if len(self._changes) < _FEWEST or not self._space.free:
            return self._chance.explore(config, resource, score)
        half = _NUM_CANDIDATES // 2
        varied = [self._chance.explore(config, resource, score) for _ in range(half)]
        candidates = [*varied, *self._space.sample_many(self._random_state, half)]
        model = self._surrogate.update(self._features(self._configs, self._resources, self._scores), self._targets())
        x = self._features(candidates, [resource] * len(candidates), [score] * len(candidates))
        mean, std = model.predict(x)
        return dict(candidates[int(np.argmin(mean - _KAPPA * std))])

    def _targets(self) -> FloatArray:
        return np.array(self._changes)

    def _features(self, configs: Sequence[Config], resources: Sequence[float], scores: Sequence[float]) -> FloatArray:
        """Inputs ``(n, d + 2)``: configuration, time, and score as its rank among those on record, all in [0, 1]."""
        time = np.clip(np.array(resources) / self._largest, 0, 1)
        rank = np.searchsorted(np.sort(self._scores), scores) / len(self._scores)
        return np.column_stack([self._inputs.encode(configs), time, rank])
