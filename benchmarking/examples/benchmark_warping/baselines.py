"""The methods that are compared: with bent axes, with the Box-Cox transform of values, and with both."""

from typing import Any

from syne_tune.experiments.baselines import MethodArguments
from syne_tune.experiments.default_baselines import ASHA, MOBSTER, BayesianOptimization, RandomSearch
from syne_tune.optimizer.scheduler import TrialScheduler

VARIANTS: dict[str, dict[str, bool]] = {
    "": {"input_warping": False},
    "-WARP": {"input_warping": True},
    "-BOXCOX": {"input_warping": False, "boxcox_transform": True},
    "-WARP-BOXCOX": {"input_warping": True, "boxcox_transform": True},
}
"""Ending of the name, and search options."""


class Methods:
    """Names of the methods that have no variants, and beginnings of the names of the others."""

    RS = "RS"
    ASHA = "ASHA"
    BO = "BO"
    MOBSTER = "MOBSTER"


def bayesian(options: dict[str, Any]) -> Any:
    """Bayesian optimisation with these search options."""

    def method(arguments: MethodArguments) -> TrialScheduler:
        return BayesianOptimization(arguments, search_options=options)

    return method


def mobster(options: dict[str, Any]) -> Any:
    """MOBSTER with these search options."""

    def method(arguments: MethodArguments) -> TrialScheduler:
        return MOBSTER(arguments, type="promotion", search_options=options)

    return method


methods = {
    Methods.RS: lambda arguments: RandomSearch(arguments),
    Methods.ASHA: lambda arguments: ASHA(arguments, type="promotion"),
    **{f"{Methods.BO}{ending}": bayesian(options) for ending, options in VARIANTS.items()},
    **{f"{Methods.MOBSTER}{ending}": mobster(options) for ending, options in VARIANTS.items()},
}
