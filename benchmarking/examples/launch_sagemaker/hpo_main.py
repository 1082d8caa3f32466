"""Compares four methods on a real benchmark, each trial being a SageMaker job."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))  # so that a clone runs without being installed

from benchmarking.benchmark_definitions import real_benchmark_definitions
from benchmarking.examples.launch_sagemaker.baselines import methods
from syne_tune.experiments.launchers.hpo_main_sagemaker import main

if __name__ == "__main__":
    main(methods, real_benchmark_definitions)
