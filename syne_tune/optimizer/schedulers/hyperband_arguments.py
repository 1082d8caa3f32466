"""Which arguments of :class:`~syne_tune.optimizer.schedulers.hyperband.HyperbandScheduler` go together."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import Any

from syne_tune.errors import OptionError
from syne_tune.optimizer.checkpoints.early_removal import EarlyCheckpointRemoval
from syne_tune.optimizer.schedulers.rungs.registry import RUNG_SYSTEMS, rung_system_class


def check_type(scheduler_type: str, metrics: Sequence[str], do_snapshots: bool) -> None:
    """Refuses what a type leaves no room for.

    Raises:
        OptionError: If there are several metrics, and the type compares by one; if snapshots are asked for, and trials
            pause.
    """
    rung_system = rung_system_class(scheduler_type)
    if len(metrics) > 1 and not rung_system.ranks_several_metrics():
        raise OptionError(
            f"metric = {metrics}: trials are compared by one metric; for several, use type='pareto_stopping' "
            "or 'pareto_promotion'"
        )
    if do_snapshots and rung_system.does_pause_resume():
        raise OptionError(f"do_snapshots: only for types that stop, not for type = {scheduler_type!r}")


def known_max_resource(max_resource: int | None) -> int:
    """The largest resource, without which there are no levels.

    Raises:
        OptionError: If it is not known.
    """
    if max_resource is None:
        raise OptionError(
            "the largest resource is not known: pass max_t, or max_resource_attr, the name of an integer constant "
            "of the configuration space"
        )
    return max_resource


def warn_of_unused_spacing(
    rung_levels: object, grace_period: int, reduction_factor: float | None, rung_increment: int | None
) -> None:
    """Warns the caller of the scheduler if levels are given, and what would determine them, too."""
    if rung_levels is not None and (grace_period, reduction_factor, rung_increment) != (1, None, None):
        warnings.warn(
            "rung_levels is given: grace_period, reduction_factor and rung_increment are not used", stacklevel=3
        )


def checked_removal(
    scheduler_type: str, options: EarlyCheckpointRemoval | Mapping[str, Any] | None
) -> EarlyCheckpointRemoval | None:
    """How checkpoints of paused trials are removed, if that is asked for.

    Raises:
        OptionError: If no trial pauses, or an option is not allowed.
    """
    if options is None:
        return None
    if not rung_system_class(scheduler_type).support_early_checkpoint_removal():
        legal = [name for name, system in RUNG_SYSTEMS.items() if system.support_early_checkpoint_removal()]
        raise OptionError(
            f"early_checkpoint_removal_kwargs: not for type = {scheduler_type!r}, but for {', '.join(legal)}"
        )
    return EarlyCheckpointRemoval.of(options)
