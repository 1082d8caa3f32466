"""The benchmarks the methods are compared on."""

from syne_tune.experiments.benchmark_definitions import (
    lcbench_selected_benchmark_definitions,
    nas201_benchmark_definitions,
)

benchmark_definitions = {
    **nas201_benchmark_definitions,
    **lcbench_selected_benchmark_definitions,
}
