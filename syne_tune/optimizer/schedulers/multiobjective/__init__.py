"""Several objectives at once."""

from syne_tune.optimizer.schedulers.multiobjective.ehvi_searcher import ExpectedHypervolumeSearcher
from syne_tune.optimizer.schedulers.multiobjective.linear_scalarizer import LinearScalarizedScheduler
from syne_tune.optimizer.schedulers.multiobjective.moasha import MOASHA
from syne_tune.optimizer.schedulers.multiobjective.multi_fidelity_ehvi_searcher import MultiFidelityHypervolumeSearcher
from syne_tune.optimizer.schedulers.multiobjective.multi_surrogate_multi_objective_searcher import (
    MultiObjectiveMultiSurrogateSearcher,
)
from syne_tune.optimizer.schedulers.multiobjective.multiobjective_priority import (
    FixedObjectivePriority,
    LinearScalarizationPriority,
    MOPriority,
    NonDominatedPriority,
)
from syne_tune.optimizer.schedulers.multiobjective.nsga2_searcher import NSGA2Searcher
from syne_tune.optimizer.schedulers.multiobjective.random_scalarization import (
    MultiObjectiveLCBRandomLinearScalarization,
)
from syne_tune.optimizer.schedulers.multiobjective.regularized_evolution import MultiObjectiveRegularizedEvolution

__all__ = [
    "MOASHA",
    "ExpectedHypervolumeSearcher",
    "FixedObjectivePriority",
    "LinearScalarizationPriority",
    "LinearScalarizedScheduler",
    "MOPriority",
    "MultiFidelityHypervolumeSearcher",
    "MultiObjectiveLCBRandomLinearScalarization",
    "MultiObjectiveMultiSurrogateSearcher",
    "MultiObjectiveRegularizedEvolution",
    "NSGA2Searcher",
    "NonDominatedPriority",
]
