"""What schedulers demand of a report: numbers where they look, finite ones."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Real
from typing import Any

from syne_tune.errors import OptionError, SchedulerError, nearest
from syne_tune.optimizer.scheduler import Decision, SchedulerDecision
from syne_tune.trial import FailureCause, Result, Trial

MODES = ("min", "max")


def check_metrics(metric: str | Sequence[str], mode: str | Sequence[str]) -> tuple[list[str], list[str]]:
    """Brings ``metric`` and ``mode`` into the form of two lists of equal length.

    Args:
        metric: One name or several.
        mode: ``"min"`` or ``"max"``; for several metrics, one for all of them or one each.

    Raises:
        OptionError: If a mode is unknown or their number does not fit.
    """
    names = [metric] if isinstance(metric, str) else list(metric)
    modes = [mode] * len(names) if isinstance(mode, str) else list(mode)
    if not names or not all(isinstance(name, str) and name for name in names):
        raise OptionError(f"metric = {metric!r}: must be the name of a reported metric, or a list of names")
    for entry in modes:
        if entry not in MODES:
            raise OptionError(f"mode = {mode!r}: {nearest(str(entry), MODES)}")
    if len(modes) != len(names):
        raise OptionError(f"mode = {mode!r}: must be one mode, or one for each of the metrics {names}")
    return names, modes


_NUMBERS = (float, int, Real)
"""The first two are numbers of the third kind, but recognised much faster."""


def sign_of(mode: str) -> float:
    """1 for ``"min"`` and -1 for ``"max"``: times a metric, smaller is better."""
    return 1.0 if mode == "min" else -1.0


def required_number(trial: Trial, result: Result, name: str) -> float:
    """The number reported under ``name``, possibly not finite.

    Raises:
        SchedulerError: If there is none; the message names trial, metric and what was reported.
    """
    if name not in result:
        reported = [key for key in result if not key.startswith("st_")]
        raise SchedulerError(
            f"Trial {trial.trial_id} did not report {name!r}, which its scheduler needs; {nearest(name, reported)}"
        )
    value = result[name]
    if not isinstance(value, _NUMBERS):
        raise SchedulerError(f"Trial {trial.trial_id} reported {name} = {value!r}: must be a number")
    return float(value)


@dataclass(frozen=True)
class Unusable:
    """Why a report cannot be used, so that its trial counts as failed.

    Attributes:
        cause: Class of failure.
        message: One sentence for a person, with trial, metric and what was reported.
    """

    cause: FailureCause
    message: str

    def decision(self) -> Decision:
        """Stop the trial; the fact ``failure`` holds the cause, so that the tuner can count the trial as failed."""
        return Decision(SchedulerDecision.STOP, self.message, failure=self.cause.value)


def not_finite(trial: Trial, result: Result, names: Sequence[str]) -> Unusable | None:
    """Says which of the metrics ``names`` is NaN or infinite, if any.

    Raises:
        SchedulerError: If one is missing or not a number.
    """
    for name in names:
        value = result.get(name)
        if type(value) is float and math.isfinite(value):
            continue
        value = required_number(trial, result, name)
        if not math.isfinite(value):
            message = f"trial {trial.trial_id} reported {name} = {value}: its evaluation counts as failed"
            return Unusable(FailureCause.NON_FINITE, message)
    return None


def positive_integer(value: Any) -> int | None:
    """``value`` as an integer of at least 1 (``3.0`` counts as 3), or ``None`` if it is not one."""
    is_number = isinstance(value, _NUMBERS) and not isinstance(value, bool)
    if not is_number or not math.isfinite(value) or value != int(value) or value < 1:
        return None
    return int(value)


def required_resource(trial: Trial, result: Result, resource_attr: str) -> int:
    """The reported resource: units done so far, counted from 1.

    Raises:
        SchedulerError: If it is missing or something else; the message names trial, resource and what was reported.
    """
    value = result.get(resource_attr)
    if type(value) is int and value >= 1:
        return value
    required_number(trial, result, resource_attr)
    resource = positive_integer(result[resource_attr])
    if resource is None:
        raise SchedulerError(
            f"Trial {trial.trial_id} reported {resource_attr} = {result[resource_attr]!r}: must be an integer of at "
            "least 1, the number of units done so far"
        )
    return resource
