"""DistilBERT, fine-tuned to tell good from bad reviews of films."""

from __future__ import annotations

from typing import Any

from benchmarking.benchmark_definitions.common import (
    DEFAULT_GPU_INSTANCE_1GPU,
    RealBenchmarkDefinition,
    real_benchmark,
    training_script,
)
from syne_tune.config_space import loguniform


def distilbert_imdb_benchmark(
    sagemaker_backend: bool = False,  # noqa: ARG001  # all definitions are called alike
    **kwargs: Any,
) -> RealBenchmarkDefinition:
    """DistilBERT on IMDB. A step is an evaluation after 5,000 reviews, and so is the unit of ``epochs``.

    Args:
        sagemaker_backend: Whether each trial runs on an instance of its own, of the same type.
        **kwargs: Fields of the definition to override.
    """
    return real_benchmark(
        kwargs,
        script=training_script("transformers_finetuning", "distilbert_on_imdb"),
        config_space={
            "learning_rate": loguniform(1e-6, 1e-4),
            "weight_decay": loguniform(1e-6, 1e-4),
            "dataset_path": "./",
            "epochs": 15,
        },
        max_wallclock_time=3 * 3600,
        n_workers=4,
        instance_type=DEFAULT_GPU_INSTANCE_1GPU,
        metric="accuracy",
        mode="max",
        max_resource_attr="epochs",
        resource_attr="step",
        framework="HuggingFace",
    )
