"""Population-based bandits: :class:`PB2`."""

from __future__ import annotations

from syne_tune.optimizer.schedulers.pbt import ExploreFunction, PopulationBasedTraining
from syne_tune.optimizer.schedulers.population.bandit_exploration import BanditExploration
from syne_tune.optimizer.schedulers.population.exploration import Exploration


class PB2(PopulationBasedTraining):
    """Population-based training whose variations are chosen by a model rather than by chance.

    Parker-Holder, Nguyen, Roberts, *Provably Efficient Online Hyperparameter Optimization with Population-Based
    Bandits*, NeurIPS 2020; see :class:`~.population.bandit_exploration.BanditExploration`. It needs fewer members than
    population-based training, since it learns from all intervals of all of them.

    The arguments are those of :class:`~syne_tune.optimizer.schedulers.pbt.PopulationBasedTraining`. A
    ``custom_explore_fn`` takes the place of the model.
    """

    def _make_exploration(self, function: ExploreFunction | None, resample_probability: float) -> Exploration:
        if function is not None:
            return super()._make_exploration(function, resample_probability)
        return BanditExploration(self.space, self._largest, resample_probability, self._random_state)
