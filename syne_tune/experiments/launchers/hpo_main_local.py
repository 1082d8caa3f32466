"""Comparisons on this machine: each trial runs a training script."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from syne_tune.backend import LocalBackend
from syne_tune.callbacks.progress import ProgressCallback
from syne_tune.callbacks.store_results import ExtraResultsComposer, StoreResultsCallback
from syne_tune.experiments.baselines import Methods
from syne_tune.experiments.benchmark_definitions.common import RealBenchmarkDefinition
from syne_tune.experiments.launchers.arguments import LOCAL, ExtraArgs
from syne_tune.experiments.launchers.execute import Launch, Outcome
from syne_tune.experiments.launchers.grid import announced_master_seed, exit_code, run_grid
from syne_tune.experiments.launchers.hpo_main_common import ConfigDict, config_from_argparse, with_launcher_defaults
from syne_tune.experiments.launchers.methods import (
    MapMethodArgs,
    MethodFactory,
    common_metadata,
    scheduler_kwargs,
    set_log_level,
)
from syne_tune.experiments.launchers.plan import (
    PlannedExperiment,
    check_extra_args,
    one_benchmark,
    plan_experiments,
    with_settings,
)
from syne_tune.experiments.launchers.program import run_as_program
from syne_tune.experiments.launchers.study_folder import StudyFolder
from syne_tune.stopping_criterion import StoppingCriterion
from syne_tune.tuner import Tuner

RealBenchmarkDefinitions = Callable[..., Mapping[str, RealBenchmarkDefinition]]
"""Called with ``sagemaker_backend=``, returns benchmarks by name."""


@dataclass(frozen=True)
class _LocalExperiments:
    """What the experiments of one call have in common; creates their tuners.

    Args:
        configuration: The settings, master seed included.
        benchmark: With the number of workers and the budget to be used.
        factory: Creates schedulers.
        extra_results: Adds columns to the results.
        extra_metadata: Further entries of ``metadata.json``.
    """

    configuration: ConfigDict
    benchmark: RealBenchmarkDefinition
    factory: MethodFactory
    extra_results: ExtraResultsComposer | None
    extra_metadata: Mapping[str, Any]

    def metadata(self, planned: PlannedExperiment) -> dict[str, Any]:
        """Entries of ``metadata.json``."""
        return {
            **common_metadata(self.configuration, planned),
            "n_workers": self.benchmark.n_workers,
            "max_wallclock_time": self.benchmark.max_wallclock_time,
            "instance_type": self.benchmark.instance_type,
            "num_gpus_per_trial": self.configuration.num_gpus_per_trial,
            **self.extra_metadata,
        }

    def build(self, planned: PlannedExperiment, name: str) -> Tuner:
        """Creates the tuner of one experiment."""
        configuration, benchmark = self.configuration, self.benchmark
        backend = LocalBackend(
            entry_point=str(benchmark.script),
            delete_checkpoints=configuration.delete_checkpoints,
            num_gpus_per_trial=configuration.num_gpus_per_trial,
            gpus_to_use=configuration.gpus_to_use,
        )
        arguments = {
            "config_space": dict(benchmark.config_space),
            "metric": benchmark.metric,
            "mode": benchmark.mode,
            "resource_attr": benchmark.resource_attr,
            "max_resource_attr": benchmark.max_resource_attr,
            "num_gpus_per_trial": configuration.num_gpus_per_trial,
            "scheduler_kwargs": scheduler_kwargs(configuration, benchmark.points_to_evaluate, configuration.verbose),
        }
        return Tuner(
            trial_backend=backend,
            scheduler=self.factory.create(planned, arguments),
            stop_criterion=StoppingCriterion(
                max_wallclock_time=benchmark.max_wallclock_time, max_num_evaluations=benchmark.max_num_evaluations
            ),
            n_workers=benchmark.n_workers,
            tuner_name=name,
            suffix_tuner_name=False,
            callbacks=[StoreResultsCallback(extra_results_composer=self.extra_results), ProgressCallback()],
            save_tuner=configuration.save_tuner,
        )


def start_experiment_local_backend(
    configuration: ConfigDict,
    methods: Methods,
    benchmark_definitions: RealBenchmarkDefinitions,
    extra_results: ExtraResultsComposer | None = None,
    map_method_args: MapMethodArgs | None = None,
    extra_tuning_job_metadata: Mapping[str, Any] | None = None,
) -> list[Outcome]:
    """Runs methods x seeds on one benchmark.

    Args:
        configuration: The settings.
        methods: Methods by name.
        benchmark_definitions: Called with ``sagemaker_backend=False``, returns benchmarks by name.
        extra_results: Adds columns to the results.
        map_method_args: Called with the settings, the name of a method and the arguments of its
            :class:`~syne_tune.experiments.baselines.MethodArguments`; returns those to use.
        extra_tuning_job_metadata: Further entries of ``metadata.json``.

    Returns:
        How each experiment went.

    Raises:
        OptionError: If method or benchmark are unknown.
    """
    settings = with_launcher_defaults(configuration, LOCAL)
    set_log_level(settings.verbose)
    definitions = benchmark_definitions(sagemaker_backend=False)
    name = one_benchmark(settings.benchmark, definitions)
    planned = plan_experiments(settings, methods, [name])
    study = StudyFolder(settings.experiment_tag, is_job=settings.launched_remotely)
    settings = settings.updated(random_seed=announced_master_seed(study, settings.random_seed))
    experiments = _LocalExperiments(
        configuration=settings,
        benchmark=with_settings(definitions[name], settings),
        factory=MethodFactory(settings, methods, map_method_args),
        extra_results=extra_results,
        extra_metadata=extra_tuning_job_metadata or {},
    )
    launch = Launch(
        study=study,
        resume=settings.resume,
        has_long_names=settings.use_long_tuner_name_prefix,
        is_repeatable=False,
        metadata=experiments.metadata,
        build=experiments.build,
    )
    return run_grid(planned, launch, has_bar=False)


def main(
    methods: Methods,
    benchmark_definitions: RealBenchmarkDefinitions,
    extra_args: ExtraArgs | None = None,
    map_method_args: MapMethodArgs | None = None,
    extra_results: ExtraResultsComposer | None = None,
) -> None:
    """Reads the command line and runs methods x seeds on one benchmark.

    Args:
        methods: Methods by name.
        benchmark_definitions: Called with ``sagemaker_backend=False``, returns benchmarks by name.
        extra_args: Arguments of your own, see ``docs/reference/launcher-arguments.md``.
        map_method_args: Turns them into arguments of methods, see :func:`start_experiment_local_backend`.
        extra_results: Adds columns to the results.

    Raises:
        SystemExit: With code 1 if an experiment failed, 2 after a mistake of the user.
    """

    def run() -> int:
        check_extra_args(extra_args, map_method_args)
        configuration = config_from_argparse(extra_args, LOCAL)
        outcomes = start_experiment_local_backend(
            configuration, methods, benchmark_definitions, extra_results, map_method_args
        )
        return exit_code(outcomes)

    run_as_program(run)
