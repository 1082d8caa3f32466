"""Which callback deletes the checkpoints that a scheduler can do without."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from syne_tune.callbacks.callback import TunerCallback
from syne_tune.callbacks.hyperband_remove_checkpoints_callback import (
    HyperbandRemoveCheckpointsBaselineCallback,
    HyperbandRemoveCheckpointsCallback,
    HyperbandRemoveCheckpointsCommon,
)
from syne_tune.callbacks.remove_checkpoints_callback import RemoveCheckpointsCallback
from syne_tune.optimizer.checkpoints.early_removal import EarlyCheckpointRemoval
from syne_tune.optimizer.scheduler import TrialScheduler


def callbacks_for_checkpoint_removal(
    scheduler: TrialScheduler, stop_criterion: object, present: Sequence[TunerCallback] = ()
) -> list[TunerCallback]:
    """The callbacks to be added to a tuner whose backend has ``delete_checkpoints``: one or none.

    Args:
        scheduler: If it has a method ``callback_for_checkpoint_removal(stop_criterion)``, that one decides. Otherwise
            it is asked what it can do without, see :class:`~syne_tune.optimizer.scheduler.TrialScheduler`.
        stop_criterion: When the run ends.
        present: Callbacks of the tuner; if one of them deletes checkpoints, none is added.
    """
    if any(isinstance(it, (HyperbandRemoveCheckpointsCommon, RemoveCheckpointsCallback)) for it in present):
        return []
    own: Any = getattr(scheduler, "callback_for_checkpoint_removal", None)
    if own is not None:
        callback = own(stop_criterion)
        return [] if callback is None else [callback]
    if scheduler.early_checkpoint_removal is not None:
        resource_attr = str(getattr(scheduler, "resource_attr", "epoch"))
        return [_early_removal(scheduler.early_checkpoint_removal, resource_attr)]
    names_them = type(scheduler).trials_checkpoints_can_be_removed
    return [] if names_them is TrialScheduler.trials_checkpoints_can_be_removed else [RemoveCheckpointsCallback()]


def _early_removal(options: EarlyCheckpointRemoval, resource_attr: str) -> HyperbandRemoveCheckpointsCommon:
    number, end, baseline = options.max_num_checkpoints, options.max_wallclock_time, options.baseline
    if baseline is not None:
        return HyperbandRemoveCheckpointsBaselineCallback(number, end, resource_attr=resource_attr, baseline=baseline)
    arguments = {name: value for name, value in asdict(options).items() if name != "baseline"}
    return HyperbandRemoveCheckpointsCallback(**arguments, resource_attr=resource_attr)
