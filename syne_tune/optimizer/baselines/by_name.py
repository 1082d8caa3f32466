"""All named methods in one table: importing it imports all of them."""

from collections.abc import Callable

from syne_tune.optimizer.baselines import (
    auto,
    constrained,
    gaussian_process_multi_fidelity,
    model_based,
    model_based_multi_fidelity,
    multi_fidelity,
    multi_objective,
    population,
    single_fidelity,
    synchronous,
    transfer,
)
from syne_tune.optimizer.scheduler import TrialScheduler
from syne_tune.optimizer.schedulers.multiobjective import MOASHA

baselines_dict: dict[str, Callable[..., TrialScheduler]] = {
    "Auto": auto.AutoScheduler,
    "Random Search": single_fidelity.RandomSearch,
    "Grid Search": single_fidelity.GridSearch,
    "Bayesian Optimization": single_fidelity.BayesianOptimization,
    "ConstrainedBayesianOptimization": constrained.ConstrainedBayesianOptimization,
    "KDE": model_based.KDE,
    "BORE": model_based.BORE,
    "CQR": model_based.CQR,
    "REA": model_based.REA,
    "BOHB": model_based_multi_fidelity.BOHB,
    "ASHABORE": model_based_multi_fidelity.ASHABORE,
    "ASHACQR": model_based_multi_fidelity.ASHACQR,
    "ASHA": multi_fidelity.ASHA,
    "PASHA": multi_fidelity.PASHA,
    "MOBSTER": gaussian_process_multi_fidelity.MOBSTER,
    "HyperTune": gaussian_process_multi_fidelity.HyperTune,
    "DyHPO": gaussian_process_multi_fidelity.DyHPO,
    "SyncHyperband": synchronous.SyncHyperband,
    "SyncBOHB": synchronous.SyncBOHB,
    "SyncMOBSTER": synchronous.SyncMOBSTER,
    "DEHB": synchronous.DEHB,
    "PBT": population.PBT,
    "PB2": population.PB2,
    "MOASHA": MOASHA,
    "NSGA2": multi_objective.NSGA2,
    "MOREA": multi_objective.MOREA,
    "MORandomScalarizationBayesOpt": multi_objective.MORandomScalarizationBayesOpt,
    "MOLinearScalarizationBayesOpt": multi_objective.MOLinearScalarizationBayesOpt,
    "EHVI": multi_objective.EHVI,
    "ParetoMOBSTER": multi_objective.ParetoMOBSTER,
    "ZeroShotTransfer": transfer.ZeroShotTransfer,
    "ASHACTS": transfer.ASHACTS,
    "WarmStartedBayesianOptimization": transfer.WarmStartedBayesianOptimization,
    "WarmStartedMOBSTER": transfer.WarmStartedMOBSTER,
}
"""Method by the name used in tables and on the command line."""
