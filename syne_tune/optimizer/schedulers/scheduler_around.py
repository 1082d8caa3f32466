"""Schedulers that change something about another one: :class:`SchedulerAround`."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

from syne_tune.optimizer.checkpoints.early_removal import EarlyCheckpointRemoval, PausedCheckpoint
from syne_tune.optimizer.scheduler import TrialScheduler, TrialSuggestion
from syne_tune.trial import Result, Trial


class SchedulerAround(TrialScheduler):
    """Base class: hands on every call to another scheduler, and its answers back.

    Subclasses override what they change. Two promises are not handed on unless a subclass does so, since it may depend
    on every report: :meth:`continuation` and :meth:`shorthand`.

    Args:
        config_space: Name of parameter to domain or constant.

    Raises:
        ConfigSpaceError: If the space breaks a rule.
    """

    @property
    @abstractmethod
    def _inner(self) -> TrialScheduler:
        """The other scheduler."""

    def _suggest(self, trial_id: int) -> TrialSuggestion | None:
        return self._inner.suggest(trial_id)

    def prepare(self) -> None:
        """Handed on."""
        self._inner.prepare()

    def on_trial_add(self, trial: Trial) -> None:
        """Handed on."""
        self._inner.on_trial_add(trial)

    def on_trial_error(self, trial: Trial) -> None:
        """Handed on."""
        self._inner.on_trial_error(trial)

    def on_trial_result(self, trial: Trial, result: Result) -> str:
        """What the other scheduler decides."""
        return self._inner.on_trial_result(trial, result)

    def on_trial_complete(self, trial: Trial, result: Result) -> None:
        """Handed on."""
        self._inner.on_trial_complete(trial, result)

    def on_trial_remove(self, trial: Trial) -> None:
        """Handed on."""
        self._inner.on_trial_remove(trial)

    def trials_checkpoints_can_be_removed(self) -> list[int]:
        """Those of the other scheduler."""
        return self._inner.trials_checkpoints_can_be_removed()

    def paused_checkpoints(self) -> list[PausedCheckpoint]:
        """Those of the other scheduler."""
        return self._inner.paused_checkpoints()

    @property
    def early_checkpoint_removal(self) -> EarlyCheckpointRemoval | None:
        """That of the other scheduler."""
        return self._inner.early_checkpoint_removal

    def metric_names(self) -> list[str]:
        """Those of the other scheduler."""
        return self._inner.metric_names()

    def metric_mode(self) -> str | list[str]:
        """That of the other scheduler."""
        return self._inner.metric_mode()

    def is_multiobjective_scheduler(self) -> bool:
        """Whether the other scheduler is."""
        return self._inner.is_multiobjective_scheduler()

    def metadata(self) -> dict[str, Any]:
        """That of the other scheduler, with the name of this class."""
        return {**self._inner.metadata(), "scheduler_name": type(self).__name__}
