"""Which jobs a remote launcher starts: their names, their command lines, where their results go. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from syne_tune.errors import OptionError
from syne_tune.experiment_folder import random_string, sanitize_sagemaker_name
from syne_tune.experiments.launchers.arguments import SIMULATOR, as_words, forwarded_arguments
from syne_tune.experiments.launchers.hpo_main_common import ConfigDict
from syne_tune.experiments.launchers.plan import plan_experiments

NUM_RANDOM_CHARACTERS = 4
_LONGEST_NAME = 63

IsExpensiveMethod = Callable[[str], bool]
"""Whether a method is so expensive, even in a simulation, that each seed gets a job of its own."""


@dataclass(frozen=True)
class RemoteJob:
    """One job.

    Args:
        name: Its name, which ends with the same random characters as those of the other jobs of this call.
        arguments: Arguments of the program it runs, by name.
        s3_folder: Folder of its results, below ``syne-tune/``.
    """

    name: str
    arguments: Mapping[str, Any]
    s3_folder: str

    def command_line(self) -> list[str]:
        """The arguments as words."""
        return as_words(self.arguments)


def jobs_per_experiment(launcher: str, configuration: ConfigDict, methods: Sequence[str]) -> list[RemoteJob]:
    """One job per method and seed, for real benchmarks.

    Args:
        launcher: ``"local"`` or ``"sagemaker"``.
        configuration: The settings, master seed included.
        methods: Names of all methods.

    Raises:
        OptionError: If the method in the settings is unknown, or a name is not allowed.
    """
    ending = random_string(NUM_RANDOM_CHARACTERS)
    planned = plan_experiments(configuration, methods, [""])
    return [_job(launcher, configuration, one.method, [str(one.seed)], one.seed, ending) for one in planned]


def jobs_of_simulations(
    configuration: ConfigDict, methods: Sequence[str], keys: Sequence[str], is_expensive: IsExpensiveMethod | None
) -> list[RemoteJob]:
    """One job per method with all its seeds, or, if it is expensive, one per seed; times groups of benchmarks.

    Args:
        configuration: The settings, master seed included.
        methods: Names of all methods.
        keys: Keys of the groups of benchmarks; empty if there are none.
        is_expensive: Which methods are.

    Raises:
        OptionError: If the method in the settings is unknown, or a name is not allowed.
    """
    ending = random_string(NUM_RANDOM_CHARACTERS)
    jobs = []
    for method in dict.fromkeys(one.method for one in plan_experiments(configuration, methods, [""])):
        expensive = is_expensive is not None and is_expensive(method)
        seeds = range(configuration.start_seed, configuration.num_seeds) if expensive else [None]
        groups: Sequence[str | None] = keys or [None]
        for seed in seeds:
            for key in groups:
                parts = [str(part) for part in (seed, key) if part is not None]
                with_key = configuration if key is None else configuration.updated(benchmark_key=key)
                jobs.append(_job(SIMULATOR, with_key, method, parts, seed, ending))
    return jobs


def _job(
    launcher: str, configuration: ConfigDict, method: str, parts: Sequence[str], seed: int | None, ending: str
) -> RemoteJob:
    values = configuration.as_dict() | {"method": method}
    if seed is not None:
        values |= {"start_seed": seed, "num_seeds": seed + 1}
    extra_names = configuration.extra_values()
    arguments = {**forwarded_arguments(launcher, values, extra_names), "launched_remotely": 1}
    folder = "-".join([method, *parts])
    name = f"{configuration.experiment_tag}-{folder}-{ending}"
    if len(name) > _LONGEST_NAME:
        raise OptionError(
            f"job name {name!r} is longer than {_LONGEST_NAME} characters; choose a shorter experiment_tag"
        )
    return RemoteJob(sanitize_sagemaker_name(name), arguments, f"{configuration.experiment_tag}/{folder}")
