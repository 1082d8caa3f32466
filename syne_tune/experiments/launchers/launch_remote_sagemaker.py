"""Comparisons whose experiments are SageMaker jobs, each of which starts its trials as further SageMaker jobs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from syne_tune.experiments.baselines import Methods
from syne_tune.experiments.launchers.arguments import SAGEMAKER, ExtraArgs
from syne_tune.experiments.launchers.hpo_main_common import ConfigDict, config_from_argparse
from syne_tune.experiments.launchers.program import run_as_program
from syne_tune.experiments.launchers.real_benchmark_jobs import start_real_benchmark_jobs
from syne_tune.experiments.launchers.real_experiments import RealBenchmarkDefinitions
from syne_tune.experiments.launchers.remote_jobs import RemoteJob


def launch_remote_experiments_sagemaker(
    configuration: ConfigDict,
    entry_point: Path,
    methods: Methods,
    benchmark_definitions: RealBenchmarkDefinitions,
    source_dependencies: Sequence[str] | None = None,
) -> list[RemoteJob]:
    """Starts one job per method and seed.

    Args:
        configuration: The settings.
        entry_point: Program that each job runs: one that calls ``hpo_main_sagemaker.main``.
        methods: Methods by name.
        benchmark_definitions: Called with ``sagemaker_backend=True``, returns benchmarks by name.
        source_dependencies: Folders that the jobs need besides the one of ``entry_point``.

    Raises:
        OptionError: If method or benchmark are unknown, ``entry_point`` or a dependency does not exist, or credentials,
            region or role are missing.
        BackendError: If a job cannot be created; those before it run.
    """
    return start_real_benchmark_jobs(
        SAGEMAKER, configuration, entry_point, methods, benchmark_definitions, source_dependencies
    )


def launch_remote(
    entry_point: Path,
    methods: Methods,
    benchmark_definitions: RealBenchmarkDefinitions,
    source_dependencies: Sequence[str] | None = None,
    extra_args: ExtraArgs | None = None,
) -> None:
    """Reads the command line and starts one job per method and seed; see :func:`launch_remote_experiments_sagemaker`.

    Args:
        entry_point: Program that each job runs.
        methods: Methods by name.
        benchmark_definitions: Called with ``sagemaker_backend=True``, returns benchmarks by name.
        source_dependencies: Folders that the jobs need besides the one of ``entry_point``.
        extra_args: Arguments of your own; handed on to the jobs.

    Raises:
        SystemExit: With code 2, after a mistake of the user or if a job cannot be created.
    """

    def run() -> int:
        configuration = config_from_argparse(extra_args, SAGEMAKER)
        launch_remote_experiments_sagemaker(
            configuration, entry_point, methods, benchmark_definitions, source_dependencies
        )
        return 0

    run_as_program(run)
