"""Runs the simulations of hpo_main.py as SageMaker jobs."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))  # so that a clone runs without being installed

from benchmarking.examples.benchmark_dehb.baselines import methods
from benchmarking.examples.benchmark_dehb.benchmark_definitions import benchmark_definitions
from benchmarking.examples.benchmark_dehb.extra_arguments import extra_args
from benchmarking.source_dependencies import SOURCE_DEPENDENCIES
from syne_tune.experiments.launchers.launch_remote_simulator import launch_remote


def is_expensive_method(method: str) -> bool:
    """Whether each seed gets a job of its own."""
    return method == "SYNCMOBSTER"


if __name__ == "__main__":
    entry_point = Path(__file__).parent / "hpo_main.py"
    launch_remote(
        entry_point,
        methods,
        benchmark_definitions,
        source_dependencies=SOURCE_DEPENDENCIES,
        extra_args=extra_args,
        is_expensive_method=is_expensive_method,
    )
