"""Real benchmarks without their data, packages and GPUs, to try out everything around them.

The environment variable ``SYNE_TUNE_STAND_IN`` gives a number of seconds. Every benchmark keeps its space, its metric
and its name, but its script is replaced by one that trains a small network on generated images, and its budget by so
many seconds. A second number, after a comma, ends experiments after so many reports, on however slow a machine. What it
finds is worth nothing; results show it by a column ``config_stand_in_for``.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace

from benchmarking.benchmark_definitions.common import RealBenchmarkDefinition, training_script
from syne_tune.errors import OptionError

ENVIRONMENT_VARIABLE = "SYNE_TUNE_STAND_IN"


def with_stand_ins(definitions: Mapping[str, RealBenchmarkDefinition]) -> dict[str, RealBenchmarkDefinition]:
    """The definitions themselves, or, if the environment asks for it, their stand-ins.

    Raises:
        OptionError: If the environment variable is not a positive number.
    """
    text = os.environ.get(ENVIRONMENT_VARIABLE)
    if not text:
        return dict(definitions)
    seconds, reports = _budget(text)
    return {name: _stand_in(name, definition, seconds, reports) for name, definition in definitions.items()}


def _budget(text: str) -> tuple[float, int | None]:
    """Seconds, and number of reports if it is given."""
    first, comma, second = text.partition(",")
    try:
        seconds, num_reports = float(first), int(second) if comma else None
    except ValueError:
        seconds, num_reports = 0.0, None
    if not seconds > 0 or (num_reports is not None and num_reports < 1):
        raise OptionError(
            f"{ENVIRONMENT_VARIABLE}={text!r}: must be the number of seconds of an experiment, for example 10, or that "
            "and a number of reports, 600,20"
        )
    return seconds, num_reports


def _stand_in(
    name: str, definition: RealBenchmarkDefinition, seconds: float, num_reports: int | None
) -> RealBenchmarkDefinition:
    reports = f"{definition.metric},{definition.mode},{definition.resource_attr},{definition.max_resource_attr}"
    return replace(
        definition,
        script=training_script("stand_in"),
        config_space={**definition.config_space, "stand_in_for": name, "stand_in_reports": reports},
        max_wallclock_time=seconds,
        max_num_evaluations=definition.max_num_evaluations if num_reports is None else num_reports,
    )
