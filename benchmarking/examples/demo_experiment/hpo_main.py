"""Compares random search, Bayesian optimisation, ASHA and MOBSTER on the four tasks of FCNet, in virtual time."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))  # so that a clone runs without being installed

from benchmarking.examples.demo_experiment.baselines import methods
from benchmarking.examples.demo_experiment.benchmark_definitions import benchmark_definitions
from benchmarking.examples.demo_experiment.extra_results import NumberAtLevel
from syne_tune.experiments.launchers.hpo_main_simulator import main

if __name__ == "__main__":
    main(methods, benchmark_definitions, extra_results=NumberAtLevel())
