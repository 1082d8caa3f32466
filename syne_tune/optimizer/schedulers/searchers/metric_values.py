"""Numbers that trials report, as searchers need them."""

from __future__ import annotations

from numbers import Real

from syne_tune.errors import SchedulerError, nearest
from syne_tune.trial import Result


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
