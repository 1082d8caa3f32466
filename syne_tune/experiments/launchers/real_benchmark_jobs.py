"""SageMaker jobs that compare methods on a real benchmark: one per method and seed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from syne_tune.experiments.baselines import Methods
from syne_tune.experiments.launchers.arguments import SAGEMAKER
from syne_tune.experiments.launchers.grid import announced_master_seed
from syne_tune.experiments.launchers.hpo_main_common import ConfigDict, with_launcher_defaults
from syne_tune.experiments.launchers.job_options import options_of_benchmark, options_without_trials
from syne_tune.experiments.launchers.plan import chosen_methods, one_benchmark, with_settings
from syne_tune.experiments.launchers.published_metrics import published_metrics
from syne_tune.experiments.launchers.real_experiments import RealBenchmarkDefinitions
from syne_tune.experiments.launchers.remote_jobs import RemoteJob, jobs_per_experiment
from syne_tune.experiments.launchers.start_remote_jobs import KindOfJob, check_entry_point, start_remote_jobs
from syne_tune.experiments.launchers.study_folder import StudyFolder


def start_real_benchmark_jobs(
    backend: str,
    configuration: ConfigDict,
    entry_point: Path,
    methods: Methods,
    benchmark_definitions: RealBenchmarkDefinitions,
    source_dependencies: Sequence[str] | None,
) -> list[RemoteJob]:
    """Starts them.

    Args:
        backend: :data:`~.arguments.LOCAL` if each job runs its trials on its own instance,
            :data:`~.arguments.SAGEMAKER` if it starts them as further jobs.
        configuration: The settings.
        entry_point: Program that each job runs.
        methods: Methods by name.
        benchmark_definitions: Returns benchmarks by name.
        source_dependencies: Folders that the jobs need besides the one of ``entry_point``.

    Raises:
        OptionError: If method or benchmark are unknown, ``entry_point`` or a dependency does not exist, or credentials,
            region or role are missing.
        BackendError: If a job cannot be created; those before it run.
    """
    trials_are_jobs = backend == SAGEMAKER
    settings = with_launcher_defaults(configuration, backend)
    check_entry_point(entry_point)
    definitions = benchmark_definitions(sagemaker_backend=trials_are_jobs)
    name = one_benchmark(settings.benchmark, definitions)
    benchmark = with_settings(definitions[name], settings)
    chosen = chosen_methods(settings, methods)
    study = StudyFolder(settings.experiment_tag)
    settings = settings.updated(benchmark=name, random_seed=announced_master_seed(study, settings.random_seed))
    jobs = jobs_per_experiment(backend, settings, chosen)
    kind = KindOfJob(
        entry_point=entry_point,
        dependencies=source_dependencies or (),
        script=None if trials_are_jobs else benchmark.script,
        options=options_without_trials(benchmark) if trials_are_jobs else options_of_benchmark(benchmark),
        metric_names=published_metrics(settings, benchmark),
    )
    start_remote_jobs(jobs, kind, settings.experiment_tag, settings.estimator_fit_backoff_wait_time)
    return jobs
