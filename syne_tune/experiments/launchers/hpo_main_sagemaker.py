"""Comparisons whose trials are SageMaker jobs: all up to the creation of the backend, which does not exist yet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from syne_tune.callbacks.store_results import ExtraResultsComposer
from syne_tune.errors import OptionError
from syne_tune.experiments.baselines import Methods
from syne_tune.experiments.launchers.arguments import SAGEMAKER, ExtraArgs
from syne_tune.experiments.launchers.execute import Outcome
from syne_tune.experiments.launchers.grid import exit_code
from syne_tune.experiments.launchers.hpo_main_common import ConfigDict, config_from_argparse, with_launcher_defaults
from syne_tune.experiments.launchers.hpo_main_local import RealBenchmarkDefinitions
from syne_tune.experiments.launchers.methods import MapMethodArgs, set_log_level
from syne_tune.experiments.launchers.plan import check_extra_args, one_benchmark, plan_experiments, with_settings
from syne_tune.experiments.launchers.program import run_as_program
from syne_tune.experiments.launchers.sagemaker_support import refuse_without_sagemaker


def start_experiment_sagemaker_backend(
    configuration: ConfigDict,
    methods: Methods,
    benchmark_definitions: RealBenchmarkDefinitions,
    extra_results: ExtraResultsComposer | None = None,  # noqa: ARG001  # for the backend to come
    map_method_args: MapMethodArgs | None = None,  # noqa: ARG001
    extra_tuning_job_metadata: Mapping[str, Any] | None = None,  # noqa: ARG001
) -> list[Outcome]:
    """Runs one experiment: one method with one seed on one benchmark.

    Args:
        configuration: The settings.
        methods: Methods by name.
        benchmark_definitions: Called with ``sagemaker_backend=True``, returns benchmarks by name.
        extra_results: Adds columns to the results.
        map_method_args: As for ``start_experiment_local_backend``.
        extra_tuning_job_metadata: Further entries of ``metadata.json``.

    Raises:
        OptionError: If method or benchmark are unknown, or there is more than one method or seed.
        BackendError: Otherwise, because there is no SageMaker backend yet.
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
    refuse_without_sagemaker(f"{planned[0]} on {benchmark.n_workers} x {benchmark.instance_type}")


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
        SystemExit: With code 2, also because there is no SageMaker backend yet.
    """

    def run() -> int:
        check_extra_args(extra_args, map_method_args)
        configuration = config_from_argparse(extra_args, SAGEMAKER)
        outcomes = start_experiment_sagemaker_backend(
            configuration, methods, benchmark_definitions, extra_results, map_method_args
        )
        return exit_code(outcomes)

    run_as_program(run)
