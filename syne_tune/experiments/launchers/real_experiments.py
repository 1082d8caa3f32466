"""Experiments that train for real, wherever their trials run: from a planned experiment to its tuner."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from syne_tune.backend.trial_backend import TrialBackend
from syne_tune.callbacks.progress import ProgressCallback
from syne_tune.callbacks.store_results import ExtraResultsComposer, StoreResultsCallback
from syne_tune.experiments.benchmark_definitions.common import RealBenchmarkDefinition
from syne_tune.experiments.launchers.hpo_main_common import ConfigDict
from syne_tune.experiments.launchers.methods import MethodFactory, common_metadata, scheduler_kwargs
from syne_tune.experiments.launchers.plan import PlannedExperiment
from syne_tune.experiments.launchers.published_metrics import tuning_metrics_callbacks
from syne_tune.stopping_criterion import StoppingCriterion
from syne_tune.tuner import Tuner

RealBenchmarkDefinitions = Callable[..., Mapping[str, RealBenchmarkDefinition]]
"""Called with ``sagemaker_backend=``, returns benchmarks by name."""


@dataclass(frozen=True)
class RealExperiments:
    """What the experiments of one call have in common; creates their tuners.

    Args:
        configuration: The settings, master seed included.
        benchmark: With the number of workers and the budget to be used.
        factory: Creates schedulers.
        new_backend: Creates the backend of an experiment.
        extra_results: Adds columns to the results.
        extra_metadata: Further entries of ``metadata.json``.
        method_arguments: Further arguments of :class:`~syne_tune.experiments.baselines.MethodArguments`.
        tuner_arguments: Further arguments of :class:`~syne_tune.tuner.Tuner`.
        is_verbose: Whether searchers log what they do.
    """

    configuration: ConfigDict
    benchmark: RealBenchmarkDefinition
    factory: MethodFactory
    new_backend: Callable[[], TrialBackend]
    extra_results: ExtraResultsComposer | None = None
    extra_metadata: Mapping[str, Any] = field(default_factory=dict)
    method_arguments: Mapping[str, Any] = field(default_factory=dict)
    tuner_arguments: Mapping[str, Any] = field(default_factory=dict)
    is_verbose: bool = False

    def metadata(self, planned: PlannedExperiment) -> dict[str, Any]:
        """Entries of ``metadata.json``."""
        return {
            **common_metadata(self.configuration, planned),
            "n_workers": self.benchmark.n_workers,
            "max_wallclock_time": self.benchmark.max_wallclock_time,
            "instance_type": self.benchmark.instance_type,
            **self.extra_metadata,
        }

    def build(self, planned: PlannedExperiment, name: str) -> Tuner:
        """Creates the tuner of one experiment."""
        benchmark = self.benchmark
        arguments = {
            "config_space": dict(benchmark.config_space),
            "metric": benchmark.metric,
            "mode": benchmark.mode,
            "resource_attr": benchmark.resource_attr,
            "max_resource_attr": benchmark.max_resource_attr,
            "scheduler_kwargs": scheduler_kwargs(self.configuration, benchmark.points_to_evaluate, self.is_verbose),
            **self.method_arguments,
        }
        callbacks = [StoreResultsCallback(extra_results_composer=self.extra_results), ProgressCallback()]
        return Tuner(
            trial_backend=self.new_backend(),
            scheduler=self.factory.create(planned, arguments),
            stop_criterion=StoppingCriterion(
                max_wallclock_time=benchmark.max_wallclock_time, max_num_evaluations=benchmark.max_num_evaluations
            ),
            n_workers=benchmark.n_workers,
            tuner_name=name,
            suffix_tuner_name=False,
            callbacks=[*callbacks, *tuning_metrics_callbacks(self.configuration, benchmark)],
            save_tuner=self.configuration.save_tuner,
            **self.tuner_arguments,
        )
