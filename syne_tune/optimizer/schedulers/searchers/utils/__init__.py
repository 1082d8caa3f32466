"""Old import path, kept for existing scripts."""

from syne_tune.optimizer.schedulers.searchers.encoding import HyperparameterRanges, make_hyperparameter_ranges

__all__ = ["HyperparameterRanges", "make_hyperparameter_ranges"]
