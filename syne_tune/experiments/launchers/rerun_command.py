"""The command line that runs one experiment of a study alone, for the report of one that failed."""

from __future__ import annotations

import shlex
from collections.abc import Callable

from syne_tune.experiments.launchers.arguments import arguments_of, as_words, forwarded_arguments
from syne_tune.experiments.launchers.hpo_main_common import ConfigDict
from syne_tune.experiments.launchers.plan import PlannedExperiment


def rerun_command(launcher: str, configuration: ConfigDict) -> Callable[[PlannedExperiment], str] | None:
    """How one experiment of a study is run alone, such that it says more.

    Args:
        launcher: Which launcher.
        configuration: The settings, master seed included.

    Returns:
        From an experiment to its command line; ``None`` if the settings do not come from a command line.
    """
    script = configuration.launcher_script
    if script is None:
        return None

    def command(planned: PlannedExperiment) -> str:
        one = {"method": planned.method, "benchmark": planned.benchmark, "num_processes": None, "verbose": True}
        seed = {"start_seed": planned.seed, "num_seeds": planned.seed + 1}
        values = {**configuration.as_dict(), **one, **seed}
        defaults = {argument.name: argument.default for argument in arguments_of(launcher)}
        given = forwarded_arguments(launcher, values, configuration.extra_values())
        changed = {name: value for name, value in given.items() if name not in defaults or value != defaults[name]}
        return shlex.join(["python", script, *as_words(changed)])

    return command
