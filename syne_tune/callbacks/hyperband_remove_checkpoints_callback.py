"""Deletes checkpoints of paused trials that may still be resumed, if there are too many of them.

Which ones go is a function of the event log: it is decided when a trial starts or resumes, from the state of the
scheduler, the counts of trials and the running time as they are logged with that event. So a resumed experiment decides
likewise, and carries out what the tuner that was killed had decided but not done.

A trial that is resumed without checkpoint starts from scratch, and the scheduler ignores what it reports again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from syne_tune.callbacks.callback import TunerCallback
from syne_tune.optimizer.checkpoints.early_removal import EarlyCheckpointRemoval
from syne_tune.optimizer.checkpoints.resume_probability import BetaBinomialEstimator
from syne_tune.optimizer.scheduler import SchedulerDecision
from syne_tune.stopping_criterion import StoppingCriterion
from syne_tune.trial import Result, Trial

__all__ = [
    "BetaBinomialEstimator",
    "HyperbandRemoveCheckpointsBaselineCallback",
    "HyperbandRemoveCheckpointsCallback",
    "HyperbandRemoveCheckpointsCommon",
]


@dataclass
class _Ledger:
    """What has become of the trials and their checkpoints.

    Attributes:
        kept: Paused trials with checkpoint, and the resource they have reported.
        lost: Paused trials whose checkpoint was removed, likewise.
        resource: Resource that each trial last reported.
        num_removed: Number of checkpoints removed.
        num_resumed: Number of times a paused trial was resumed.
        cost_resources: Units of the resource spent by all trials, those spent twice included.
        resumed_without: Trial and level, whenever a trial was resumed whose checkpoint had been removed.
    """

    kept: dict[int, int] = field(default_factory=dict)
    lost: dict[int, int] = field(default_factory=dict)
    resource: dict[int, int] = field(default_factory=dict)
    num_removed: int = 0
    num_resumed: int = 0
    cost_resources: int = 0
    resumed_without: list[tuple[int, int]] = field(default_factory=list)

    def report(self, trial_id: int, resource: int) -> None:
        """A trial reported; a resource not above the last one says that it began from scratch."""
        last = self.resource.get(trial_id, 0)
        self.cost_resources += resource - last if resource > last else resource
        self.resource[trial_id] = resource

    def pause(self, trial_id: int) -> None:
        """A trial was paused, and has a checkpoint."""
        self.kept[trial_id] = self.resource.get(trial_id, 0)

    def remove(self, trial_id: int) -> None:
        """A checkpoint is removed."""
        self.lost[trial_id] = self.kept.pop(trial_id)
        self.num_removed += 1

    def resume(self, trial_id: int) -> None:
        """A trial goes on; nothing to be noted unless it was paused."""
        if trial_id in self.lost:
            self.resumed_without.append((trial_id, self.lost[trial_id]))
            self.resource[trial_id] = 0
        self.num_resumed += trial_id in self.lost or trial_id in self.kept
        self.lost.pop(trial_id, None)
        self.kept.pop(trial_id, None)


class HyperbandRemoveCheckpointsCommon(TunerCallback):
    """What the two callbacks below share. The tuner adds the right one, see ``docs/how-to/checkpointing.md``.

    Args:
        options: How many checkpoints are kept, and which go first.
        resource_attr: Name of the resource.
    """

    replays = True

    def __init__(self, options: EarlyCheckpointRemoval, resource_attr: str) -> None:
        self.options, self.resource_attr = options, resource_attr
        self._ledger = _Ledger()
        self._random_state = np.random.RandomState(0)
        self._tuner: Any = None
        self._is_live = False

    @property
    def num_checkpoints_removed(self) -> int:
        """Number of checkpoints removed so far."""
        return self._ledger.num_removed

    def extra_results(self) -> dict[str, Any]:
        """For columns of the results: ``num_checkpoints_removed``, ``num_trials_resumed``, ``cost_resources``.

        The last one is the number of units of the resource that all trials have spent, including what was spent again
        because a checkpoint was missing.
        """
        ledger = self._ledger
        values = (ledger.num_removed, ledger.num_resumed, ledger.cost_resources)
        return dict(zip(self.extra_results_keys(), values, strict=True))

    @staticmethod
    def extra_results_keys() -> list[str]:
        """Names of these columns."""
        return ["num_checkpoints_removed", "num_trials_resumed", "cost_resources"]

    def trials_resumed_without_checkpoint(self) -> list[tuple[int, int]]:
        """Trial and level at which it had been paused, whenever one began from scratch for want of its checkpoint."""
        return list(self._ledger.resumed_without)

    # ------------------------------------------------------------------ what happens

    def on_tuning_start(self, tuner: Any) -> None:
        """Remembers the tuner."""
        self._tuner, self._is_live = tuner, tuner.trial_backend.is_simulated

    def on_loop_start(self) -> None:
        """When a run begins, carries out what earlier ones had decided."""
        if not self._is_live:
            self._is_live = True
            for trial_id in self._ledger.lost:
                self._tuner.trial_backend.delete_checkpoint(trial_id)

    def on_trial_result(self, trial: Trial, status: str, result: Result, decision: str) -> None:
        """Takes down what was spent, and which trials pause."""
        resource = result.get(self.resource_attr)
        if isinstance(resource, (int, float)):
            self._ledger.report(trial.trial_id, int(resource))
        if decision == SchedulerDecision.PAUSE:
            self._ledger.pause(trial.trial_id)

    def on_start_trial(self, trial: Trial) -> None:
        """Makes room for the checkpoint of a trial."""
        self._make_room()

    def on_resume_trial(self, trial: Trial) -> None:
        """Likewise."""
        self._ledger.resume(trial.trial_id)
        self._make_room()

    def _make_room(self) -> None:
        kept = self._ledger.kept
        excess = self._tuner.tuning_status.num_trials_running + len(kept) - self.options.max_num_checkpoints
        if excess <= 0 or not kept:
            return
        paused = [it for it in self._tuner.scheduler.paused_checkpoints() if it.trial_id in kept]
        for it in self.options.first_to_go(paused, excess, self._remaining_ratio(), self._random_state):
            self._ledger.remove(it.trial_id)
            if self._is_live:
                self._tuner.trial_backend.delete_checkpoint(it.trial_id)

    def _remaining_ratio(self) -> float:
        """Time until the end, in units of the time that has passed; 1 if nobody knows the end."""
        elapsed, end = self._tuner.elapsed, self.options.max_wallclock_time
        if end is not None:
            return max(0.0, end - elapsed) / elapsed if elapsed > 0 else float("inf")
        criterion = self._tuner.stop_criterion
        known = isinstance(criterion, StoppingCriterion)
        return criterion.remaining_ratio(self._tuner.tuning_status, elapsed) if known else 1.0

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_tuner": None, "_is_live": False}


class HyperbandRemoveCheckpointsCallback(HyperbandRemoveCheckpointsCommon):
    """Those checkpoints go first that are least worth keeping: level times probability of being resumed.

    Args:
        max_num_checkpoints: See :class:`~syne_tune.optimizer.checkpoints.early_removal.EarlyCheckpointRemoval`.
        max_wallclock_time: See there.
        metric: Accepted for existing scripts; the scheduler knows how trials rank.
        resource_attr: Name of the resource.
        mode: As ``metric``.
        approx_steps: See there.
        prior_beta_mean: See there.
        prior_beta_size: See there.
        min_data_at_rung: See there.

    Raises:
        OptionError: If an argument is not allowed.
    """

    def __init__(
        self,
        max_num_checkpoints: int,
        max_wallclock_time: float | None = None,
        metric: str | None = None,
        resource_attr: str = "epoch",
        mode: str | None = None,
        approx_steps: int = 25,
        prior_beta_mean: float = 0.33,
        prior_beta_size: float = 2,
        min_data_at_rung: int = 5,
    ) -> None:
        options = EarlyCheckpointRemoval(
            max_num_checkpoints, approx_steps, max_wallclock_time, prior_beta_mean, prior_beta_size, min_data_at_rung
        )
        super().__init__(options, resource_attr)


class HyperbandRemoveCheckpointsBaselineCallback(HyperbandRemoveCheckpointsCommon):
    """Those at the lowest level go first, or random ones: what the callback above is to be compared with.

    Args:
        max_num_checkpoints: As there.
        max_wallclock_time: As there.
        metric: As there.
        resource_attr: As there.
        mode: As there.
        baseline: ``"by_level"`` or ``"random"``.

    Raises:
        OptionError: If an argument is not allowed.
    """

    def __init__(
        self,
        max_num_checkpoints: int,
        max_wallclock_time: float | None = None,
        metric: str | None = None,
        resource_attr: str = "epoch",
        mode: str | None = None,
        baseline: str | None = None,
    ) -> None:
        options = EarlyCheckpointRemoval(
            max_num_checkpoints, max_wallclock_time=max_wallclock_time, baseline=baseline or "by_level"
        )
        super().__init__(options, resource_attr)
