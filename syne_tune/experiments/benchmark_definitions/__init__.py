"""Benchmarks that are looked up, by name. Nothing is loaded or downloaded before one of them is run.

Benchmarks that run training scripts are part of a checkout, in ``benchmarking/benchmark_definitions``.
"""

from syne_tune.experiments.benchmark_definitions.common import (
    BenchmarkDefinition,
    RealBenchmarkDefinition,
    SurrogateBenchmarkDefinition,
)
from syne_tune.experiments.benchmark_definitions.fcnet import fcnet_benchmark, fcnet_benchmark_definitions
from syne_tune.experiments.benchmark_definitions.lcbench import (
    lcbench_benchmark,
    lcbench_benchmark_definitions,
    lcbench_selected_benchmark_definitions,
    lcbench_selected_datasets,
)
from syne_tune.experiments.benchmark_definitions.nas201 import nas201_benchmark, nas201_benchmark_definitions
from syne_tune.experiments.benchmark_definitions.recorded_tables import (
    recorded_table_benchmark,
    recorded_table_benchmark_definitions,
)
from syne_tune.experiments.benchmark_definitions.yahpo import (
    yahpo_iaml_benchmark,
    yahpo_iaml_benchmark_definitions,
    yahpo_iaml_selected_benchmark_definitions,
    yahpo_lcbench_benchmark,
    yahpo_lcbench_benchmark_definitions,
    yahpo_lcbench_selected_benchmark_definitions,
    yahpo_nb301_benchmark,
    yahpo_nb301_benchmark_definitions,
    yahpo_rbv2_benchmark,
    yahpo_rbv2_benchmark_definitions,
)

__all__ = [
    "BenchmarkDefinition",
    "RealBenchmarkDefinition",
    "SurrogateBenchmarkDefinition",
    "fcnet_benchmark",
    "fcnet_benchmark_definitions",
    "lcbench_benchmark",
    "lcbench_benchmark_definitions",
    "lcbench_selected_benchmark_definitions",
    "lcbench_selected_datasets",
    "nas201_benchmark",
    "nas201_benchmark_definitions",
    "recorded_table_benchmark",
    "recorded_table_benchmark_definitions",
    "yahpo_iaml_benchmark",
    "yahpo_iaml_benchmark_definitions",
    "yahpo_iaml_selected_benchmark_definitions",
    "yahpo_lcbench_benchmark",
    "yahpo_lcbench_benchmark_definitions",
    "yahpo_lcbench_selected_benchmark_definitions",
    "yahpo_nb301_benchmark",
    "yahpo_nb301_benchmark_definitions",
    "yahpo_rbv2_benchmark",
    "yahpo_rbv2_benchmark_definitions",
]
