"""Old path of :class:`~syne_tune.optimizer.models.sklearn_model.SKLearnPredictor`."""

from syne_tune.optimizer.models.sklearn_model import SKLearnPredictor

__all__ = ["SKLearnPredictor"]
