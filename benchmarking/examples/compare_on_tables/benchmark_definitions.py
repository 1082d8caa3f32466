"""The benchmarks the methods are compared on."""

from syne_tune.experiments.benchmark_definitions import recorded_table_benchmark_definitions

benchmark_definitions = dict(recorded_table_benchmark_definitions)
