"""Arguments of this comparison, and what they mean for its benchmarks."""

import sys
from argparse import ArgumentParser
from typing import Any

from benchmarking.benchmark_definitions import finetune_transformer_swag_benchmark
from benchmarking.benchmark_definitions.common import RealBenchmarkDefinition
from benchmarking.benchmark_definitions.stand_in import with_stand_ins
from syne_tune.experiments.launchers.hpo_main_common import ConfigDict

extra_args = [
    {"name": "num_train_epochs", "type": int, "default": 3, "help": "how far to train"},
    {"name": "batch_size", "type": int, "default": 8, "help": "examples per step"},
]


def map_method_args(_configuration: ConfigDict, _method: str, method_kwargs: dict[str, Any]) -> dict[str, Any]:
    """The arguments concern benchmarks only."""
    return method_kwargs


def benchmark_definitions(sagemaker_backend: bool = False, **kwargs: Any) -> dict[str, RealBenchmarkDefinition]:
    """The benchmarks with the arguments of the command line."""
    parser = ArgumentParser(add_help=False, allow_abbrev=False)
    for argument in extra_args:
        options = {name: value for name, value in argument.items() if name != "name"}
        parser.add_argument(f"--{argument['name']}", **options)
    given, _ = parser.parse_known_args(sys.argv[1:])
    definition = finetune_transformer_swag_benchmark(
        sagemaker_backend,
        num_train_epochs=given.num_train_epochs,
        per_device_train_batch_size=given.batch_size,
        **kwargs,
    )
    return with_stand_ins({"finetune_transformer_swag": definition})
