"""The named methods: schedulers with all choices made."""

from collections.abc import Callable

from syne_tune.optimizer.baselines.multi_fidelity import ASHA, PASHA
from syne_tune.optimizer.baselines.single_fidelity import GridSearch, RandomSearch
from syne_tune.optimizer.scheduler import TrialScheduler

baselines_dict: dict[str, Callable[..., TrialScheduler]] = {
    "Random Search": RandomSearch,
    "Grid Search": GridSearch,
    "ASHA": ASHA,
    "PASHA": PASHA,
}
"""Method by the name used in tables and on the command line."""

__all__ = ["ASHA", "PASHA", "GridSearch", "RandomSearch", "baselines_dict"]
