"""Stop trials that are worse than most others at the same point: :class:`MedianStoppingRule`."""

from __future__ import annotations

import math
from bisect import bisect_left, insort
from typing import Any

from syne_tune.errors import OptionError, nearest
from syne_tune.optimizer.scheduler import Decision, SchedulerDecision, TrialScheduler, TrialSuggestion
from syne_tune.optimizer.schedulers.metrics import required_number, required_resource, sign_of
from syne_tune.optimizer.schedulers.scheduler_around import SchedulerAround
from syne_tune.trial import Result, Trial


class MedianStoppingRule(SchedulerAround):
    """Adds a stopping rule to another scheduler, which keeps making all suggestions and sees every event.

    At each resource level, the running average of a trial's metric up to there is ranked among those of all trials that
    have reached the level, itself included. It is stopped if more than the part ``rank_cutoff`` of them are better;
    with the default of 0.5, if it is worse than the median (Golovin et al., *Google Vizier*, KDD 2017, section 3.2).
    What the other scheduler decides comes first: only trials it lets continue can be stopped.

    A level that is not above the last one of its trial is not ranked.

    Args:
        scheduler: The scheduler to extend.
        resource_attr: Name of the reported resource, an integer counted from 1.
        running_average: Whether to rank running averages; otherwise, the values themselves.
        metric: Name of the metric; default: the first one of ``scheduler``, whose mode is used in any case.
        grace_time: Trials are not stopped below this level.
        grace_population: Trials are not stopped before so many have reached the level.
        rank_cutoff: In (0, 1]; the smaller, the more trials are stopped.

    Raises:
        OptionError: If an argument is not allowed.
    """

    def __init__(
        self,
        scheduler: TrialScheduler,
        resource_attr: str,
        running_average: bool = True,
        metric: str | None = None,
        grace_time: int = 1,
        grace_population: int = 5,
        rank_cutoff: float = 0.5,
    ) -> None:
        super().__init__(scheduler.config_space)
        if not 0 < rank_cutoff <= 1:
            raise OptionError(f"rank_cutoff = {rank_cutoff!r}: must be above 0 and at most 1")
        names = scheduler.metric_names()
        self._metric = names[0] if metric is None else metric
        if self._metric not in names:
            raise OptionError(f"metric = {metric!r}: {nearest(self._metric, names)}")
        modes = scheduler.metric_mode()
        mode = modes if isinstance(modes, str) else modes[names.index(self._metric)]
        self._sign = sign_of(mode)
        self.scheduler = scheduler
        self.resource_attr = resource_attr
        self._running_average = running_average
        self._grace_time = grace_time
        self._grace_population = grace_population
        self._rank_cutoff = rank_cutoff
        self._levels: dict[int, list[float]] = {}
        self._sums: dict[int, tuple[int, int, float]] = {}
        self._idle: set[int] = set()

    @property
    def _inner(self) -> TrialScheduler:
        return self.scheduler

    def _suggest(self, trial_id: int) -> TrialSuggestion | None:
        suggestion = super()._suggest(trial_id)
        if suggestion is not None and not suggestion.spawn_new_trial_id:
            self._idle.discard(suggestion.checkpoint_trial_id or 0)
        return suggestion

    def on_trial_result(self, trial: Trial, result: Result) -> str:
        """The decision of the other scheduler, unless that is to continue and this rule says stop."""
        level = required_resource(trial, result, self.resource_attr)
        value = required_number(trial, result, self._metric)
        decision = super().on_trial_result(trial, result)
        last_level, _, _ = self._sums.get(trial.trial_id, (0, 0, 0.0))
        if level <= last_level or not math.isfinite(value) or trial.trial_id in self._idle:
            return decision
        ranked = self._ranked_value(trial.trial_id, level, self._sign * value)
        values = self._levels.setdefault(level, [])
        insort(values, ranked)
        if decision != SchedulerDecision.CONTINUE or not self._is_behind(values, ranked, level):
            return decision
        return self._stop(values, ranked, level)

    def _ranked_value(self, trial_id: int, level: int, value: float) -> float:
        """Updates level, number and sum of a trial's values; returns what is ranked."""
        _, number, total = self._sums.get(trial_id, (0, 0, 0.0))
        self._sums[trial_id] = (level, number + 1, total + value)
        return (total + value) / (number + 1) if self._running_average else value

    def _is_behind(self, values: list[float], ranked: float, level: int) -> bool:
        if level < self._grace_time or len(values) < self._grace_population:
            return False
        return bisect_left(values, ranked) / len(values) > self._rank_cutoff

    def _stop(self, values: list[float], ranked: float, level: int) -> Decision:
        better = bisect_left(values, ranked)
        what = "running average" if self._running_average else "metric"
        reason = f"{what} is worse than that of {better} of {len(values)} trials at {self.resource_attr} {level}"
        facts: dict[str, Any] = {
            "level": level,
            "rank": better + 1,
            "n": len(values),
            "metric_value": self._sign * ranked,
            "rank_cutoff": self._rank_cutoff,
        }
        return Decision(SchedulerDecision.STOP, reason, **facts)

    def on_trial_error(self, trial: Trial) -> None:
        """Handed on."""
        self._end(trial)
        super().on_trial_error(trial)

    def on_trial_complete(self, trial: Trial, result: Result) -> None:
        """Handed on."""
        self._end(trial)
        super().on_trial_complete(trial, result)

    def on_trial_remove(self, trial: Trial) -> None:
        """Handed on; until it is resumed, the trial does not count."""
        self._idle.add(trial.trial_id)
        super().on_trial_remove(trial)

    def _end(self, trial: Trial) -> None:
        self._idle.add(trial.trial_id)
        self._sums.pop(trial.trial_id, None)
