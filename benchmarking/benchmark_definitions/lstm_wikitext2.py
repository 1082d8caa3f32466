"""A recurrent language model on WikiText-2."""

from __future__ import annotations

from typing import Any

from benchmarking.benchmark_definitions.common import (
    RealBenchmarkDefinition,
    gpu_instance,
    real_benchmark,
    training_script,
)
from syne_tune.config_space import loguniform, randint, uniform


def lstm_wikitext2_benchmark(sagemaker_backend: bool = False, **kwargs: Any) -> RealBenchmarkDefinition:
    """A recurrent language model on WikiText-2.

    Args:
        sagemaker_backend: Whether each trial runs on an instance of its own.
        **kwargs: Fields of the definition to override.
    """
    return real_benchmark(
        kwargs,
        script=training_script("wikitext2", "lstm_wikitext2"),
        config_space={
            "lr": loguniform(1, 50),
            "dropout": uniform(0, 0.99),
            "batch_size": randint(8, 256),
            "clip": uniform(0.1, 2),
            "lr_factor": loguniform(1, 100),
            "dataset_path": "./",
            "epochs": 81,
            "report_current_best": "False",
        },
        max_wallclock_time=7 * 3600,
        n_workers=8 if sagemaker_backend else 4,
        instance_type=gpu_instance(sagemaker_backend),
        metric="objective",
        mode="max",
        max_resource_attr="epochs",
        resource_attr="epoch",
        framework="PyTorch",
    )
