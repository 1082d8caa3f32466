"""Old path of :mod:`syne_tune.optimizer.models.sklearn_model`."""

from syne_tune.optimizer.models.sklearn_model import SKLearnEstimator, SKLearnPredictor

__all__ = ["SKLearnEstimator", "SKLearnPredictor"]
