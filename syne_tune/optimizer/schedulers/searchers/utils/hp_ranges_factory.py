"""Old import path, kept for existing scripts."""

from syne_tune.optimizer.schedulers.searchers.encoding import make_hyperparameter_ranges

__all__ = ["make_hyperparameter_ranges"]
