"""Runs each experiment of hpo_main.py as a SageMaker job."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))  # so that a clone runs without being installed

from benchmarking.benchmark_definitions import real_benchmark_definitions
from benchmarking.examples.launch_local.baselines import methods
from benchmarking.source_dependencies import SOURCE_DEPENDENCIES
from syne_tune.experiments.launchers.launch_remote_local import launch_remote

if __name__ == "__main__":
    entry_point = Path(__file__).parent / "hpo_main.py"
    launch_remote(entry_point, methods, real_benchmark_definitions, source_dependencies=SOURCE_DEPENDENCIES)
