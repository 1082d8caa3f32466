"""All benchmarks that run training scripts, by name."""

from __future__ import annotations

from typing import Any

from benchmarking.benchmark_definitions.common import RealBenchmarkDefinition
from benchmarking.benchmark_definitions.distilbert_imdb import distilbert_imdb_benchmark
from benchmarking.benchmark_definitions.finetune_transformer_glue import finetune_transformer_glue_all_benchmarks
from benchmarking.benchmark_definitions.finetune_transformer_swag import finetune_transformer_swag_benchmark
from benchmarking.benchmark_definitions.lstm_wikitext2 import lstm_wikitext2_benchmark
from benchmarking.benchmark_definitions.mlp_digits import mlp_digits_benchmark
from benchmarking.benchmark_definitions.mlp_on_fashionmnist import mlp_fashionmnist_benchmark
from benchmarking.benchmark_definitions.resnet_cifar10 import resnet_cifar10_benchmark
from benchmarking.benchmark_definitions.stand_in import with_stand_ins
from benchmarking.benchmark_definitions.transformer_wikitext2 import transformer_wikitext2_benchmark
from benchmarking.benchmark_definitions.xgboost_digits import xgboost_digits_benchmark


def real_benchmark_definitions(sagemaker_backend: bool = False, **kwargs: Any) -> dict[str, RealBenchmarkDefinition]:
    """All benchmarks that run training scripts, or their stand-ins, see ``stand_in.py``.

    Args:
        sagemaker_backend: Whether each trial runs on an instance of its own.
        **kwargs: Fields to override in all definitions.
    """
    definitions = {
        "resnet_cifar10": resnet_cifar10_benchmark(sagemaker_backend, **kwargs),
        "lstm_wikitext2": lstm_wikitext2_benchmark(sagemaker_backend, **kwargs),
        "mlp_fashionmnist": mlp_fashionmnist_benchmark(sagemaker_backend, **kwargs),
        "distilbert_imdb": distilbert_imdb_benchmark(sagemaker_backend, **kwargs),
        "transformer_wikitext2": transformer_wikitext2_benchmark(sagemaker_backend, **kwargs),
        "finetune_transformer_swag": finetune_transformer_swag_benchmark(sagemaker_backend, **kwargs),
        "mlp_digits": mlp_digits_benchmark(sagemaker_backend, **kwargs),
        "xgboost_digits": xgboost_digits_benchmark(sagemaker_backend, **kwargs),
        **finetune_transformer_glue_all_benchmarks(sagemaker_backend, **kwargs),
    }
    return with_stand_ins(definitions)
