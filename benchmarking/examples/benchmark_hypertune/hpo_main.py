"""Compares Hyper-Tune with MOBSTER, ASHA and synchronous methods, in virtual time."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))  # so that a clone runs without being installed

from benchmarking.examples.benchmark_hypertune.baselines import methods
from benchmarking.examples.benchmark_hypertune.benchmark_definitions import benchmark_definitions
from benchmarking.examples.benchmark_hypertune.extra_arguments import extra_args, map_method_args
from syne_tune.experiments.launchers.hpo_main_simulator import main

if __name__ == "__main__":
    main(methods, benchmark_definitions, extra_args=extra_args, map_method_args=map_method_args)
