"""The benchmarks the methods are compared on."""

from syne_tune.experiments.benchmark_definitions import fcnet_benchmark_definitions

benchmark_definitions = dict(fcnet_benchmark_definitions)
