"""Keyword arguments that the named methods hand on to their schedulers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypedDict

from syne_tune.errors import OptionError, nearest
from syne_tune.optimizer.checkpoints.early_removal import EarlyCheckpointRemoval
from syne_tune.optimizer.schedulers.searchers.searcher import BaseSearcher

_HERE = __name__.rpartition(".")[0]


class GeneralOptions(TypedDict, total=False):
    """Of :class:`~syne_tune.optimizer.schedulers.fifo.FIFOScheduler`, where all are described."""

    search_options: Mapping[str, Any] | None
    points_to_evaluate: list[dict[str, Any]] | None
    max_resource_attr: str | None
    max_t: int | None
    time_keeper: object


class FIFOOptions(GeneralOptions, total=False):
    """As above, and what some methods name in their signature."""

    mode: str | list[str]
    random_seed: int | None


class RungOptions(GeneralOptions, total=False):
    """Of :class:`~syne_tune.optimizer.schedulers.hyperband.HyperbandScheduler`, where all are described."""

    grace_period: int
    reduction_factor: float | None
    rung_increment: int | None
    rung_levels: Sequence[int] | None
    brackets: int
    searcher_data: str
    cost_attr: str | None
    register_pending_myopic: bool
    rung_system_per_bracket: bool
    do_snapshots: bool
    rung_system_kwargs: Mapping[str, Any] | None


class ParetoHalvingOptions(RungOptions, total=False):
    """As above, and what some methods name in their signature."""

    random_seed: int | None
    early_checkpoint_removal_kwargs: EarlyCheckpointRemoval | Mapping[str, Any] | None


class SuccessiveHalvingOptions(ParetoHalvingOptions, total=False):
    """As above, and the mode of the one metric."""

    mode: str


class HyperbandOptions(SuccessiveHalvingOptions, total=False):
    """As above, and the rung rule."""

    type: str


class PASHAOptions(SuccessiveHalvingOptions, total=False):
    """As above, and the searcher."""

    searcher: str | BaseSearcher


class SynchronousOptions(TypedDict, total=False):
    """Of :class:`~syne_tune.optimizer.schedulers.synchronous.hyperband.SynchronousGeometricHyperbandScheduler`."""

    mode: str
    search_options: Mapping[str, Any] | None
    points_to_evaluate: list[dict[str, Any]] | None
    random_seed: int | None
    max_resource_attr: str | None
    max_resource_level: int | None
    grace_period: int
    reduction_factor: float
    brackets: int | None
    searcher_data: str


class SynchronousHyperbandOptions(SynchronousOptions, total=False):
    """As above, and the searcher."""

    searcher: str | BaseSearcher


class DEHBOptions(SynchronousOptions, total=False):
    """As above, and how configurations are bred."""

    searcher: str
    mutation_factor: float
    crossover_probability: float
    support_pause_resume: bool


class PopulationOptions(TypedDict, total=False):
    """Of :class:`~syne_tune.optimizer.schedulers.pbt.PopulationBasedTraining`, where all are described."""

    max_t: float
    custom_explore_fn: Callable[[dict[str, Any]], Mapping[str, Any]] | None
    mode: str
    population_size: int
    perturbation_interval: float
    quantile_fraction: float
    resample_probability: float
    search_options: Mapping[str, Any] | None
    points_to_evaluate: list[dict[str, Any]] | None
    random_seed: int | None
    max_resource_attr: str | None
    time_keeper: object


def check_options(method: object, given: Iterable[str], legal: type, fixed: str) -> None:
    """Refuses arguments that a method does not take.

    Args:
        method: The method being constructed.
        given: Names of the arguments.
        legal: The typed dictionary that lists those it takes.
        fixed: The argument that defines the method.

    Raises:
        OptionError: For the first argument that is not among the legal ones; the message lists them.
    """
    name_of_method, names = type(method).__name__, list(legal.__annotations__)
    for name in given:
        if name == fixed:
            base = next(it.__name__ for it in type(method).__mro__[1:] if not it.__module__.startswith(_HERE))
            raise OptionError(f"{name_of_method} has a {fixed} of its own; to choose another, use {base}({fixed}=...)")
        if name not in names:
            raise OptionError(f"{name_of_method} has no argument {name!r}; {nearest(name, names)}")


def add_search_options(kwargs: GeneralOptions, **options: Any) -> None:
    """Makes arguments of a method search options, unless they are given as such."""
    kwargs["search_options"] = {**options, **(kwargs.get("search_options") or {})}
