"""Schedulers that need nothing but a space and a metric, by name; loaded when asked for.

The tuner, which knows the contract of schedulers and none of them, finds ``scheduler="auto"`` here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

from syne_tune.errors import OptionError, nearest
from syne_tune.optimizer.scheduler import TrialScheduler

_SCHEDULERS: dict[str, str | Callable[..., TrialScheduler]] = {
    "auto": "syne_tune.optimizer.baselines.auto:AutoScheduler",
}


def register_scheduler(name: str, scheduler: str | Callable[..., TrialScheduler]) -> None:
    """Makes a scheduler known under a name, so that ``Tuner(..., scheduler=name)`` works.

    Args:
        name: A new name, or one to be replaced.
        scheduler: The class, or ``"module:Class"`` to be imported when first used. It is called with the arguments of
            :func:`scheduler_by_name`.
    """
    _SCHEDULERS[name] = scheduler


def scheduler_by_name(
    name: str,
    config_space: Mapping[str, Any],
    metric: str,
    mode: str,
    n_workers: int,
    max_num_trials: int | None,
) -> TrialScheduler:
    """Creates a scheduler.

    Args:
        name: Of the scheduler.
        config_space: Name of parameter to domain or constant.
        metric: Name of the metric to optimise.
        mode: ``"min"`` or ``"max"``.
        n_workers: Largest number of trials that run at the same time.
        max_num_trials: Number of trials after which the run ends; ``None``: not limited, or not known.

    Raises:
        OptionError: If there is no scheduler of this name, or it refuses an argument.
        ConfigSpaceError: If the space breaks a rule.
    """
    if not isinstance(name, str) or name not in _SCHEDULERS:
        raise OptionError(
            f"scheduler = {name!r}: neither a scheduler nor the name of one that needs only a space and a metric; "
            f"{nearest(str(name), _SCHEDULERS)}"
        )
    create = _load(_SCHEDULERS[name])
    return create(config_space, metric, mode=mode, n_workers=n_workers, max_num_trials=max_num_trials)


def _load(scheduler: str | Callable[..., TrialScheduler]) -> Callable[..., TrialScheduler]:
    if not isinstance(scheduler, str):
        return scheduler
    module, _, class_name = scheduler.partition(":")
    loaded: Callable[..., Any] = getattr(import_module(module), class_name)
    return loaded
