"""Comparisons on this machine: each trial runs a training script."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from syne_tune.backend import LocalBackend
from syne_tune.backend.sagemaker_backend.results_on_s3 import backend_path_not_synced_to_s3
from syne_tune.callbacks.store_results import ExtraResultsComposer
from syne_tune.experiments.baselines import Methods
from syne_tune.experiments.launchers.arguments import LOCAL, ExtraArgs
from syne_tune.experiments.launchers.execute import Launch, Outcome
from syne_tune.experiments.launchers.grid import announced_master_seed, exit_code, run_grid
from syne_tune.experiments.launchers.hpo_main_common import ConfigDict, config_from_argparse, with_launcher_defaults
from syne_tune.experiments.launchers.methods import MapMethodArgs, MethodFactory, set_log_level
from syne_tune.experiments.launchers.plan import check_extra_args, one_benchmark, plan_experiments, with_settings
from syne_tune.experiments.launchers.program import run_as_program
from syne_tune.experiments.launchers.real_experiments import RealBenchmarkDefinitions, RealExperiments
from syne_tune.experiments.launchers.rerun_command import rerun_command
from syne_tune.experiments.launchers.study_folder import StudyFolder


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
    benchmark = with_settings(definitions[name], settings)
    num_gpus = {"num_gpus_per_trial": settings.num_gpus_per_trial}
    experiments = RealExperiments(
        configuration=settings,
        benchmark=benchmark,
        factory=MethodFactory(settings, methods, map_method_args),
        new_backend=lambda: LocalBackend(
            entry_point=str(benchmark.script),
            delete_checkpoints=settings.delete_checkpoints,
            gpus_to_use=settings.gpus_to_use,
            **num_gpus,
        ),
        extra_results=extra_results,
        extra_metadata={**num_gpus, **(extra_tuning_job_metadata or {})},
        method_arguments=num_gpus,
        is_verbose=settings.verbose,
    )
    launch = Launch(
        study=study,
        resume=settings.resume,
        has_long_names=settings.use_long_tuner_name_prefix,
        is_repeatable=False,
        metadata=experiments.metadata,
        build=experiments.build,
        trial_root=backend_path_not_synced_to_s3() if settings.launched_remotely else None,
        is_verbose=settings.verbose,
        command=rerun_command(LOCAL, settings),
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
