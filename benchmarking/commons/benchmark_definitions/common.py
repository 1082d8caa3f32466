"""``syne_tune.experiments.benchmark_definitions.common``, under its older path."""

from syne_tune.experiments.benchmark_definitions.common import RealBenchmarkDefinition, SurrogateBenchmarkDefinition

__all__ = ["RealBenchmarkDefinition", "SurrogateBenchmarkDefinition"]
