"""A small transformer language model on WikiText-2."""

from __future__ import annotations

from typing import Any

from benchmarking.benchmark_definitions.common import (
    RealBenchmarkDefinition,
    gpu_instance,
    real_benchmark,
    training_script,
)
from syne_tune.config_space import loguniform, randint, uniform


def transformer_wikitext2_benchmark(sagemaker_backend: bool = False, **kwargs: Any) -> RealBenchmarkDefinition:
    """A small transformer language model on WikiText-2.

    Args:
        sagemaker_backend: Whether each trial runs on an instance of its own.
        **kwargs: Fields of the definition to override.
    """
    return real_benchmark(
        kwargs,
        script=training_script("wikitext2", "transformer_wikitext2"),
        config_space={
            "lr": loguniform(1e-6, 1e-3),
            "dropout": uniform(0, 0.99),
            "batch_size": randint(16, 48),
            "momentum": uniform(0, 0.99),
            "clip": uniform(0, 1),
            "epochs": 40,
            "d_model": 256,
            "ffn_ratio": 1,
            "nlayers": 2,
            "nhead": 2,
            "bptt": 35,
            "optimizer_name": "sgd",
            "input_data_dir": "./",
            "use_cuda": 1,
            "seed": 1111,
            "precision": "float",
            "log_interval": 200,
        },
        max_wallclock_time=5 * 3600,
        n_workers=4,
        instance_type=gpu_instance(sagemaker_backend),
        metric="val_loss",
        mode="min",
        max_resource_attr="epochs",
        resource_attr="epoch",
        framework="PyTorch",
    )
