"""From settings to the list of experiments: methods x seeds x benchmarks. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from syne_tune.errors import OptionError, nearest
from syne_tune.experiments.benchmark_definitions.common import RealBenchmarkDefinition, SurrogateBenchmarkDefinition
from syne_tune.experiments.launchers.hpo_main_common import ConfigDict
from syne_tune.seeds import RANDOM_SEED_UPPER_BOUND

DEFAULT_BENCHMARK = "resnet_cifar10"
"""The benchmark to run if none is named, and there is one of this name."""

Definition = TypeVar("Definition", RealBenchmarkDefinition, SurrogateBenchmarkDefinition)


@dataclass(frozen=True)
class PlannedExperiment:
    """One experiment of a study.

    Args:
        method: Name of the method.
        seed: Number of the repetition.
        benchmark: Name of the benchmark.
    """

    method: str
    seed: int
    benchmark: str

    def __str__(self) -> str:
        return f"{self.method}, seed {self.seed}, {self.benchmark}"


def chosen_methods(configuration: ConfigDict, methods: Iterable[str]) -> list[str]:
    """The methods to run: that of the settings, or all.

    Args:
        configuration: The settings.
        methods: Names of all methods.

    Raises:
        OptionError: If the method in the settings is not among ``methods``.
    """
    names = list(methods)
    if configuration.method is None:
        return names
    if configuration.method not in names:
        raise OptionError(f"method = {configuration.method!r}: {nearest(configuration.method, names)}")
    return [configuration.method]


def plan_experiments(
    configuration: ConfigDict, methods: Iterable[str], benchmarks: Iterable[str]
) -> list[PlannedExperiment]:
    """All experiments of a study, in the order in which they are run.

    Args:
        configuration: The settings.
        methods: Names of all methods.
        benchmarks: Names of the benchmarks to run.

    Raises:
        OptionError: If the method in the settings is not among ``methods``.
    """
    names = chosen_methods(configuration, methods)
    seeds = range(configuration.start_seed, configuration.num_seeds)
    benchmarks = list(benchmarks)
    return [PlannedExperiment(method, seed, name) for method in names for seed in seeds for name in benchmarks]


def effective_random_seed(master_random_seed: int, seed: int) -> int:
    """Seed of the scheduler: the same for all methods and benchmarks, so that comparisons are paired.

    Args:
        master_random_seed: Master seed of the study, as in :func:`~syne_tune.seeds.check_random_seed`.
        seed: Number of the repetition.

    Returns:
        Their sum modulo ``2**31 - 1``.
    """
    return (master_random_seed + seed) % RANDOM_SEED_UPPER_BOUND


def one_benchmark(name: str | None, definitions: Mapping[str, Definition]) -> str:
    """Name of the benchmark to run, where it can only be one.

    Args:
        name: Name in the settings. ``None``: the only one there is, else ``resnet_cifar10``.
        definitions: Benchmarks by name.

    Raises:
        OptionError: If there is none of this name, or none is named and it is not clear which is meant.
    """
    if name is None and len(definitions) == 1:
        return next(iter(definitions))
    if name is None and DEFAULT_BENCHMARK in definitions:
        return DEFAULT_BENCHMARK
    if name is None or name not in definitions:
        raise OptionError(f"benchmark = {name!r}: {nearest(str(name), definitions)}")
    return name


def with_settings(benchmark: Definition, configuration: ConfigDict) -> Definition:
    """A benchmark with the number of workers, the budget and the instance type of the command line.

    With ``scale_max_wallclock_time`` and fewer workers than the benchmark suggests, its budget grows by the ratio of
    the two, unless it is given as well.

    Args:
        benchmark: With its defaults.
        configuration: The settings.
    """
    names = ("n_workers", "max_wallclock_time", "instance_type")
    values: dict[str, Any] = {name: getattr(configuration, name) for name in names if name in configuration}
    given = {name: value for name, value in values.items() if value is not None}
    is_scaled = configuration.scale_max_wallclock_time and "max_wallclock_time" not in given
    if is_scaled and given.get("n_workers") is not None:
        given["max_wallclock_time"] = scaled_wallclock_time(
            benchmark.max_wallclock_time, benchmark.n_workers, given["n_workers"]
        )
    return replace(benchmark, **given)


def scaled_wallclock_time(max_wallclock_time: float, n_workers: int, n_workers_given: int) -> int:
    """Budget that gives fewer workers the time to do as much.

    Args:
        max_wallclock_time: Budget in seconds for ``n_workers``.
        n_workers: Number of workers it is meant for.
        n_workers_given: Number of workers there are; more than ``n_workers`` change nothing.
    """
    return int(max_wallclock_time * n_workers / min(n_workers, n_workers_given))


def chosen_definitions(
    configuration: ConfigDict, definitions: Mapping[str, Any]
) -> dict[str, SurrogateBenchmarkDefinition]:
    """The surrogate benchmarks to run.

    Args:
        configuration: The settings.
        definitions: Benchmarks by name; or groups of them by key, of which ``benchmark_key`` chooses one.

    Raises:
        OptionError: If group or benchmark are unknown, or no group is named.
    """
    key, name = configuration.benchmark_key, configuration.benchmark
    is_nested = any(isinstance(value, Mapping) for value in definitions.values())
    if is_nested and key not in definitions:
        raise OptionError(f"benchmark_key = {key!r}: {nearest(str(key), definitions)}")
    if not is_nested and key is not None:
        raise OptionError(f"benchmark_key = {key!r}: these benchmarks come in no groups; leave it out")
    group: Mapping[str, SurrogateBenchmarkDefinition] = definitions[key] if is_nested else definitions
    if name is not None and name not in group:
        raise OptionError(f"benchmark = {name!r}: {nearest(name, group)}")
    return {name: group[name]} if name is not None else dict(group)


def check_extra_args(extra_args: Sequence[Mapping[str, Any]] | None, map_method_args: object) -> None:
    """Refuses arguments of a user's own that would have no effect.

    Raises:
        OptionError: If there are ``extra_args`` without ``map_method_args``.
    """
    if extra_args and map_method_args is None:
        names = [extra.get("name") for extra in extra_args]
        raise OptionError(
            f"extra_args: {names} have no effect without map_method_args(configuration, method, method_kwargs), which "
            "turns them into arguments of methods; pass that function too"
        )
