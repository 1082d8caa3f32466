"""Searchers choose configurations; see :mod:`syne_tune.optimizer.schedulers.searchers.searcher` for the contract.

Model-based searchers are imported when first used, because they load SciPy.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

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

_HOMES = {
    "BayesianOptimizationSearcher": "bayesian",
    "GPFIFOSearcher": "gp_fifo_searcher",
    "GPMultiFidelitySearcher": "gp_multifidelity_searcher",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
