"""Deletes checkpoints of trials that will not be resumed: :class:`RemoveCheckpointsCallback`."""

from __future__ import annotations

from typing import Any

from syne_tune.callbacks.callback import TunerCallback

__all__ = ["DefaultRemoveCheckpointsSchedulerMixin", "RemoveCheckpointsCallback"]


class RemoveCheckpointsCallback(TunerCallback):
    """After each turn of the loop, deletes the checkpoints which the scheduler says are no longer needed.

    The tuner adds one by itself, if the backend has ``delete_checkpoints`` and the scheduler overrides
    ``trials_checkpoints_can_be_removed``. What was not deleted because the tuner was killed, is deleted when the
    experiment is resumed.
    """

    def __init__(self) -> None:
        self._removed: dict[int, None] = {}
        self._tuner: Any = None
        self._is_first_turn = True

    @property
    def num_checkpoints_removed(self) -> int:
        """Number of checkpoints removed so far."""
        return len(self._removed)

    def on_tuning_start(self, tuner: Any) -> None:
        """Remembers the tuner."""
        self._tuner, self._is_first_turn = tuner, True

    def on_loop_end(self) -> None:
        """Deletes checkpoints; when a run begins, also those of earlier runs, in case they are still there."""
        new = self._tuner.scheduler.trials_checkpoints_can_be_removed()
        doomed = [*self._removed, *new] if self._is_first_turn else new
        self._is_first_turn = False
        for trial_id in doomed:
            self._removed[trial_id] = None
            self._tuner.trial_backend.delete_checkpoint(trial_id)

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_tuner": None}


class DefaultRemoveCheckpointsSchedulerMixin:
    """Base class of schedulers that say which checkpoints can go, as Syne Tune 0.13 has it.

    Schedulers need it no more: overriding ``TrialScheduler.trials_checkpoints_can_be_removed`` will do.
    """

    def trials_checkpoints_can_be_removed(self) -> list[int]:
        """Paused trials that will certainly not be resumed, and were not returned before."""
        raise NotImplementedError(f"{type(self).__name__} must implement trials_checkpoints_can_be_removed()")

    def callback_for_checkpoint_removal(self, stop_criterion: object) -> TunerCallback:
        """The callback that deletes them; ``stop_criterion`` is not needed for that."""
        return RemoveCheckpointsCallback()
