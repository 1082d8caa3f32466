"""Compares two methods on fine-tuning a transformer on a task of GLUE, on this machine."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))  # so that a clone runs without being installed

from benchmarking.examples.fine_tuning_transformer_glue.baselines import methods
from benchmarking.examples.fine_tuning_transformer_glue.extra_arguments import (
    benchmark_definitions,
    extra_args,
    map_method_args,
)
from syne_tune.experiments.launchers.hpo_main_local import main

if __name__ == "__main__":
    main(methods, benchmark_definitions, extra_args=extra_args, map_method_args=map_method_args)
