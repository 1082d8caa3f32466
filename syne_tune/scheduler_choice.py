"""The scheduler of a tuner, given as such or by name: :func:`choose_scheduler`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from syne_tune.errors import OptionError
from syne_tune.optimizer.named_schedulers import scheduler_by_name
from syne_tune.optimizer.scheduler import TrialScheduler
from syne_tune.stopping_criterion import StoppingCriterion
from syne_tune.tuning_status import TuningStatus


def choose_scheduler(
    given: TrialScheduler | str,
    config_space: Mapping[str, Any] | None,
    metric: str | None,
    mode: str | None,
    n_workers: int,
    stop_criterion: Callable[[TuningStatus], bool],
) -> TrialScheduler:
    """The scheduler itself, also where its name was given.

    Args:
        given: A scheduler, or a name that
            :func:`~syne_tune.optimizer.named_schedulers.scheduler_by_name` knows.
        config_space: For a name: name of parameter to domain or constant.
        metric: For a name: name of the metric to optimise.
        mode: For a name: ``"min"`` (default) or ``"max"``.
        n_workers: Of the tuner.
        stop_criterion: Of the tuner; if it limits the number of trials, a scheduler by name is told.

    Raises:
        OptionError: If something is missing, or given although the scheduler knows it.
    """
    if not isinstance(given, str):
        for name, value in (("config_space", config_space), ("metric", metric), ("mode", mode)):
            if value is not None:
                raise OptionError(f"Tuner: {name}={value!r} is for a scheduler given by name; this one has its own")
        return given
    if config_space is None or metric is None:
        raise OptionError(f"Tuner: scheduler={given!r} is a name, so say what is tuned by config_space and metric")
    return scheduler_by_name(
        given,
        config_space=config_space,
        metric=metric,
        mode=mode or "min",
        n_workers=n_workers,
        max_num_trials=_most_trials(stop_criterion),
    )


def _most_trials(criterion: Callable[[TuningStatus], bool]) -> int | None:
    """The number of trials after which the run ends, if the criterion limits it."""
    if not isinstance(criterion, StoppingCriterion):
        return None
    limits = (criterion.max_num_trials_started, criterion.max_num_trials_finished, criterion.max_num_trials_completed)
    return min((limit for limit in limits if limit is not None), default=None)
