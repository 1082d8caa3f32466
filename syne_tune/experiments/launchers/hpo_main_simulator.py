"""Comparisons in virtual time: trials are looked up in blackboxes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from syne_tune.blackbox_repository import BlackboxRepositoryBackend, BlackboxTabular
from syne_tune.blackbox_repository.blackbox import Blackbox
from syne_tune.callbacks.callback import TunerCallback
from syne_tune.callbacks.simulator_callback import SimulatorCallback
from syne_tune.callbacks.store_results import ExtraResultsComposer
from syne_tune.errors import OptionError
from syne_tune.experiments.baselines import Methods
from syne_tune.experiments.benchmark_definitions.common import SurrogateBenchmarkDefinition, SurrogateDefinitions
from syne_tune.experiments.launchers.arguments import SIMULATOR, ExtraArgs
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
    chosen_definitions,
    plan_experiments,
    with_settings,
)
from syne_tune.experiments.launchers.program import run_as_program
from syne_tune.experiments.launchers.related_tasks import RelatedTasks
from syne_tune.experiments.launchers.rerun_command import rerun_command
from syne_tune.experiments.launchers.study_folder import StudyFolder
from syne_tune.experiments.launchers.usable_cores import usable_cores
from syne_tune.stopping_criterion import StoppingCriterion
from syne_tune.tuner import Tuner

_SECONDS_BETWEEN_WRITES = 600.0


class _SummaryOfTheGridSuffices(TunerCallback):
    """Keeps the tuner from printing a table at the end of each of many short experiments."""

    prints_summary = True


@dataclass(frozen=True)
class _SimulatedExperiments:
    """What the experiments of one call have in common; creates their tuners.

    Args:
        configuration: The settings, master seed included.
        benchmarks: By name, with the numbers of workers and the budgets to be used.
        factory: Creates schedulers.
        extra_results: Adds columns to the results.
        extra_metadata: Further entries of ``metadata.json``.
        related: What was measured on related tasks, if methods are to be told.
    """

    configuration: ConfigDict
    benchmarks: SurrogateDefinitions
    factory: MethodFactory
    extra_results: ExtraResultsComposer | None
    extra_metadata: Mapping[str, Any]
    related: RelatedTasks | None = None

    def metadata(self, planned: PlannedExperiment) -> dict[str, Any]:
        """Entries of ``metadata.json``."""
        benchmark, settings = self.benchmarks[planned.benchmark], self.configuration
        curves = (benchmark.add_surrogate_kwargs or {}).get("predict_curves")
        return {
            **common_metadata(settings, planned),
            "n_workers": benchmark.n_workers,
            "max_wallclock_time": benchmark.max_wallclock_time,
            "fcnet_ordinal": settings.fcnet_ordinal,
            "support_checkpointing": settings.support_checkpointing,
            "restrict_configurations": settings.restrict_configurations,
            **({} if curves is None else {"predict_curves": int(curves)}),
            **({} if self.related is None else {"use_transfer_learning": True}),
            **self.extra_metadata,
        }

    def build(self, planned: PlannedExperiment, name: str) -> Tuner:
        """Creates the tuner of one experiment."""
        benchmark = self.benchmarks[planned.benchmark]
        backend = self._backend(benchmark)
        return Tuner(
            trial_backend=backend,
            scheduler=self.factory.create(planned, self._arguments(planned.benchmark, benchmark, backend)),
            stop_criterion=StoppingCriterion(
                max_wallclock_time=benchmark.max_wallclock_time, max_num_evaluations=benchmark.max_num_evaluations
            ),
            n_workers=benchmark.n_workers,
            sleep_time=0,
            results_update_interval=_SECONDS_BETWEEN_WRITES,
            print_update_interval=_SECONDS_BETWEEN_WRITES,
            tuner_name=name,
            suffix_tuner_name=False,
            callbacks=[SimulatorCallback(extra_results_composer=self.extra_results), _SummaryOfTheGridSuffices()],
            save_tuner=self.configuration.save_tuner,
        )

    def _backend(self, benchmark: SurrogateBenchmarkDefinition) -> BlackboxRepositoryBackend:
        return BlackboxRepositoryBackend(
            blackbox_name=benchmark.blackbox_name,
            elapsed_time_attr=benchmark.elapsed_time_attr,
            max_resource_attr=benchmark.max_resource_attr,
            support_checkpointing=self.configuration.support_checkpointing,
            dataset=benchmark.dataset_name,
            **self._surrogate(benchmark),
        )

    def _surrogate(self, benchmark: SurrogateBenchmarkDefinition) -> dict[str, Any]:
        if benchmark.blackbox_name.startswith("yahpo") and benchmark.fidelities is not None:
            return {"surrogate_kwargs": {"fidelities": list(benchmark.fidelities)}}
        if self.configuration.restrict_configurations or benchmark.surrogate is None:
            return {}
        return {
            "surrogate": benchmark.surrogate,
            "surrogate_kwargs": benchmark.surrogate_kwargs,
            "add_surrogate_kwargs": benchmark.add_surrogate_kwargs,
        }

    def _arguments(
        self, name: str, benchmark: SurrogateBenchmarkDefinition, backend: BlackboxRepositoryBackend
    ) -> dict[str, Any]:
        settings, blackbox = self.configuration, backend.blackbox
        kwargs = scheduler_kwargs(settings, benchmark.points_to_evaluate, settings.verbose)
        if settings.restrict_configurations:
            kwargs["search_options"]["restrict_configurations"] = _tabulated_configurations(blackbox, name)
        return {
            "config_space": _config_space(blackbox, benchmark.max_resource_attr),
            "metric": benchmark.metric,
            "mode": benchmark.mode,
            "resource_attr": backend.resource_attr,
            "max_resource_attr": benchmark.max_resource_attr,
            "transfer_learning_evaluations": None if self.related is None else self.related.evaluations(benchmark),
            "use_surrogates": "lcbench" in name,
            "fcnet_ordinal": settings.fcnet_ordinal,
            "scheduler_kwargs": kwargs,
        }


def _config_space(blackbox: Blackbox, max_resource_attr: str | None) -> dict[str, Any]:
    if max_resource_attr is None or blackbox.fidelity_values is None:
        return dict(blackbox.configuration_space)
    return dict(blackbox.configuration_space_with_max_resource_attr(max_resource_attr))


def _tabulated_configurations(blackbox: Blackbox, name: str) -> list[dict[str, Any]]:
    if not isinstance(blackbox, BlackboxTabular):
        raise OptionError(f"restrict_configurations: {name!r} is no table, so that all configurations can be looked up")
    return blackbox.all_configurations()


def start_experiment_simulated_backend(
    configuration: ConfigDict,
    methods: Methods,
    benchmark_definitions: Mapping[str, SurrogateBenchmarkDefinition | SurrogateDefinitions],
    extra_results: ExtraResultsComposer | None = None,
    map_method_args: MapMethodArgs | None = None,
    extra_tuning_job_metadata: Mapping[str, Any] | None = None,
    use_transfer_learning: bool = False,
) -> list[Outcome]:
    """Runs methods x seeds x benchmarks.

    Args:
        configuration: The settings.
        methods: Methods by name.
        benchmark_definitions: Benchmarks by name, or groups of them by key.
        extra_results: Adds columns to the results.
        map_method_args: Called with the settings, the name of a method and the arguments of its
            :class:`~syne_tune.experiments.baselines.MethodArguments`; returns those to use.
        extra_tuning_job_metadata: Further entries of ``metadata.json``.
        use_transfer_learning: Whether methods are told what was measured on the other tasks of the blackbox, or on
            those that ``datasets`` of the benchmark names.

    Returns:
        How each experiment went.

    Raises:
        OptionError: If method or benchmark are unknown, or a benchmark has no related tasks that methods could use.
    """
    settings = with_launcher_defaults(configuration, SIMULATOR)
    set_log_level(settings.verbose)
    definitions = chosen_definitions(settings, benchmark_definitions)
    planned = plan_experiments(settings, methods, definitions)
    if use_transfer_learning:
        RelatedTasks.check(definitions)
    study = StudyFolder(settings.experiment_tag, is_job=settings.launched_remotely)
    settings = settings.updated(random_seed=announced_master_seed(study, settings.random_seed))
    experiments = _SimulatedExperiments(
        configuration=settings,
        benchmarks={name: with_settings(definition, settings) for name, definition in definitions.items()},
        factory=MethodFactory(settings, methods, map_method_args),
        extra_results=extra_results,
        extra_metadata=extra_tuning_job_metadata or {},
        related=RelatedTasks() if use_transfer_learning else None,
    )
    launch = Launch(
        study=study,
        resume=settings.resume,
        has_long_names=settings.use_long_tuner_name_prefix,
        is_repeatable=True,
        metadata=experiments.metadata,
        build=experiments.build,
        is_verbose=settings.verbose,
        command=rerun_command(SIMULATOR, settings),
    )
    default = 1 if settings.launcher_script is None else usable_cores()
    return run_grid(planned, launch, settings.num_processes or default)


def main(
    methods: Methods,
    benchmark_definitions: Mapping[str, SurrogateBenchmarkDefinition | SurrogateDefinitions],
    extra_args: ExtraArgs | None = None,
    map_method_args: MapMethodArgs | None = None,
    extra_results: ExtraResultsComposer | None = None,
    use_transfer_learning: bool = False,
) -> None:
    """Reads the command line and runs methods x seeds x benchmarks.

    Args:
        methods: Methods by name.
        benchmark_definitions: Benchmarks by name, or groups of them by key.
        extra_args: Arguments of your own, see ``docs/reference/launcher-arguments.md``.
        map_method_args: Turns them into arguments of methods, see :func:`start_experiment_simulated_backend`.
        extra_results: Adds columns to the results.
        use_transfer_learning: Whether methods are told what was measured on the other tasks of the blackbox, or on
            those that ``datasets`` of the benchmark names.

    Raises:
        SystemExit: With code 1 if an experiment failed, 2 after a mistake of the user.
    """

    def run() -> int:
        check_extra_args(extra_args, map_method_args)
        configuration = config_from_argparse(extra_args, SIMULATOR)
        outcomes = start_experiment_simulated_backend(
            configuration,
            methods,
            benchmark_definitions,
            extra_results=extra_results,
            map_method_args=map_method_args,
            use_transfer_learning=use_transfer_learning,
        )
        return exit_code(outcomes)

    run_as_program(run)
