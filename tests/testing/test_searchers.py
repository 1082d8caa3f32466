"""The contract of searchers: over all of ours, over ones that users write, and over ones that break it."""

from __future__ import annotations

import pytest

from syne_tune.optimizer.schedulers.searchers import (
    BaseSearcher,
    BayesianOptimizationSearcher,
    GridSearcher,
    RandomSearcher,
    StochasticAndFilterDuplicatesSearcher,
    StochasticSearcher,
)
from syne_tune.testing.searchers import SearcherContract


class TestRandomSearcher(SearcherContract):
    def make_searcher(self, config_space, random_seed, points_to_evaluate=None):
        return RandomSearcher(config_space, "loss", points_to_evaluate, random_seed=random_seed)


class TestRandomSearcherWithDuplicates(SearcherContract):
    repeats_configurations = True
    covers_finite_spaces = False

    def make_searcher(self, config_space, random_seed, points_to_evaluate=None):
        return RandomSearcher(config_space, "loss", points_to_evaluate, allow_duplicates=True, random_seed=random_seed)


class TestGridSearcher(SearcherContract):
    def make_searcher(self, config_space, random_seed, points_to_evaluate=None):
        return GridSearcher(config_space, "loss", points_to_evaluate, random_seed=random_seed)


class TestBayesianOptimizationSearcher(SearcherContract):
    seeds = (0, 1)
    num_events = 60

    def make_searcher(self, config_space, random_seed, points_to_evaluate=None):
        return BayesianOptimizationSearcher(config_space, "loss", points_to_evaluate, random_seed=random_seed)


class TestBayesianOptimizationSearcherWithFantasies(SearcherContract):
    seeds = (0, 1)
    num_events = 40
    repeats_configurations = True
    covers_finite_spaces = False

    def make_searcher(self, config_space, random_seed, points_to_evaluate=None):
        return BayesianOptimizationSearcher(
            config_space, "loss", points_to_evaluate, True, random_seed=random_seed, num_fantasy_samples=4
        )


class NearTheBest(StochasticAndFilterDuplicatesSearcher):
    """What a user derives from the documented base class: the hooks ``_get_config`` and ``_update``."""

    def __init__(self, config_space, **kwargs):
        super().__init__(config_space, **kwargs)
        self.best = None

    def _get_config(self, **kwargs):
        config = self._get_random_config()
        if config is None or self.best is None:
            return config
        nearby = {**config, "lr": self.best["lr"]} if "lr" in config else config
        return config if self.should_not_suggest(nearby) else nearby

    def _update(self, trial_id, config, result):
        if self.best is None or result[self._metric] < self.best["metric"]:
            self.best = {**config, "metric": result[self._metric]}


class TestUserSearcher(SearcherContract):
    def make_searcher(self, config_space, random_seed, points_to_evaluate=None):
        return NearTheBest(config_space, metric="loss", points_to_evaluate=points_to_evaluate, random_seed=random_seed)


class Unfiltered(StochasticSearcher):
    def get_config(self, **kwargs):
        return self._next_initial_config() or self.space.sample(self.random_state)


class TestUserSearcherWithRepetition(SearcherContract):
    repeats_configurations = True
    covers_finite_spaces = False

    def make_searcher(self, config_space, random_seed, points_to_evaluate=None):
        return Unfiltered(config_space, "loss", points_to_evaluate, random_seed=random_seed)


class TestContractFindsMistakes:
    @staticmethod
    def contract(searcher_class):
        class Contract(SearcherContract):
            def make_searcher(self, config_space, random_seed, points_to_evaluate=None):
                return searcher_class(config_space, "loss", points_to_evaluate, random_seed=random_seed)

        return Contract()

    def test_repetition(self):
        with pytest.raises(AssertionError):
            self.contract(Unfiltered).test_no_configuration_comes_twice()

    def test_initial_configurations_left_out(self):
        class Bad(RandomSearcher):
            def _next_initial_config(self):
                return None

        with pytest.raises(AssertionError):
            self.contract(Bad).test_initial_configurations_come_first()

    def test_seed_without_effect(self):
        class Bad(BaseSearcher):
            def __init__(self, config_space, metric, points_to_evaluate, random_seed):
                super().__init__(config_space, metric, points_to_evaluate)

            def get_config(self, **kwargs):
                return self.space.default()

        with pytest.raises(AssertionError):
            self.contract(Bad).test_different_seeds_differ()
