"""Successive halving that watches itself: :class:`GuardedHalving`."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import Any

from syne_tune.optimizer.scheduler import Decision, SchedulerDecision
from syne_tune.optimizer.schedulers.auto.rank_agreement import RankAgreement
from syne_tune.optimizer.schedulers.rungs.levels import compute_rung_levels
from syne_tune.optimizer.schedulers.rungs.rung import Rung, RungEntry
from syne_tune.optimizer.schedulers.rungs.rung_system import comparison

_FACTOR = 3
_MOST_HALVINGS = 4
"""The lowest level is the largest resource divided by the factor to this power."""


@dataclass
class _Progress:
    """How far a trial has come.

    Attributes:
        resource: Last one reported.
        values: By level.
    """

    resource: int = 0
    values: dict[int, float] = field(default_factory=dict)


class GuardedHalving:
    """Stops the worse two thirds of the trials at each level, as long as levels predict the end.

    The rule of asynchronous successive halving with stopping (Li et al., *A System for Massively Parallel
    Hyperparameter Tuning*, MLSys 2020), with one exception. A level at which the ranking of trials does not agree with
    that at the highest level, see :class:`~syne_tune.optimizer.schedulers.auto.rank_agreement.RankAgreement`, stops
    nobody until it does.

    Args:
        max_resource: The highest level.
        mode: ``"min"`` or ``"max"``.
        resource_attr: Name of the resource.
    """

    def __init__(self, max_resource: int, mode: str, resource_attr: str) -> None:
        self.max_resource = max_resource
        self._resource_attr = resource_attr
        lowest = max(1, round(max_resource / _FACTOR**_MOST_HALVINGS))
        self.levels = compute_rung_levels(max_resource, lowest, _FACTOR)
        self._rungs = {level: Rung(level, 1 / _FACTOR, mode) for level in self.levels}
        self._agreement = {level: RankAgreement() for level in self.levels}
        self._progress: dict[str, _Progress] = {}

    def next_level(self, resource: int) -> int:
        """The level at which a trial that has reached ``resource`` is looked at next."""
        position = bisect_right(self.levels, resource)
        return self.levels[position] if position < len(self.levels) else self.max_resource

    def report(self, trial_id: str, resource: int, value: float) -> tuple[int | None, Decision]:
        """A trial reported.

        Args:
            trial_id: The trial.
            resource: What it has reached.
            value: Its metric, finite.

        Returns:
            The level that the report counts for, if any, and what becomes of the trial.
        """
        progress = self._progress.setdefault(trial_id, _Progress())
        if resource <= progress.resource:
            reason = f"{self._resource_attr} {resource} was reported before: not used"
            return None, Decision(SchedulerDecision.CONTINUE, reason)
        before, progress.resource = progress.resource, resource
        if resource >= self.max_resource:
            return self._at_the_end(trial_id, value, before)
        level = self.levels[position - 1] if (position := bisect_right(self.levels, resource)) else 0
        if level <= before:
            reason = f"{self._resource_attr} {resource}: compared next at {self.next_level(resource)}"
            return None, Decision(SchedulerDecision.CONTINUE, reason)
        progress.values[level] = value
        self._rungs[level].add(RungEntry(trial_id, value))
        return level, self._compare(trial_id, level, value)

    def _at_the_end(self, trial_id: str, value: float, before: int) -> tuple[int | None, Decision]:
        decision = Decision(SchedulerDecision.CONTINUE, f"{self._resource_attr} {self.max_resource} is the last one")
        if before >= self.max_resource:
            return None, decision
        self.complete(trial_id, value)
        return self.max_resource, decision

    def complete(self, trial_id: str, value: float) -> None:
        """A trial has its final value: levels are judged by it."""
        progress = self._progress.pop(trial_id, _Progress())
        for level, low in progress.values.items():
            self._agreement[level].add(low, value)
        self._progress[trial_id] = _Progress(max(self.max_resource, progress.resource))

    def is_complete(self, trial_id: str) -> bool:
        """Whether a running trial has its final value already."""
        progress = self._progress.get(trial_id)
        return progress is not None and progress.resource >= self.max_resource

    def end(self, trial_id: str) -> None:
        """A trial no longer runs."""
        self._progress.pop(trial_id, None)

    def _compare(self, trial_id: str, level: int, value: float) -> Decision:
        rung, agreement = self._rungs[level], self._agreement[level]
        cutoff = rung.quantile()
        reason, facts = comparison(rung, trial_id, cutoff, self._resource_attr)
        facts.update(self._trust(agreement))
        if cutoff is None or rung.meets(value, cutoff):
            return Decision(SchedulerDecision.CONTINUE, reason, **facts)
        if agreement.allows_stop:
            agreement.note_stop()
            return Decision(SchedulerDecision.STOP, reason, **facts)
        why = (
            f"{agreement.num_trials} trials at {self.max_resource} show an agreement of {agreement.share:.0%} only"
            if agreement.is_known
            else f"too few trials at {self.max_resource} show whether that matters"
        )
        return Decision(SchedulerDecision.CONTINUE, f"{reason}; goes on, since {why}", **facts)

    @staticmethod
    def _trust(agreement: RankAgreement) -> dict[str, Any]:
        return {"rank_agreement": round(agreement.share, 3), "rank_agreement_trials": agreement.num_trials}
