"""Searchers choose configurations; see :mod:`syne_tune.optimizer.schedulers.searchers.searcher` for the contract."""

from syne_tune.optimizer.schedulers.searchers.duplicates import StochasticAndFilterDuplicatesSearcher
from syne_tune.optimizer.schedulers.searchers.grid_search import GridSearcher
from syne_tune.optimizer.schedulers.searchers.initial_configs import impute_points_to_evaluate
from syne_tune.optimizer.schedulers.searchers.random_search import RandomSearcher
from syne_tune.optimizer.schedulers.searchers.registry import register_searcher, searcher_factory
from syne_tune.optimizer.schedulers.searchers.searcher import BaseSearcher
from syne_tune.optimizer.schedulers.searchers.stochastic import StochasticSearcher, extract_random_seed

__all__ = [
    "BaseSearcher",
    "GridSearcher",
    "RandomSearcher",
    "StochasticAndFilterDuplicatesSearcher",
    "StochasticSearcher",
    "extract_random_seed",
    "impute_points_to_evaluate",
    "register_searcher",
    "searcher_factory",
]
