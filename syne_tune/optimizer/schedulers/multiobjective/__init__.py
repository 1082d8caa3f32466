"""Several objectives at once."""

from syne_tune.optimizer.schedulers.multiobjective.linear_scalarizer import LinearScalarizedScheduler
from syne_tune.optimizer.schedulers.multiobjective.moasha import MOASHA
from syne_tune.optimizer.schedulers.multiobjective.multiobjective_priority import (
    FixedObjectivePriority,
    LinearScalarizationPriority,
    MOPriority,
    NonDominatedPriority,
)
from syne_tune.optimizer.schedulers.multiobjective.nsga2_searcher import NSGA2Searcher
from syne_tune.optimizer.schedulers.multiobjective.regularized_evolution import MultiObjectiveRegularizedEvolution

__all__ = [
    "MOASHA",
    "FixedObjectivePriority",
    "LinearScalarizationPriority",
    "LinearScalarizedScheduler",
    "MOPriority",
    "MultiObjectiveRegularizedEvolution",
    "NSGA2Searcher",
    "NonDominatedPriority",
]
