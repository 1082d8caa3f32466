"""The named methods: schedulers with all choices made."""

from collections.abc import Callable

from syne_tune.optimizer.baselines.auto import AutoScheduler
from syne_tune.optimizer.baselines.constrained import ConstrainedBayesianOptimization
from syne_tune.optimizer.baselines.gaussian_process_multi_fidelity import MOBSTER, DyHPO, HyperTune
from syne_tune.optimizer.baselines.model_based import BORE, CQR, KDE, REA, BoTorch
from syne_tune.optimizer.baselines.model_based_multi_fidelity import ASHABORE, ASHACQR, BOHB
from syne_tune.optimizer.baselines.multi_fidelity import ASHA, PASHA
from syne_tune.optimizer.baselines.multi_objective import (
    EHVI,
    MOREA,
    NSGA2,
    MOLinearScalarizationBayesOpt,
    MORandomScalarizationBayesOpt,
    ParetoMOBSTER,
)
from syne_tune.optimizer.baselines.population import PB2, PBT
from syne_tune.optimizer.baselines.single_fidelity import BayesianOptimization, GridSearch, RandomSearch
from syne_tune.optimizer.baselines.smac import SMAC
from syne_tune.optimizer.baselines.synchronous import DEHB, SyncBOHB, SyncHyperband, SyncMOBSTER
from syne_tune.optimizer.baselines.transfer import ASHACTS, WarmStartedBayesianOptimization, ZeroShotTransfer
from syne_tune.optimizer.scheduler import TrialScheduler
from syne_tune.optimizer.schedulers.multiobjective import MOASHA
from syne_tune.optimizer.schedulers.searchers.gaussian_process_estimator import create_gaussian_process_estimator

baselines_dict: dict[str, Callable[..., TrialScheduler]] = {
    "Auto": AutoScheduler,
    "Random Search": RandomSearch,
    "Grid Search": GridSearch,
    "Bayesian Optimization": BayesianOptimization,
    "ConstrainedBayesianOptimization": ConstrainedBayesianOptimization,
    "KDE": KDE,
    "BORE": BORE,
    "CQR": CQR,
    "REA": REA,
    "BOHB": BOHB,
    "ASHABORE": ASHABORE,
    "ASHACQR": ASHACQR,
    "ASHA": ASHA,
    "PASHA": PASHA,
    "MOBSTER": MOBSTER,
    "HyperTune": HyperTune,
    "DyHPO": DyHPO,
    "SyncHyperband": SyncHyperband,
    "SyncBOHB": SyncBOHB,
    "SyncMOBSTER": SyncMOBSTER,
    "DEHB": DEHB,
    "PBT": PBT,
    "PB2": PB2,
    "MOASHA": MOASHA,
    "NSGA2": NSGA2,
    "MOREA": MOREA,
    "MORandomScalarizationBayesOpt": MORandomScalarizationBayesOpt,
    "MOLinearScalarizationBayesOpt": MOLinearScalarizationBayesOpt,
    "EHVI": EHVI,
    "ParetoMOBSTER": ParetoMOBSTER,
    "ZeroShotTransfer": ZeroShotTransfer,
    "ASHACTS": ASHACTS,
    "WarmStartedBayesianOptimization": WarmStartedBayesianOptimization,
}
"""Method by the name used in tables and on the command line."""

__all__ = [
    "ASHA",
    "ASHABORE",
    "ASHACQR",
    "ASHACTS",
    "BOHB",
    "BORE",
    "CQR",
    "DEHB",
    "EHVI",
    "KDE",
    "MOASHA",
    "MOBSTER",
    "MOREA",
    "NSGA2",
    "PASHA",
    "PB2",
    "PBT",
    "REA",
    "SMAC",
    "AutoScheduler",
    "BayesianOptimization",
    "BoTorch",
    "ConstrainedBayesianOptimization",
    "DyHPO",
    "GridSearch",
    "HyperTune",
    "MOLinearScalarizationBayesOpt",
    "MORandomScalarizationBayesOpt",
    "ParetoMOBSTER",
    "RandomSearch",
    "SyncBOHB",
    "SyncHyperband",
    "SyncMOBSTER",
    "WarmStartedBayesianOptimization",
    "ZeroShotTransfer",
    "baselines_dict",
    "create_gaussian_process_estimator",
]
