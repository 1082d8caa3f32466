"""On which instances and images the jobs of launchers run, by the names that estimators have for it. Pure."""

from __future__ import annotations

from typing import Any

from syne_tune.experiments.benchmark_definitions.common import RealBenchmarkDefinition
from syne_tune.remote.constants import DEFAULT_CPU_INSTANCE

_LONGEST_SIMULATION = 72 * 3600
_FACTOR_OF_MAX_RUN, _LEAST_SPARE_TIME = 1.2, 600


def options_of_benchmark(benchmark: RealBenchmarkDefinition) -> dict[str, Any]:
    """Options of jobs that run the training script of a benchmark.

    Args:
        benchmark: Its ``estimator_kwargs`` win over what the other fields say.
    """
    return {
        "framework": benchmark.framework,
        "instance_type": benchmark.instance_type,
        "max_run": _max_run(benchmark),
        **(benchmark.estimator_kwargs or {}),
    }


def options_without_trials(benchmark: RealBenchmarkDefinition | None = None) -> dict[str, Any]:
    """Options of jobs whose trials run elsewhere, or are simulated: one CPU instance.

    Args:
        benchmark: What limits the time; without it, three days.
    """
    max_run = _LONGEST_SIMULATION if benchmark is None else _max_run(benchmark)
    return {"framework": "BasicCPU", "instance_type": DEFAULT_CPU_INSTANCE, "max_run": max_run}


def _max_run(benchmark: RealBenchmarkDefinition) -> int:
    """A limit for jobs that do not end by themselves; starting and installing packages takes time, too."""
    budget = benchmark.max_wallclock_time
    return int(max(_FACTOR_OF_MAX_RUN * budget, budget + _LEAST_SPARE_TIME))
