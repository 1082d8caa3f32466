"""Benchmarks that run training scripts, one file each."""

from benchmarking.benchmark_definitions.distilbert_imdb import distilbert_imdb_benchmark
from benchmarking.benchmark_definitions.finetune_transformer_glue import (
    finetune_transformer_glue_all_benchmarks,
    finetune_transformer_glue_benchmark,
)
from benchmarking.benchmark_definitions.finetune_transformer_swag import finetune_transformer_swag_benchmark
from benchmarking.benchmark_definitions.lstm_wikitext2 import lstm_wikitext2_benchmark
from benchmarking.benchmark_definitions.mlp_digits import mlp_digits_benchmark
from benchmarking.benchmark_definitions.mlp_on_fashionmnist import mlp_fashionmnist_benchmark
from benchmarking.benchmark_definitions.real_benchmark_definitions import real_benchmark_definitions
from benchmarking.benchmark_definitions.resnet_cifar10 import resnet_cifar10_benchmark
from benchmarking.benchmark_definitions.transformer_wikitext2 import transformer_wikitext2_benchmark
from benchmarking.benchmark_definitions.xgboost_digits import xgboost_digits_benchmark

__all__ = [
    "distilbert_imdb_benchmark",
    "finetune_transformer_glue_all_benchmarks",
    "finetune_transformer_glue_benchmark",
    "finetune_transformer_swag_benchmark",
    "lstm_wikitext2_benchmark",
    "mlp_digits_benchmark",
    "mlp_fashionmnist_benchmark",
    "real_benchmark_definitions",
    "resnet_cifar10_benchmark",
    "transformer_wikitext2_benchmark",
    "xgboost_digits_benchmark",
]
