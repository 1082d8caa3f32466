"""The methods that are compared."""

from syne_tune.experiments.default_baselines import ASHA, MOBSTER, BayesianOptimization, DyHPO, HyperTune


class Methods:
    """Names of the methods."""

    BO = "BO"
    ASHA = "ASHA"
    MOBSTER = "MOBSTER"
    HYPERTUNE = "HyperTune"
    DYHPO = "DYHPO"


methods = {
    Methods.BO: lambda arguments: BayesianOptimization(arguments),
    Methods.ASHA: lambda arguments: ASHA(arguments, type="promotion"),
    Methods.MOBSTER: lambda arguments: MOBSTER(arguments, type="promotion"),
    Methods.HYPERTUNE: lambda arguments: HyperTune(arguments, type="promotion"),
    Methods.DYHPO: lambda arguments: DyHPO(arguments),
}
