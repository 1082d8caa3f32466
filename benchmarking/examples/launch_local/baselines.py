"""The methods that are compared."""

from syne_tune.experiments.default_baselines import ASHA, MOBSTER, BayesianOptimization, RandomSearch


class Methods:
    """Names of the methods."""

    RS = "RS"
    BO = "BO"
    ASHA = "ASHA"
    MOBSTER = "MOBSTER"


methods = {
    Methods.RS: lambda method_arguments: RandomSearch(method_arguments),
    Methods.BO: lambda method_arguments: BayesianOptimization(method_arguments),
    Methods.ASHA: lambda method_arguments: ASHA(method_arguments, type="promotion"),
    Methods.MOBSTER: lambda method_arguments: MOBSTER(method_arguments, type="promotion"),
}
