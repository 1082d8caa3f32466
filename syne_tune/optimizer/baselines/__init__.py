"""The named methods: schedulers with all choices made."""

from collections.abc import Callable

from syne_tune.optimizer.baselines.multi_fidelity import ASHA, PASHA
from syne_tune.optimizer.baselines.single_fidelity import BayesianOptimization, GridSearch, RandomSearch
from syne_tune.optimizer.scheduler import TrialScheduler

baselines_dict: dict[str, Callable[..., TrialScheduler]] = {
    "Random Search": RandomSearch,
    "Grid Search": GridSearch,
    "Bayesian Optimization": BayesianOptimization,
    "ASHA": ASHA,
    "PASHA": PASHA,
}
"""Method by the name used in tables and on the command line."""

__all__ = ["ASHA", "PASHA", "BayesianOptimization", "GridSearch", "RandomSearch", "baselines_dict"]
