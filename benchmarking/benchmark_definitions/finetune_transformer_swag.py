"""BERT, fine-tuned to choose how a sentence goes on."""

from __future__ import annotations

from typing import Any

from benchmarking.benchmark_definitions.common import (
    RealBenchmarkDefinition,
    gpu_instance,
    real_benchmark,
    training_script,
)
from syne_tune.config_space import loguniform, uniform

DEFAULT_CONFIGURATION = {
    "learning_rate": 5e-5,
    "warmup_ratio": 0.0,
    "weight_decay": 0.0,
    "adam_beta1": 0.9,
    "adam_beta2": 0.999,
    "adam_epsilon": 1e-8,
    "max_grad_norm": 1.0,
}
"""What the ``transformers`` library uses; tried first."""


def finetune_transformer_swag_benchmark(
    sagemaker_backend: bool = False,
    num_train_epochs: int = 3,
    per_device_train_batch_size: int = 8,
    **kwargs: Any,
) -> RealBenchmarkDefinition:
    """BERT on SWAG.

    Args:
        sagemaker_backend: Whether each trial runs on an instance of its own.
        num_train_epochs: How far to train.
        per_device_train_batch_size: Examples per step and GPU.
        **kwargs: Fields of the definition to override.
    """
    return real_benchmark(
        kwargs,
        script=training_script("transformers_finetuning", "multiple_choice_on_swag"),
        config_space={
            "learning_rate": loguniform(1e-6, 1e-4),
            "warmup_ratio": uniform(0, 0.5),
            "weight_decay": uniform(0, 0.1),
            "adam_beta1": uniform(0, 0.9999),
            "adam_beta2": uniform(0, 0.9999),
            "adam_epsilon": loguniform(1e-10, 1e-6),
            "max_grad_norm": uniform(0, 2),
            "per_device_train_batch_size": per_device_train_batch_size,
            "epochs": num_train_epochs,
        },
        max_wallclock_time=5 * 3600,
        n_workers=4,
        instance_type=gpu_instance(sagemaker_backend),
        metric="eval_accuracy",
        mode="max",
        max_resource_attr="epochs",
        resource_attr="epoch",
        framework="PyTorch",
        points_to_evaluate=[DEFAULT_CONFIGURATION],
    )
