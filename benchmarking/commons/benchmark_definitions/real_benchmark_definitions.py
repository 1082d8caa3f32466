"""``benchmarking.benchmark_definitions.real_benchmark_definitions``, under its older path."""

from benchmarking.benchmark_definitions.real_benchmark_definitions import real_benchmark_definitions

__all__ = ["real_benchmark_definitions"]
