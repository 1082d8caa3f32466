"""The named methods: schedulers with all choices made. Each is imported when first used."""

from typing import TYPE_CHECKING

from syne_tune.on_demand import names_on_demand

if TYPE_CHECKING:
    from syne_tune.optimizer.baselines.auto import AutoScheduler
    from syne_tune.optimizer.baselines.by_name import baselines_dict
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
    from syne_tune.optimizer.baselines.transfer import (
        ASHACTS,
        WarmStartedBayesianOptimization,
        WarmStartedMOBSTER,
        ZeroShotTransfer,
    )
    from syne_tune.optimizer.schedulers.multiobjective import MOASHA
    from syne_tune.optimizer.schedulers.searchers.gaussian_process_estimator import create_gaussian_process_estimator

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
    "WarmStartedMOBSTER",
    "ZeroShotTransfer",
    "baselines_dict",
    "create_gaussian_process_estimator",
]

__getattr__ = names_on_demand(
    __name__,
    {
        f"{__name__}.auto": "AutoScheduler",
        f"{__name__}.by_name": "baselines_dict",
        f"{__name__}.constrained": "ConstrainedBayesianOptimization",
        f"{__name__}.gaussian_process_multi_fidelity": "MOBSTER DyHPO HyperTune",
        f"{__name__}.model_based": "BORE CQR KDE REA BoTorch",
        f"{__name__}.model_based_multi_fidelity": "ASHABORE ASHACQR BOHB",
        f"{__name__}.multi_fidelity": "ASHA PASHA",
        f"{__name__}.multi_objective": """
            EHVI MOREA NSGA2 MOLinearScalarizationBayesOpt MORandomScalarizationBayesOpt ParetoMOBSTER
        """,
        f"{__name__}.population": "PB2 PBT",
        f"{__name__}.single_fidelity": "BayesianOptimization GridSearch RandomSearch",
        f"{__name__}.smac": "SMAC",
        f"{__name__}.synchronous": "DEHB SyncBOHB SyncHyperband SyncMOBSTER",
        f"{__name__}.transfer": "ASHACTS WarmStartedBayesianOptimization WarmStartedMOBSTER ZeroShotTransfer",
        "syne_tune.optimizer.schedulers.multiobjective": "MOASHA",
        "syne_tune.optimizer.schedulers.searchers.gaussian_process_estimator": "create_gaussian_process_estimator",
    },
)
