"""What the job of an experiment publishes while it runs: the best result so far, visible in the console."""

from __future__ import annotations

from syne_tune.callbacks.callback import TunerCallback
from syne_tune.experiments.benchmark_definitions.common import RealBenchmarkDefinition
from syne_tune.experiments.launchers.hpo_main_common import ConfigDict
from syne_tune.remote.remote_metrics_callback import RemoteTuningMetricsCallback


def published_metrics(configuration: ConfigDict, benchmark: RealBenchmarkDefinition) -> list[str]:
    """Names of the metrics that the job of an experiment prints.

    Args:
        configuration: The settings.
        benchmark: The benchmark.
    """
    if not configuration.remote_tuning_metrics:
        return []
    return RemoteTuningMetricsCallback.get_metric_names(benchmark.config_space, benchmark.resource_attr)


def tuning_metrics_callbacks(configuration: ConfigDict, benchmark: RealBenchmarkDefinition) -> list[TunerCallback]:
    """What prints them: only in a job, never where people read the output.

    Args:
        configuration: The settings.
        benchmark: The benchmark. Of several metrics, the first one counts.
    """
    if not (configuration.launched_remotely and configuration.remote_tuning_metrics):
        return []
    space, resource = benchmark.config_space, benchmark.resource_attr
    return [RemoteTuningMetricsCallback(benchmark.metric, benchmark.mode, space, resource)]
