"""Numbers that trials report, as searchers need them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from numbers import Real

from syne_tune.errors import OptionError, SchedulerError, nearest
from syne_tune.optimizer.schedulers.searchers.option_checks import check_name
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


@dataclass(frozen=True)
class SingleMetric:
    """The one metric of a searcher.

    Args:
        name: Its name in reports.
        sign: What it is multiplied by to be minimised: 1 or -1.
    """

    name: str
    sign: float

    @classmethod
    def of(cls, metric: object, mode: object, searcher: str) -> SingleMetric:
        """What a searcher was given.

        Args:
            metric: Must be one name.
            mode: ``"min"`` or ``"max"``.
            searcher: How it is called in messages.

        Raises:
            OptionError: If there are several metrics, or the mode is unknown.
        """
        if not isinstance(metric, str):
            raise OptionError(f"metric = {metric!r}: {searcher} takes one metric, the name of it")
        check_name("mode", mode, ("min", "max"))
        return cls(metric, 1.0 if mode == "min" else -1.0)

    def cost(self, trial_id: str, result: Result) -> float:
        """What a trial reported, to be minimised; not finite if it was not.

        Raises:
            SchedulerError: If there is no number.
        """
        return cost_reported(trial_id, result, self.name, self.sign)
