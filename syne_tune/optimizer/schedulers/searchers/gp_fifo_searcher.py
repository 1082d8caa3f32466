"""Old path of :class:`~syne_tune.optimizer.schedulers.searchers.bayesian.BayesianOptimizationSearcher`."""

from syne_tune.optimizer.schedulers.searchers.bayesian import BayesianOptimizationSearcher as GPFIFOSearcher

__all__ = ["GPFIFOSearcher"]
