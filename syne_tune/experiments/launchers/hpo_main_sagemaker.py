"""Comparisons whose trials are SageMaker jobs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from syne_tune.backend.sagemaker_backend.sagemaker_backend import SageMakerBackend
from syne_tune.callbacks.store_results import ExtraResultsComposer
from syne_tune.errors import OptionError
from syne_tune.experiments.baselines import Methods
from syne_tune.experiments.benchmark_definitions.common import RealBenchmarkDefinition
from syne_tune.experiments.launchers.arguments import SAGEMAKER, ExtraArgs
from syne_tune.experiments.launchers.execute import Launch, Outcome
from syne_tune.experiments.launchers.grid import announced_master_seed, exit_code, run_grid
from syne_tune.experiments.launchers.hpo_main_common import ConfigDict, config_from_argparse, with_launcher_defaults
from syne_tune.experiments.launchers.job_options import options_of_benchmark
from syne_tune.experiments.launchers.methods import MapMethodArgs, MethodFactory, set_log_level
from syne_tune.experiments.launchers.plan import check_extra_args, one_benchmark, plan_experiments, with_settings
from syne_tune.experiments.launchers.program import run_as_program
from syne_tune.experiments.launchers.real_experiments import RealBenchmarkDefinitions, RealExperiments
from syne_tune.experiments.launchers.study_folder import StudyFolder
from syne_tune.remote.training_job import training_job

WARM_POOL_SECONDS = 600
"""How long instances wait for the next trial, with ``--warm_pool 1``."""


def start_experiment_sagemaker_backend(
    configuration: ConfigDict,
    methods: Methods,
    benchmark_definitions: RealBenchmarkDefinitions,
    extra_results: ExtraResultsComposer | None = None,
    map_method_args: MapMethodArgs | None = None,
    extra_tuning_job_metadata: Mapping[str, Any] | None = None,
) -> list[Outcome]:
    """Runs one experiment: one method with one seed on one benchmark.

    Args:
        configuration: The settings.
        methods: Methods by name.
        benchmark_definitions: Called with ``sagemaker_backend=True``, returns benchmarks by name.
        extra_results: Adds columns to the results.
        map_method_args: As for ``start_experiment_local_backend``.
        extra_tuning_job_metadata: Further entries of ``metadata.json``.

    Returns:
        How it went.

    Raises:
        OptionError: If method or benchmark are unknown, or there is more than one method or seed.
    """
    settings = with_launcher_defaults(configuration, SAGEMAKER)
    set_log_level(is_verbose=True)
    definitions = benchmark_definitions(sagemaker_backend=True)
    name = one_benchmark(settings.benchmark, definitions)
    planned = plan_experiments(settings, methods, [name])
    if len(planned) != 1:
        raise OptionError(
            f"{len(planned)} experiments: a call runs just one with the SageMaker backend. Choose a method by "
            "--method, and one seed by --start_seed N --num_seeds N+1; launch_remote_sagemaker runs several"
        )
    benchmark = with_settings(definitions[name], settings)
    study = StudyFolder(settings.experiment_tag, is_job=settings.launched_remotely)
    settings = settings.updated(random_seed=announced_master_seed(study, settings.random_seed))
    experiments = RealExperiments(
        configuration=settings,
        benchmark=benchmark,
        factory=MethodFactory(settings, methods, map_method_args),
        new_backend=lambda: sagemaker_backend(settings, benchmark),
        extra_results=extra_results,
        extra_metadata=extra_tuning_job_metadata or {},
        tuner_arguments={
            "max_failures": settings.max_failures,
            "start_jobs_without_delay": settings.start_jobs_without_delay,
        },
        is_verbose=True,
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


def sagemaker_backend(configuration: ConfigDict, benchmark: RealBenchmarkDefinition) -> SageMakerBackend:
    """The backend that runs a benchmark.

    Args:
        configuration: The settings.
        benchmark: With the instance type to be used.

    Raises:
        OptionError: If credentials, role or image are missing, or ``estimator_kwargs`` has an unknown entry.
        BackendError: If no region is configured.
    """
    job = training_job(
        entry_point=benchmark.script.name,
        source_dir=str(benchmark.script.parent),
        keep_alive_period_in_seconds=WARM_POOL_SECONDS if configuration.warm_pool else None,
        **options_of_benchmark(benchmark),
    )
    metrics = [benchmark.metric] if isinstance(benchmark.metric, str) else list(benchmark.metric)
    return SageMakerBackend(job, metrics_names=metrics, delete_checkpoints=configuration.delete_checkpoints)


def main(
    methods: Methods,
    benchmark_definitions: RealBenchmarkDefinitions,
    extra_args: ExtraArgs | None = None,
    map_method_args: MapMethodArgs | None = None,
    extra_results: ExtraResultsComposer | None = None,
) -> None:
    """Reads the command line and runs one experiment; see :func:`start_experiment_sagemaker_backend`.

    Args:
        methods: Methods by name.
        benchmark_definitions: Called with ``sagemaker_backend=True``, returns benchmarks by name.
        extra_args: Arguments of your own, see ``docs/reference/launcher-arguments.md``.
        map_method_args: Turns them into arguments of methods.
        extra_results: Adds columns to the results.

    Raises:
        SystemExit: With code 1 if the experiment failed, 2 after a mistake of the user.
    """

    def run() -> int:
        check_extra_args(extra_args, map_method_args)
        configuration = config_from_argparse(extra_args, SAGEMAKER)
        outcomes = start_experiment_sagemaker_backend(
            configuration, methods, benchmark_definitions, extra_results, map_method_args
        )
        return exit_code(outcomes)

    run_as_program(run)
