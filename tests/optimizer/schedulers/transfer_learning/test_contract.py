"""The searchers over earlier tasks obey the contract of all searchers."""

import numpy as np
import pandas as pd
import pytest

from syne_tune.config_space import Space
from syne_tune.optimizer.schedulers.transfer_learning import TransferLearningTaskEvaluations
from syne_tune.optimizer.schedulers.transfer_learning.quantile_based.quantile_based_searcher import (
    QuantileBasedSurrogateSearcher,
)
from syne_tune.optimizer.schedulers.transfer_learning.warm_start import WarmStartedSearcher
from syne_tune.optimizer.schedulers.transfer_learning.zero_shot import ZeroShotTransfer
from syne_tune.testing.searchers import SearcherContract


def earlier_tasks(config_space):
    """Two tasks with random values at random configurations."""
    space = Space.of(config_space)
    tasks = {}
    for seed in range(2):
        random_state = np.random.RandomState(seed)
        configs = space.sample_many(random_state, 30)
        frame = pd.DataFrame([{name: config.get(name) for name in space.free} for config in configs]).astype(object)
        frame = frame.where(frame.notna(), np.nan)
        values = random_state.random_sample((30, 1, 1, 1))
        tasks[f"task{seed}"] = TransferLearningTaskEvaluations(space, frame, ["loss"], values)
    return tasks


class OverTasks(SearcherContract):
    """All of them, except that no default configuration comes first: earlier tasks know better ones."""

    def make(self, config_space, tasks, **arguments):
        raise NotImplementedError

    def make_searcher(self, config_space, random_seed, points_to_evaluate=None):
        arguments = {"points_to_evaluate": points_to_evaluate, "random_seed": random_seed}
        return self.make(config_space, earlier_tasks(config_space), **arguments)

    @pytest.mark.skip("None stands for no initial configuration here")
    def test_default_configuration_comes_first(self):
        pass


class TestQuantileBased(OverTasks):
    def make(self, config_space, tasks, **arguments):
        return QuantileBasedSurrogateSearcher(config_space, "loss", tasks, **arguments)


class TestZeroShot(OverTasks):
    def make(self, config_space, tasks, **arguments):
        return ZeroShotTransfer(config_space, "loss", tasks, use_surrogates=True, **arguments)


class TestWarmStart(OverTasks):
    """With a short script: each suggestion fits a model."""

    seeds = (0, 1)
    num_events = 12
    covers_finite_spaces = False

    def make(self, config_space, tasks, **arguments):
        cheap = {"num_init_candidates": 20, "skip_local_optimization": True, "opt_maxiter": 5}
        return WarmStartedSearcher(config_space, "loss", tasks, **arguments, **cheap)
