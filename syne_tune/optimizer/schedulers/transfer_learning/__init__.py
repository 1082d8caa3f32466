"""Methods that begin with what was measured on earlier tasks."""

from syne_tune.optimizer.schedulers.transfer_learning.bounding_box import BoundingBox
from syne_tune.optimizer.schedulers.transfer_learning.evaluations import (
    TransferLearningMixin,
    TransferLearningTaskEvaluations,
)
from syne_tune.optimizer.schedulers.transfer_learning.rush import RUSHScheduler

__all__ = ["BoundingBox", "RUSHScheduler", "TransferLearningMixin", "TransferLearningTaskEvaluations"]
