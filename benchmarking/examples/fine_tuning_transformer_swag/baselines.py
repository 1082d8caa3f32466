"""The methods that are compared."""

from syne_tune.experiments.default_baselines import MOBSTER, BayesianOptimization


class Methods:
    """Names of the methods."""

    BO = "BO"
    MOBSTER = "MOBSTER"


methods = {
    Methods.BO: lambda arguments: BayesianOptimization(arguments),
    Methods.MOBSTER: lambda arguments: MOBSTER(arguments),
}
