"""Numbers that trials report, as searchers need them."""

from __future__ import annotations

import math
from numbers import Real

from syne_tune.errors import SchedulerError, nearest
from syne_tune.trial import Result

_LARGEST = 1e30
"""Values of diverged trials are cut off here, so that the models of all others can be computed."""


def number_reported(trial_id: str, result: Result, name: str) -> float:
    """The number reported under ``name``, possibly not finite.

    Raises:
        SchedulerError: If there is none; the message names trial, metric and what was reported.
    """
    value = result.get(name)
    if not isinstance(value, Real):
        reported = nearest(name, [key for key in result if key != name])
        raise SchedulerError(f"Trial {trial_id} reported {name} = {value!r}: must be a number; {reported}")
    return float(value)


def cost_reported(trial_id: str, result: Result, name: str, sign: float) -> float:
    """The number reported under ``name``, to be minimised; not finite if it was not.

    Args:
        trial_id: Who reported it.
        result: The report.
        name: Name of the metric.
        sign: 1 if smaller is better, -1 if larger is.

    Raises:
        SchedulerError: If there is no number.
    """
    value = number_reported(trial_id, result, name)
    return sign * (min(max(value, -_LARGEST), _LARGEST) if math.isfinite(value) else value)
