"""Transformers, fine-tuned on the nine tasks of GLUE; the model may be part of the space."""

from __future__ import annotations

from typing import Any

from benchmarking.benchmark_definitions.common import (
    RealBenchmarkDefinition,
    gpu_instance,
    real_benchmark,
    training_script,
)
from syne_tune.config_space import choice, loguniform, randint, uniform
from syne_tune.errors import OptionError, nearest

METRIC_OF_TASK = {
    "cola": "matthews_correlation",
    "mnli": "accuracy",
    "mrpc": "f1",
    "qnli": "accuracy",
    "qqp": "f1",
    "rte": "accuracy",
    "sst2": "accuracy",
    "stsb": "spearmanr",
    "wnli": "accuracy",
}
"""What is maximised on each task."""

PRETRAINED_MODELS = (
    "bert-base-cased",
    "bert-base-uncased",
    "distilbert-base-uncased",
    "distilbert-base-cased",
    "roberta-base",
    "albert-base-v2",
    "distilroberta-base",
    "xlnet-base-cased",
    "albert-base-v1",
)

DEFAULT_CONFIGURATION = {"learning_rate": 2e-5, "per_device_train_batch_size": 32, "warmup_ratio": 0.0}
"""Tried first."""


def finetune_transformer_glue_benchmark(
    sagemaker_backend: bool = False,
    choose_model: bool = False,
    dataset: str = "rte",
    model_type: str = "bert-base-cased",
    num_train_epochs: int = 3,
    train_valid_fraction: float = 0.7,
    random_seed: int = 31415927,
    **kwargs: Any,
) -> RealBenchmarkDefinition:
    """A pretrained transformer on one task of GLUE.

    Args:
        sagemaker_backend: Whether each trial runs on an instance of its own.
        choose_model: Whether the model is part of the space.
        dataset: The task.
        model_type: The model, or the one to try first.
        num_train_epochs: How far to train.
        train_valid_fraction: Share of the official training data that is used for training, the rest for validation.
        random_seed: Seed of this split.
        **kwargs: Fields of the definition to override.

    Raises:
        OptionError: If task or model are unknown.
    """
    if dataset not in METRIC_OF_TASK:
        raise OptionError(f"dataset = {dataset!r}: {nearest(dataset, METRIC_OF_TASK)}")
    if model_type not in PRETRAINED_MODELS:
        raise OptionError(f"model_type = {model_type!r}: {nearest(model_type, PRETRAINED_MODELS)}")
    first = DEFAULT_CONFIGURATION | ({"model_name_or_path": model_type} if choose_model else {})
    return real_benchmark(
        kwargs,
        script=training_script("transformers_finetuning", "run_glue"),
        config_space={
            "learning_rate": loguniform(1e-6, 1e-4),
            "per_device_train_batch_size": randint(16, 48),
            "warmup_ratio": uniform(0, 0.5),
            "model_name_or_path": choice(PRETRAINED_MODELS) if choose_model else model_type,
            "num_train_epochs": num_train_epochs,
            "task_name": dataset,
            "train_valid_fraction": train_valid_fraction,
            "seed": random_seed,
            "do_train": True,
            "max_seq_length": 128,
            "output_dir": f"tmp/{dataset}",
            "evaluation_strategy": "epoch",
            "save_strategy": "no",
            "save_total_limit": 1,
        },
        max_wallclock_time=2700,
        n_workers=4,
        instance_type=gpu_instance(sagemaker_backend),
        metric=f"eval_{METRIC_OF_TASK[dataset]}",
        mode="max",
        max_resource_attr="num_train_epochs",
        resource_attr="epoch",
        framework="PyTorch",
        points_to_evaluate=[first],
    )


def finetune_transformer_glue_all_benchmarks(
    sagemaker_backend: bool = False, **kwargs: Any
) -> dict[str, RealBenchmarkDefinition]:
    """All tasks, with a given model and with the model as part of the space.

    Args:
        sagemaker_backend: Whether each trial runs on an instance of its own.
        **kwargs: See :func:`finetune_transformer_glue_benchmark`.
    """
    return {
        f"finetune_transformer_glue_{'modsel_' if choose_model else ''}{dataset}": finetune_transformer_glue_benchmark(
            sagemaker_backend, choose_model=choose_model, dataset=dataset, **kwargs
        )
        for choose_model in (False, True)
        for dataset in METRIC_OF_TASK
    }
