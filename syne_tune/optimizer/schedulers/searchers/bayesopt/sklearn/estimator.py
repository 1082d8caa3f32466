"""Old path of :class:`~syne_tune.optimizer.models.sklearn_model.SKLearnEstimator`."""

from syne_tune.optimizer.models.sklearn_model import SKLearnEstimator

__all__ = ["SKLearnEstimator"]
