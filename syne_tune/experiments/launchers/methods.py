"""From a planned experiment to its scheduler and its metadata."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from syne_tune.errors import OptionError, nearest
from syne_tune.experiments.baselines import MethodArguments, Methods
from syne_tune.experiments.launchers.hpo_main_common import ConfigDict
from syne_tune.experiments.launchers.plan import PlannedExperiment, effective_random_seed
from syne_tune.optimizer.scheduler import TrialScheduler

MapMethodArgs = Callable[[ConfigDict, str, dict[str, Any]], dict[str, Any]]
"""From settings, name of the method and arguments of :class:`MethodArguments` to new arguments of it."""


@dataclass(frozen=True)
class MethodFactory:
    """Creates the schedulers of a study.

    Args:
        configuration: The settings; their ``random_seed`` is the master seed.
        methods: Methods by name.
        map_method_args: Changes the arguments of a method before it is created.
    """

    configuration: ConfigDict
    methods: Methods
    map_method_args: MapMethodArgs | None = None

    def create(self, planned: PlannedExperiment, arguments: dict[str, Any]) -> TrialScheduler:
        """Creates the scheduler of one experiment. Also seeds the global generator of NumPy.

        Args:
            planned: Which one.
            arguments: Those of :class:`MethodArguments`, except for the seed.

        Raises:
            OptionError: If ``map_method_args`` returns an argument that does not exist.
        """
        seed = effective_random_seed(self.configuration.random_seed, planned.seed)
        np.random.seed(seed)
        kwargs = {**arguments, "random_seed": seed}
        if self.map_method_args is not None:
            kwargs = self.map_method_args(self.configuration, planned.method, kwargs)
        names = [field.name for field in fields(MethodArguments)]
        for name in kwargs:
            if name not in names:
                raise OptionError(
                    f"map_method_args returns {name!r}, not an argument of a method: {nearest(name, names)}"
                )
        return self.methods[planned.method](MethodArguments(**kwargs))


def scheduler_kwargs(
    configuration: ConfigDict, points_to_evaluate: list[dict[str, Any]] | None, is_verbose: bool
) -> dict[str, Any]:
    """Arguments the launcher wants every scheduler to have.

    Args:
        configuration: The settings.
        points_to_evaluate: Those of the benchmark.
        is_verbose: Whether searchers log what they do.
    """
    options: dict[str, Any] = {"debug_log": True} if is_verbose else {}
    if configuration.max_size_data_for_model is not None:
        options["max_size_data_for_model"] = configuration.max_size_data_for_model
    return {"points_to_evaluate": points_to_evaluate, "search_options": options}


def common_metadata(configuration: ConfigDict, planned: PlannedExperiment) -> dict[str, Any]:
    """Entries of ``metadata.json`` that every launcher writes.

    Args:
        configuration: The settings; their ``random_seed`` is the master seed.
        planned: The experiment.
    """
    limit = configuration.max_size_data_for_model
    return {
        "seed": planned.seed,
        "algorithm": planned.method,
        "tag": configuration.experiment_tag,
        "benchmark": planned.benchmark,
        "random_seed": configuration.random_seed,
        "scheduler_random_seed": effective_random_seed(configuration.random_seed, planned.seed),
        **({} if limit is None else {"max_size_data_for_model": limit}),
        **configuration.extra_values(),
    }


def set_log_level(is_verbose: bool) -> None:
    """Lets the process log what methods do, or only what should not happen."""
    level = logging.INFO if is_verbose else logging.WARNING
    logging.basicConfig(level=level)
    logging.getLogger().setLevel(level)  # basicConfig does nothing where there is a handler
    logging.getLogger("botocore").setLevel(logging.WARNING)  # at INFO, each new client says where its settings are from
