"""Runs each experiment of hpo_main.py as a SageMaker job."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))  # so that a clone runs without being installed

from benchmarking.examples.fine_tuning_transformer_glue.baselines import methods
from benchmarking.examples.fine_tuning_transformer_glue.extra_arguments import benchmark_definitions, extra_args
from benchmarking.source_dependencies import SOURCE_DEPENDENCIES
from syne_tune.experiments.launchers.launch_remote_local import launch_remote

if __name__ == "__main__":
    entry_point = Path(__file__).parent / "hpo_main.py"
    launch_remote(
        entry_point, methods, benchmark_definitions, source_dependencies=SOURCE_DEPENDENCIES, extra_args=extra_args
    )
