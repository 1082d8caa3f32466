"""Simulated comparisons as SageMaker jobs: one per method, or per method and seed if it is expensive."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from syne_tune.experiments.baselines import Methods
from syne_tune.experiments.benchmark_definitions.common import SurrogateBenchmarkDefinition, SurrogateDefinitions
from syne_tune.experiments.launchers.arguments import SIMULATOR, ExtraArgs
from syne_tune.experiments.launchers.grid import announced_master_seed
from syne_tune.experiments.launchers.hpo_main_common import ConfigDict, config_from_argparse, with_launcher_defaults
from syne_tune.experiments.launchers.job_options import options_without_trials
from syne_tune.experiments.launchers.plan import chosen_definitions, chosen_methods
from syne_tune.experiments.launchers.program import run_as_program
from syne_tune.experiments.launchers.remote_jobs import IsExpensiveMethod, RemoteJob, jobs_of_simulations
from syne_tune.experiments.launchers.start_remote_jobs import (
    KindOfJob,
    check_entry_point,
    start_remote_jobs,
)
from syne_tune.experiments.launchers.study_folder import StudyFolder

Definitions = Mapping[str, SurrogateBenchmarkDefinition | SurrogateDefinitions]


def launch_remote_experiments_simulator(
    configuration: ConfigDict,
    entry_point: Path,
    methods: Methods,
    benchmark_definitions: Definitions,
    source_dependencies: Sequence[str] | None = None,
    is_expensive_method: IsExpensiveMethod | None = None,
) -> list[RemoteJob]:
    """Starts one job per method, or per method and seed, for each group of benchmarks.

    Args:
        configuration: The settings. Without ``benchmark_key``, all groups are run.
        entry_point: Program that each job runs: one that calls ``hpo_main_simulator.main``.
        methods: Methods by name.
        benchmark_definitions: Benchmarks by name, or groups of them by key.
        source_dependencies: Folders that the jobs need besides the one of ``entry_point``.
        is_expensive_method: Which methods get one job per seed; default is none.

    Raises:
        OptionError: If method, group or benchmark are unknown, ``entry_point`` or a dependency does not exist, or
            credentials, region or role are missing.
        BackendError: If a job cannot be created; those before it run.
    """
    settings = with_launcher_defaults(configuration, SIMULATOR)
    check_entry_point(entry_point)
    keys = group_keys(settings, benchmark_definitions)
    for key in keys or [settings.benchmark_key]:
        chosen_definitions(settings.updated(benchmark_key=key), benchmark_definitions)
    chosen = chosen_methods(settings, methods)
    study = StudyFolder(settings.experiment_tag)
    settings = settings.updated(random_seed=announced_master_seed(study, settings.random_seed))
    jobs = jobs_of_simulations(settings, chosen, keys, is_expensive_method)
    kind = KindOfJob(entry_point=entry_point, dependencies=source_dependencies or (), options=options_without_trials())
    start_remote_jobs(jobs, kind, settings.experiment_tag, settings.estimator_fit_backoff_wait_time)
    return jobs


def group_keys(configuration: ConfigDict, definitions: Definitions) -> list[str]:
    """Keys of the groups of benchmarks to run.

    Args:
        configuration: The settings. Without ``benchmark_key``, all groups are run.
        definitions: Benchmarks by name, or groups of them by key.

    Returns:
        Empty if there are no groups.
    """
    if configuration.benchmark_key is not None:
        return [configuration.benchmark_key]
    return [key for key, value in definitions.items() if isinstance(value, Mapping)]


def launch_remote(
    entry_point: Path,
    methods: Methods,
    benchmark_definitions: Definitions,
    source_dependencies: Sequence[str] | None = None,
    extra_args: ExtraArgs | None = None,
    is_expensive_method: IsExpensiveMethod | None = None,
) -> None:
    """Reads the command line and starts the jobs; see :func:`launch_remote_experiments_simulator`.

    Args:
        entry_point: Program that each job runs.
        methods: Methods by name.
        benchmark_definitions: Benchmarks by name, or groups of them by key.
        source_dependencies: Folders that the jobs need besides the one of ``entry_point``.
        extra_args: Arguments of your own; handed on to the jobs.
        is_expensive_method: Which methods get one job per seed; default is none.

    Raises:
        SystemExit: With code 2, after a mistake of the user or if a job cannot be created.
    """

    def run() -> int:
        configuration = config_from_argparse(extra_args, SIMULATOR)
        launch_remote_experiments_simulator(
            configuration, entry_point, methods, benchmark_definitions, source_dependencies, is_expensive_method
        )
        return 0

    run_as_program(run)
