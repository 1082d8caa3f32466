"""All named methods in one table: importing it imports all of them."""

from collections.abc import Callable

from syne_tune.optimizer.baselines.auto import AutoScheduler
from syne_tune.optimizer.baselines.constrained import ConstrainedBayesianOptimization
from syne_tune.optimizer.baselines.gaussian_process_multi_fidelity import MOBSTER, DyHPO, HyperTune
from syne_tune.optimizer.baselines.model_based import BORE, CQR, KDE, REA
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
from syne_tune.optimizer.baselines.synchronous import DEHB, SyncBOHB, SyncHyperband, SyncMOBSTER
from syne_tune.optimizer.baselines.transfer import (
    ASHACTS,
    WarmStartedBayesianOptimization,
    WarmStartedMOBSTER,
    ZeroShotTransfer,
)
from syne_tune.optimizer.scheduler import TrialScheduler
from syne_tune.optimizer.schedulers.multiobjective import MOASHA

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
    "WarmStartedMOBSTER": WarmStartedMOBSTER,
}
"""Method by the name used in tables and on the command line."""
