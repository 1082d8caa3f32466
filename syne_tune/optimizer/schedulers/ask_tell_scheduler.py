"""Use a scheduler by hand, without tuner and backend: :class:`AskTellScheduler`."""

from __future__ import annotations

import datetime

from syne_tune.clock import Clock
from syne_tune.errors import OptionError, SchedulerError, nearest
from syne_tune.optimizer.scheduler import SchedulerDecision, TrialScheduler, TrialSuggestion
from syne_tune.optimizer.schedulers.metrics import not_finite, sign_of
from syne_tune.trial import Result, Status, Trial, TrialResult

_STATUS_AFTER = {
    SchedulerDecision.CONTINUE: Status.in_progress,
    SchedulerDecision.PAUSE: Status.paused,
    SchedulerDecision.STOP: Status.stopped,
}

EPOCH = datetime.datetime(1970, 1, 1)
"""Creation time of trials if no clock is given."""


class AskTellScheduler:
    """Asks a scheduler for trials and tells it what they gave; works with every scheduler, and can be pickled.

    A loop with one report per trial::

        scheduler = AskTellScheduler(RandomSearch(config_space, metric="loss"))
        for _ in range(10):
            trial = scheduler.ask()
            scheduler.tell(trial, {"loss": loss(**trial.config)})
        print(scheduler.best_trial("loss").config)

    With a scheduler that stops or pauses trials, tell it every report, and do what it answers::

        trial = scheduler.ask()                   # new, or a paused one that is to be resumed
        for epoch in range(first_epoch[trial.trial_id], 10):
            decision = scheduler.tell(trial, {"epoch": epoch, "loss": train(trial)}, is_final=epoch == 9)
            if decision != "CONTINUE":
                break

    Args:
        base_scheduler: The scheduler.
        clock: Where ``creation_time`` of trials comes from. Default: no clock, they all say 1970.

    Attributes:
        trials: All trials so far, by id.
    """

    def __init__(self, base_scheduler: TrialScheduler, clock: Clock | None = None) -> None:
        self.base_scheduler = base_scheduler
        self.trials: dict[int, TrialResult] = {}
        self._clock = clock

    def ask(self) -> Trial | None:
        """What to run next.

        Returns:
            A new trial; or a paused one that is to go on, possibly with a new configuration; or ``None`` if nothing is
            left to try.
        """
        suggestion = self.base_scheduler.suggest(trial_id=len(self.trials))
        if suggestion is None:
            return None
        return self._start(suggestion) if suggestion.spawn_new_trial_id else self._resume(suggestion)

    def _start(self, suggestion: TrialSuggestion) -> Trial:
        config = suggestion.config
        if config is None:
            config = self._known(suggestion.checkpoint_trial_id).config
        created = EPOCH if self._clock is None else datetime.datetime.fromtimestamp(self._clock.now())
        trial = TrialResult(len(self.trials), dict(config), created)
        self.trials[trial.trial_id] = trial
        self.base_scheduler.on_trial_add(trial)
        return trial

    def _resume(self, suggestion: TrialSuggestion) -> Trial:
        trial = self._known(suggestion.checkpoint_trial_id)
        if trial.status != Status.paused:
            raise SchedulerError(f"Trial {trial.trial_id} has status {trial.status}: only paused ones can be resumed")
        if suggestion.config is not None:
            trial.config = dict(suggestion.config)
        trial.status = Status.in_progress
        return trial

    def tell(self, trial: Trial, experiment_result: Result, is_final: bool = True) -> str:
        """Hands over a report of a trial.

        Args:
            trial: From :meth:`ask`.
            experiment_result: Name to value; must contain the metrics of the scheduler, and its resource if it has one.
                A metric that is NaN or infinite means that the evaluation failed.
            is_final: Whether the trial ends with this report unless the scheduler pauses it.

        Returns:
            ``"CONTINUE"`` (also for the last report of a trial that ran to its end), ``"PAUSE"`` or ``"STOP"``, with
            its reason.

        Raises:
            SchedulerError: If the trial is not running, or the report lacks what the scheduler needs.
        """
        known = self._running(trial)
        problem = not_finite(trial, experiment_result, self.base_scheduler.metric_names())
        if problem is not None:
            self.fail(trial)
            return problem.decision()
        decision = self.base_scheduler.on_trial_result(known, experiment_result)
        known.metrics.append(dict(experiment_result))
        known.status = _STATUS_AFTER[decision]
        if decision != SchedulerDecision.CONTINUE:
            self.base_scheduler.on_trial_remove(known)
        elif is_final:
            known.status = Status.completed
            self.base_scheduler.on_trial_complete(known, experiment_result)
        return decision

    def fail(self, trial: Trial) -> None:
        """A trial failed; its configuration will not be suggested again.

        Raises:
            SchedulerError: If the trial is not running.
        """
        known = self._running(trial)
        known.status = Status.failed
        self.base_scheduler.on_trial_error(known)

    def best_trial(self, metric: str | None = None) -> TrialResult:
        """The trial with the best report of all.

        Args:
            metric: Name of one of the metrics of the scheduler. Default: the first.

        Raises:
            OptionError: If the scheduler has no such metric.
            SchedulerError: If there is no report yet.
        """
        names, modes = self.base_scheduler.metric_names(), self.base_scheduler.metric_mode()
        name = names[0] if metric is None else metric
        if name not in names:
            raise OptionError(f"metric = {name!r}: {nearest(name, names)}")
        mode = modes if isinstance(modes, str) else modes[names.index(name)]
        reported = [trial for trial in self.trials.values() if trial.metrics]
        if not reported:
            raise SchedulerError("No trial has reported yet: tell the results of at least one first")
        return min(reported, key=lambda trial: min(sign_of(mode) * result[name] for result in trial.metrics))

    def _known(self, trial_id: int | None) -> TrialResult:
        if trial_id is None or trial_id not in self.trials:
            raise SchedulerError(f"Trial {trial_id} is not known: it does not come from ask()")
        return self.trials[trial_id]

    def _running(self, trial: Trial) -> TrialResult:
        known = self._known(trial.trial_id)
        if known.status != Status.in_progress:
            raise SchedulerError(f"Trial {known.trial_id} is not running: its status is {known.status}")
        return known
