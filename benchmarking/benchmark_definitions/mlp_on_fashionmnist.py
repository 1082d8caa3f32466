"""A network with two hidden layers on Fashion-MNIST."""

from __future__ import annotations

from typing import Any

from benchmarking.benchmark_definitions.common import (
    DEFAULT_CPU_INSTANCE,
    RealBenchmarkDefinition,
    real_benchmark,
    training_script,
)
from syne_tune.config_space import lograndint, loguniform, randint, uniform


def mlp_fashionmnist_benchmark(
    sagemaker_backend: bool = False,  # noqa: ARG001  # all definitions are called alike
    **kwargs: Any,
) -> RealBenchmarkDefinition:
    """A network with two hidden layers on Fashion-MNIST; it needs no GPU.

    Args:
        sagemaker_backend: Whether each trial runs on an instance of its own, of the same type.
        **kwargs: Fields of the definition to override.
    """
    return real_benchmark(
        kwargs,
        script=training_script("mlp_on_fashion_mnist"),
        config_space={
            "n_units_1": lograndint(4, 1024),
            "n_units_2": lograndint(4, 1024),
            "batch_size": randint(8, 128),
            "dropout_1": uniform(0, 0.99),
            "dropout_2": uniform(0, 0.99),
            "learning_rate": loguniform(1e-6, 1),
            "weight_decay": loguniform(1e-8, 1),
            "dataset_path": "./",
            "epochs": 81,
            "report_current_best": "False",
        },
        max_wallclock_time=3 * 3600,
        n_workers=4,
        instance_type=DEFAULT_CPU_INSTANCE,
        metric="accuracy",
        mode="max",
        max_resource_attr="epochs",
        resource_attr="epoch",
        framework="PyTorch",
    )
