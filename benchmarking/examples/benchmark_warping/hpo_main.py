"""Compares ways to transform inputs and values of Gaussian processes, in virtual time."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))  # so that a clone runs without being installed

from benchmarking.examples.benchmark_warping.baselines import methods
from benchmarking.examples.benchmark_warping.benchmark_definitions import benchmark_definitions
from syne_tune.experiments.launchers.hpo_main_simulator import main

if __name__ == "__main__":
    main(methods, benchmark_definitions)
