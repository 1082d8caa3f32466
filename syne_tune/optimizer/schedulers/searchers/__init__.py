"""Searchers choose configurations; see :mod:`syne_tune.optimizer.schedulers.searchers.searcher` for the contract.

Model-based searchers are imported when first used, because they load SciPy.
"""

from typing import TYPE_CHECKING

from syne_tune.on_demand import names_on_demand
from syne_tune.optimizer.schedulers.searchers.duplicates import StochasticAndFilterDuplicatesSearcher
from syne_tune.optimizer.schedulers.searchers.grid_search import GridSearcher
from syne_tune.optimizer.schedulers.searchers.initial_configs import impute_points_to_evaluate
from syne_tune.optimizer.schedulers.searchers.random_search import RandomSearcher
from syne_tune.optimizer.schedulers.searchers.registry import register_searcher, searcher_factory
from syne_tune.optimizer.schedulers.searchers.searcher import BaseSearcher
from syne_tune.optimizer.schedulers.searchers.stochastic import StochasticSearcher, extract_random_seed

if TYPE_CHECKING:
    from syne_tune.optimizer.schedulers.searchers.bayesian import BayesianOptimizationSearcher

__all__ = [
    "BaseSearcher",
    "BayesianOptimizationSearcher",
    "GridSearcher",
    "RandomSearcher",
    "StochasticAndFilterDuplicatesSearcher",
    "StochasticSearcher",
    "extract_random_seed",
    "impute_points_to_evaluate",
    "register_searcher",
    "searcher_factory",
]

__getattr__ = names_on_demand(
    __name__,
    {
        f"{__name__}.bayesian": "BayesianOptimizationSearcher",
        f"{__name__}.gp_fifo_searcher": "GPFIFOSearcher",
        f"{__name__}.gp_multifidelity_searcher": "GPMultiFidelitySearcher",
    },
)
