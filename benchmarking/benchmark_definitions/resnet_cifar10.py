"""A residual network on CIFAR-10."""

from __future__ import annotations

from typing import Any

from benchmarking.benchmark_definitions.common import (
    RealBenchmarkDefinition,
    gpu_instance,
    real_benchmark,
    training_script,
)
from syne_tune.config_space import loguniform, randint, uniform


def resnet_cifar10_benchmark(sagemaker_backend: bool = False, **kwargs: Any) -> RealBenchmarkDefinition:
    """A residual network on CIFAR-10.

    Args:
        sagemaker_backend: Whether each trial runs on an instance of its own.
        **kwargs: Fields of the definition to override.
    """
    return real_benchmark(
        kwargs,
        script=training_script("resnet_cifar10"),
        config_space={
            "batch_size": randint(8, 256),
            "momentum": uniform(0, 0.99),
            "weight_decay": loguniform(1e-5, 1e-3),
            "lr": loguniform(1e-3, 0.1),
            "epochs": 27,
            "dataset_path": "./",
            "num_gpus": 1,
        },
        max_wallclock_time=3 * 3600,
        n_workers=4,
        instance_type=gpu_instance(sagemaker_backend),
        metric="objective",
        mode="max",
        max_resource_attr="epochs",
        resource_attr="epoch",
        framework="PyTorch",
    )
