"""Several objectives at once."""

from syne_tune.optimizer.schedulers.multiobjective.linear_scalarizer import LinearScalarizedScheduler
from syne_tune.optimizer.schedulers.multiobjective.moasha import MOASHA
from syne_tune.optimizer.schedulers.multiobjective.multiobjective_priority import (
    FixedObjectivePriority,
    LinearScalarizationPriority,
    MOPriority,
    NonDominatedPriority,
)

__all__ = [
    "MOASHA",
    "FixedObjectivePriority",
    "LinearScalarizationPriority",
    "LinearScalarizedScheduler",
    "MOPriority",
    "NonDominatedPriority",
]
