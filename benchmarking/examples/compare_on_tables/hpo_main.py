"""Compares four methods on the tables that come with Syne Tune, in virtual time and without any download."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))  # so that a clone runs without being installed

from benchmarking.examples.compare_on_tables.baselines import methods
from benchmarking.examples.compare_on_tables.benchmark_definitions import benchmark_definitions
from syne_tune.experiments.launchers.hpo_main_simulator import main

if __name__ == "__main__":
    main(methods, benchmark_definitions)
