"""The trials that a scheduler compares at rung levels, from start to end: :class:`ComparedTrials`."""

from __future__ import annotations

from typing import Any

from syne_tune.by_trial import ByTrial
from syne_tune.errors import SchedulerError
from syne_tune.optimizer.scheduler import Decision, SchedulerDecision
from syne_tune.optimizer.schedulers.rungs.bracket_manager import HyperbandBracketManager
from syne_tune.optimizer.schedulers.rungs.rung_system import Promotion
from syne_tune.optimizer.schedulers.searcher_feed import SearcherFeed
from syne_tune.optimizer.schedulers.trial_progress import TrialProgress
from syne_tune.report_block import Continuation
from syne_tune.trial import Config, Result, Status, Trial


class ComparedTrials:
    """Keeps in step what is known of each trial, its place in the rungs, and what the searcher is told of it.

    Args:
        terminator: Knows the rungs.
        feed: Tells the searcher.

    Attributes:
        progress: Where each trial stands.
    """

    def __init__(self, terminator: HyperbandBracketManager, feed: SearcherFeed) -> None:
        self._terminator, self._feed = terminator, feed
        self.progress: ByTrial[str, TrialProgress] = ByTrial(TrialProgress)

    def of(self, trial: Trial) -> TrialProgress:
        """Where a trial stands.

        Raises:
            SchedulerError: If it has never been suggested.
        """
        progress = self.progress.get(str(trial.trial_id))
        if progress is None:
            raise SchedulerError(f"Trial {trial.trial_id} is not known: this scheduler has never suggested it")
        return progress

    def running(self) -> dict[str, dict[str, Any]]:
        """Configuration and level of each trial that runs."""
        return {
            trial_id: {"config": progress.config, "level": progress.resource}
            for trial_id, progress in self.progress.items()
            if progress.status == Status.in_progress
        }

    def start(self, trial_id: str, config: Config, bracket: int, milestone: int) -> None:
        """A new trial.

        Args:
            trial_id: Its id.
            config: Its configuration, as the searcher suggested it.
            bracket: Its bracket.
            milestone: The level at which it is decided for the first time.
        """
        self.progress[trial_id] = TrialProgress(config, bracket)
        self._terminator.on_task_add(trial_id, bracket, config)
        self._feed.start(trial_id, config, 0, milestone)

    def resume(self, promotion: Promotion) -> TrialProgress:
        """A paused trial goes on.

        Returns:
            Where it stands.
        """
        progress = self.progress[promotion.trial_id]
        progress.status = Status.in_progress
        progress.cost.resume(progress.resource)
        self._terminator.on_task_resume(promotion)
        self._feed.start(promotion.trial_id, progress.config, progress.resource, promotion.milestone)
        return progress

    def report(self, trial: Trial, result: Result) -> Decision:
        """A running trial got further than before; the rule of its rungs decides."""
        trial_id = str(trial.trial_id)
        progress = self.progress[trial_id]
        report = self._terminator.on_task_report(trial_id, result)
        self._feed.report(trial_id, trial.config, result, report.milestone_reached, report.next_milestone)
        if report.decision != SchedulerDecision.CONTINUE:
            progress.status = Status.paused if report.decision == SchedulerDecision.PAUSE else Status.stopped
            self._terminator.on_task_remove(trial_id)
        return Decision(report.decision, report.reason, **{**report.facts, "bracket": progress.bracket})

    def continuation(self, trial: Trial) -> Continuation | None:
        """Which reports of a running trial the rule of its rungs need not see."""
        trial_id = str(trial.trial_id)
        promise, progress = self._terminator.continuation(trial_id), self.progress[trial_id]
        if promise is None:
            return None
        facts = {**promise.facts, "bracket": progress.bracket}
        return Continuation(promise.reason, facts, promise.resource_attr, progress.resource, promise.below)

    def complete(self, trial: Trial, result: Result) -> None:
        """A trial ended by itself; nothing happens if it had been decided already."""
        if self._leaves(trial, Status.completed):
            self._feed.complete(str(trial.trial_id), trial.config, result)

    def stop(self, trial: Trial) -> None:
        """Something else stopped a trial; nothing happens if it had been decided already."""
        if self._leaves(trial, Status.stopped):
            self._feed.stop(str(trial.trial_id), trial.config)

    def _leaves(self, trial: Trial, status: str) -> bool:
        """Whether the trial has been running until now; if so, it never runs again."""
        progress = self.of(trial)
        if progress.status != Status.in_progress:
            return False
        progress.status = status
        self._terminator.on_task_withdraw(str(trial.trial_id))
        return True

    def fail(self, trial: Trial) -> None:
        """A trial failed, be it paused or running, and never runs again."""
        self.of(trial).status = Status.failed
        self._terminator.on_task_withdraw(str(trial.trial_id))
        self._feed.fail(str(trial.trial_id))
