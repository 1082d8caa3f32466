"""When a run ends, on the command line."""

from __future__ import annotations

import dataclasses
from argparse import ArgumentParser, Namespace
from collections.abc import Callable

from syne_tune.errors import OptionError
from syne_tune.stopping_criterion import StoppingCriterion
from syne_tune.tuning_status import TuningStatus

_LIMITS = {
    "max_wallclock_time": "max_wallclock_time",
    "max_trials": "max_num_trials_started",
    "max_reports": "max_num_evaluations",
    "max_cost": "max_cost",
}
"""Name of the argument to name of the limit."""


def add_limit_arguments(parser: ArgumentParser) -> None:
    """Declares the limits, and what running takes."""
    parser.add_argument("--max-wallclock-time", type=float, metavar="SECONDS", help="end after so much running time")
    parser.add_argument("--max-trials", type=int, metavar="N", help="start no more trials than this, let them end")
    parser.add_argument("--max-reports", type=int, metavar="N", help="end after so many reports")
    parser.add_argument("--max-cost", type=float, metavar="DOLLARS", help="end once trials have cost so much")
    parser.add_argument("--max-failures", type=int, metavar="N", help="end once more trials than this failed")
    parser.add_argument("--n-workers", type=int, metavar="N", help="trials that run at the same time")


def limits_from(args: Namespace) -> dict[str, float]:
    """The limits that were given, by their names in :class:`StoppingCriterion`.

    Raises:
        OptionError: If one of them is not above 0.
    """
    given = {argument: getattr(args, argument) for argument in _LIMITS if getattr(args, argument) is not None}
    for argument, value in given.items():
        if not value > 0:
            raise OptionError(f"--{argument.replace('_', '-')} {value}: must be above 0")
    return {_LIMITS[argument]: value for argument, value in given.items()}


def required_limits(args: Namespace, ends_by_itself: bool) -> StoppingCriterion:
    """The stopping criterion of a new run.

    Args:
        args: Parsed arguments.
        ends_by_itself: Whether the space is finite.

    Raises:
        OptionError: If a run would never end, or not begin.
    """
    limits = limits_from(args)
    if not limits and not ends_by_itself:
        raise OptionError("this run would never end: limit it with --max-wallclock-time SECONDS or --max-trials N")
    return StoppingCriterion(**limits)  # type: ignore[arg-type]  # argparse has checked the types


def changed_limits(args: Namespace, current: Callable[[TuningStatus], bool]) -> Callable[[TuningStatus], bool]:
    """The stopping criterion of a run that goes on; limits that are not given stay as they are.

    Args:
        args: Parsed arguments.
        current: The criterion so far. If it is one of the user's own, new limits replace it.
    """
    limits = limits_from(args)
    if not limits:
        return current
    if isinstance(current, StoppingCriterion):
        return dataclasses.replace(current, **limits)  # type: ignore[arg-type]
    return StoppingCriterion(**limits)  # type: ignore[arg-type]
