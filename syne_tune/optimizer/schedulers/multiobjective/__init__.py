"""Several objectives at once; imported when first used, because some methods load SciPy."""

from typing import TYPE_CHECKING

from syne_tune.on_demand import names_on_demand

if TYPE_CHECKING:
    from syne_tune.optimizer.schedulers.multiobjective.ehvi_searcher import ExpectedHypervolumeSearcher
    from syne_tune.optimizer.schedulers.multiobjective.linear_scalarizer import LinearScalarizedScheduler
    from syne_tune.optimizer.schedulers.multiobjective.moasha import MOASHA
    from syne_tune.optimizer.schedulers.multiobjective.multi_fidelity_ehvi_searcher import (
        MultiFidelityHypervolumeSearcher,
    )
    from syne_tune.optimizer.schedulers.multiobjective.multi_surrogate_multi_objective_searcher import (
        MultiObjectiveMultiSurrogateSearcher,
    )
    from syne_tune.optimizer.schedulers.multiobjective.multiobjective_priority import (
        FixedObjectivePriority,
        LinearScalarizationPriority,
        MOPriority,
        NonDominatedPriority,
        RankVolumePriority,
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
    "RankVolumePriority",
]

__getattr__ = names_on_demand(
    __name__,
    {
        f"{__name__}.ehvi_searcher": "ExpectedHypervolumeSearcher",
        f"{__name__}.linear_scalarizer": "LinearScalarizedScheduler",
        f"{__name__}.moasha": "MOASHA",
        f"{__name__}.multi_fidelity_ehvi_searcher": "MultiFidelityHypervolumeSearcher",
        f"{__name__}.multi_surrogate_multi_objective_searcher": "MultiObjectiveMultiSurrogateSearcher",
        f"{__name__}.multiobjective_priority": """
            FixedObjectivePriority LinearScalarizationPriority MOPriority NonDominatedPriority RankVolumePriority
        """,
        f"{__name__}.nsga2_searcher": "NSGA2Searcher",
        f"{__name__}.random_scalarization": "MultiObjectiveLCBRandomLinearScalarization",
        f"{__name__}.regularized_evolution": "MultiObjectiveRegularizedEvolution",
    },
)
