"""The methods that are compared, some of them with one activation function only."""

from dataclasses import replace

from syne_tune.experiments.baselines import MethodArguments
from syne_tune.experiments.default_baselines import ASHA, MOBSTER, BayesianOptimization, RandomSearch


class Methods:
    """Names of the methods."""

    RS = "RS"
    BO = "BO"
    ASHA = "ASHA"
    MOBSTER = "MOBSTER"
    ASHA_TANH = "ASHA-TANH"
    MOBSTER_TANH = "MOBSTER-TANH"
    ASHA_RELU = "ASHA-RELU"
    MOBSTER_RELU = "MOBSTER-RELU"


def with_activation(method_arguments: MethodArguments, activation: str) -> MethodArguments:
    """Fixes the activation functions of both layers."""
    fixed = {"hp_activation_fn_1": activation, "hp_activation_fn_2": activation}
    return replace(method_arguments, config_space={**method_arguments.config_space, **fixed})


methods = {
    Methods.RS: lambda method_arguments: RandomSearch(method_arguments),
    Methods.BO: lambda method_arguments: BayesianOptimization(method_arguments),
    Methods.ASHA: lambda method_arguments: ASHA(method_arguments, type="promotion"),
    Methods.MOBSTER: lambda method_arguments: MOBSTER(method_arguments, type="promotion"),
    Methods.ASHA_TANH: lambda method_arguments: ASHA(with_activation(method_arguments, "tanh"), type="promotion"),
    Methods.MOBSTER_TANH: lambda method_arguments: MOBSTER(with_activation(method_arguments, "tanh"), type="promotion"),
    Methods.ASHA_RELU: lambda method_arguments: ASHA(with_activation(method_arguments, "relu"), type="promotion"),
    Methods.MOBSTER_RELU: lambda method_arguments: MOBSTER(with_activation(method_arguments, "relu"), type="promotion"),
}
