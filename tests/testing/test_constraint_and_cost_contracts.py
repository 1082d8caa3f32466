"""The contracts of searchers and schedulers over those that look at constraints and costs.

The scripts of the contracts report ``epoch``, a positive number: as a constraint it never holds, as a cost it is fine.
"""

from __future__ import annotations

from syne_tune.optimizer.baselines import ConstrainedBayesianOptimization
from syne_tune.optimizer.models.cost import BiasOnlyLinearCostModel
from syne_tune.optimizer.schedulers import FIFOScheduler
from syne_tune.optimizer.schedulers.searchers import BayesianOptimizationSearcher
from syne_tune.optimizer.schedulers.searchers.constrained import ConstrainedBayesianOptimizationSearcher
from syne_tune.optimizer.schedulers.searchers.cost_aware import CostAwareBayesianOptimizationSearcher
from syne_tune.testing.schedulers import SchedulerContract
from syne_tune.testing.searchers import SearcherContract

FAST = {"opt_maxiter": 5, "num_init_candidates": 30, "skip_local_optimization": True}


class Short:
    seeds = (0, 1)
    num_events = 30


class TestConstrainedSearcher(Short, SearcherContract):
    def make_searcher(self, config_space, random_seed, points_to_evaluate=None):
        return ConstrainedBayesianOptimizationSearcher(
            config_space, "loss", "epoch", points_to_evaluate=points_to_evaluate, random_seed=random_seed, **FAST
        )


class TestConstraintOnTheMetricOfTheScript(Short, SearcherContract):
    """A constraint that holds for some trials, and several possible outcomes of pending ones."""

    def make_searcher(self, config_space, random_seed, points_to_evaluate=None):
        return ConstrainedBayesianOptimizationSearcher(
            config_space,
            "epoch",
            ["loss"],
            points_to_evaluate=points_to_evaluate,
            random_seed=random_seed,
            num_fantasy_samples=3,
            **FAST,
        )


class TestCostAwareSearcher(Short, SearcherContract):
    def make_searcher(self, config_space, random_seed, points_to_evaluate=None):
        return CostAwareBayesianOptimizationSearcher(
            config_space, "loss", "epoch", points_to_evaluate=points_to_evaluate, random_seed=random_seed, **FAST
        )


class TestCostAwareSearcherWithCostModel(Short, SearcherContract):
    def make_searcher(self, config_space, random_seed, points_to_evaluate=None):
        return CostAwareBayesianOptimizationSearcher(
            config_space,
            "loss",
            "epoch",
            cost_model=BiasOnlyLinearCostModel(),
            resource_attr="epoch",
            max_epochs=9,
            points_to_evaluate=points_to_evaluate,
            random_seed=random_seed,
            **FAST,
        )


class TestThompsonSampling(Short, SearcherContract):
    def make_searcher(self, config_space, random_seed, points_to_evaluate=None):
        return BayesianOptimizationSearcher(
            config_space, "loss", points_to_evaluate, random_seed=random_seed, acq_function="thompson", **FAST
        )


class TestNoisyExpectedImprovement(Short, SearcherContract):
    def make_searcher(self, config_space, random_seed, points_to_evaluate=None):
        return BayesianOptimizationSearcher(
            config_space, "loss", points_to_evaluate, random_seed=random_seed, acq_function="nei", **FAST
        )


class TestConstrainedBayesianOptimization(Short, SchedulerContract):
    def make_scheduler(self, config_space, random_seed):
        return ConstrainedBayesianOptimization(
            config_space, "loss", "epoch", search_options=FAST, random_seed=random_seed
        )


class TestCostAwareBayesianOptimization(Short, SchedulerContract):
    def make_scheduler(self, config_space, random_seed):
        options = {**FAST, "cost_attr": "epoch"}
        return FIFOScheduler(
            config_space, "loss", searcher="bayesopt_cost", search_options=options, random_seed=random_seed
        )
