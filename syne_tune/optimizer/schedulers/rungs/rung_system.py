"""The contract of asynchronous rung rules, :class:`RungSystem`, and the sorted :class:`Rung` they are written with.

A rung system decides who goes on beyond each rung level. It knows trial ids (strings), levels and metric values,
nothing else. Its scheduler calls, for trial 7::

    system.on_task_schedule("7")                      # a worker is free: a Promotion of a paused trial, or None
    system.on_task_add("7", skip_rungs=0, config=c)   # if None: trial 7 starts; it is decided first at the lowest level
    system.on_task_report("7", {"epoch": 1, "loss": 0.5}, skip_rungs=0)  # once per report: a RungReport
    system.on_task_remove("7")                        # it no longer runs: paused, stopped, completed or failed
    system.on_task_withdraw("7")                      # it will never run again, not even if it is paused now

A promoted trial is added again, together with its :class:`Promotion`. The scheduler passes each level of a trial at
most once and in increasing order, and only finite metric values.

To write a new rule, derive from :class:`RungSystem` or from a system in one of the files beside this one, and register
the class under a name in ``RUNG_SYSTEMS`` of :mod:`syne_tune.optimizer.schedulers.hyperband`. Then
``HyperbandScheduler(..., type=name)`` uses it.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, NamedTuple

from syne_tune.optimizer.models.predictor import FloatArray
from syne_tune.optimizer.scheduler import SchedulerDecision
from syne_tune.optimizer.schedulers.metrics import sign_of
from syne_tune.optimizer.schedulers.searchers.resume_or_start import Advisor
from syne_tune.report_block import Continuation
from syne_tune.trial import Config, Result


def interpolated_quantile(increasing: Sequence[float], part: float) -> float:
    """The ``part`` quantile of a non-empty sorted sequence, interpolated linearly between neighbours."""
    place = part * (len(increasing) - 1)
    if math.isclose(place, round(place)):
        return increasing[round(place)]
    low, high, weight = increasing[int(place)], increasing[int(place) + 1], place % 1.0
    gap = high - low
    return low + weight * gap if math.isfinite(gap) else (1.0 - weight) * low + weight * high


class RungEntry(NamedTuple):
    """What one trial reported at one rung level.

    Attributes:
        trial_id: The trial.
        metric_val: Its metric there, as reported.
    """

    trial_id: str
    metric_val: float


class Rung:
    """The entries at one level, best first. Of equal values, the one that came first counts as better.

    Adding costs a binary search, rank and cutoff cost no more than that.

    Args:
        level: The resource.
        prom_quant: Part of the entries that shall go on, in (0, 1).
        mode: ``"min"`` or ``"max"``.
        data: First entries, in any order.
    """

    def __init__(self, level: int, prom_quant: float, mode: str, data: Iterable[RungEntry] = ()) -> None:
        self.level = level
        self.prom_quant = prom_quant
        self._sign = sign_of(mode)
        self._keys: list[float] = []
        self._entries: list[RungEntry] = []
        self._values: dict[str, float] = {}
        self._quantile: float | None = None
        for entry in data:
            self.add(entry)

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[RungEntry]:
        return iter(self._entries)

    def __getitem__(self, position: int) -> RungEntry:
        return self._entries[position]

    def __contains__(self, trial_id: object) -> bool:
        return trial_id in self._values

    def add(self, entry: RungEntry) -> None:
        """Inserts an entry."""
        key = self._sign * entry.metric_val
        position = bisect_right(self._keys, key)
        self._keys.insert(position, key)
        self._entries.insert(position, entry)
        self._values[entry.trial_id] = entry.metric_val
        self._quantile = None

    def position(self, trial_id: str) -> int:
        """Position of a trial that is in the rung, 0 for the best."""
        position = bisect_left(self._keys, self._sign * self._values[trial_id])
        while self._entries[position].trial_id != trial_id:
            position += 1
        return position

    def remove(self, trial_id: str) -> None:
        """Removes the entry of a trial that is in the rung."""
        position = self.position(trial_id)
        del self._keys[position], self._entries[position], self._values[trial_id]
        self._quantile = None

    def rank(self, metric_val: float) -> int:
        """One plus the number of entries that are strictly better than ``metric_val``."""
        return bisect_left(self._keys, self._sign * metric_val) + 1

    def value(self, trial_id: str) -> float:
        """The metric of a trial that is in the rung."""
        return self._values[trial_id]

    def values(self) -> dict[str, float]:
        """Trial id to metric, in order of arrival."""
        return dict(self._values)

    def quantile(self) -> float | None:
        """The cutoff: the ``prom_quant`` quantile of all values (from the best), linearly interpolated.

        Returns:
            ``None`` for fewer than two entries, which cannot be compared.
        """
        if self._quantile is None and len(self._keys) > 1:
            self._quantile = self._sign * interpolated_quantile(self._keys, self.prom_quant)
        return self._quantile

    def meets(self, metric_val: float, cutoff: float) -> bool:
        """Whether ``metric_val`` is at least as good as ``cutoff``."""
        return self._sign * metric_val <= self._sign * cutoff


@dataclass(frozen=True)
class Promotion:
    """A paused trial goes on.

    Attributes:
        trial_id: The trial.
        resume_from: Level at which it was paused.
        milestone: Level at which it will be decided next.
        reason: One sentence for a person.
        facts: The numbers behind it, JSON-ready.
    """

    trial_id: str
    resume_from: int
    milestone: int
    reason: str
    facts: Mapping[str, Any] = field(default_factory=dict)


class RungReport(NamedTuple):
    """What becomes of a trial after a report.

    Attributes:
        decision: One of the strings of :class:`~syne_tune.optimizer.scheduler.SchedulerDecision`.
        milestone_reached: The level this report counts for; ``None`` between levels.
        next_milestone: The level at which the trial is decided next; ``None`` if it does not continue.
        reason: One sentence for a person.
        facts: The numbers behind it, JSON-ready.
    """

    decision: str
    milestone_reached: int | None
    next_milestone: int | None
    reason: str
    facts: Mapping[str, Any] = MappingProxyType({})


class PausedTrial(NamedTuple):
    """A trial that waits to be promoted: id, rank among all trials at its level (1 is best), metric, level."""

    trial_id: str
    rank: int
    metric_val: float
    level: int


class RungInformation(NamedTuple):
    """One rung: level, number of entries, part of them that shall go on."""

    level: int
    size: int
    quantile: float


@dataclass(frozen=True)
class RungOptions:
    """What only some rung systems need to know.

    Attributes:
        cost_attr: Reported cost, see :mod:`~syne_tune.optimizer.schedulers.rungs.cost_promotion`.
        threshold_configs: Configurations known to be good, see
            :mod:`~syne_tune.optimizer.schedulers.rungs.rush`.
        advisor: Says which paused trial goes on, see :mod:`~syne_tune.optimizer.schedulers.rungs.dyhpo`.
        probability_sh: How often successive halving is asked in place of the advisor.
        random_seed: Of the rule itself.
        modes: Name of each metric to ``"min"`` or ``"max"``.
        priority: Puts costs ``(n, k)`` of several metrics into one order, see
            :mod:`~syne_tune.optimizer.schedulers.rungs.pareto`.
    """

    cost_attr: str | None = None
    threshold_configs: Container[Config] = ()
    advisor: Advisor | None = None
    probability_sh: float = 0.25
    random_seed: int = 0
    modes: Mapping[str, str] = field(default_factory=dict)
    priority: Callable[[FloatArray], FloatArray] | None = None


class RungSystem(ABC):
    """Base class of all rung systems. The contract is described at the top of this file.

    A report between two levels changes nothing. One at or beyond the next level counts for the highest level that the
    trial has passed; levels skipped in between stay without an entry of the trial. One at or beyond ``max_t`` ends it.

    Args:
        rung_levels: Levels below ``max_t``, increasing; may be empty.
        promote_quantiles: Part of the trials that shall go on, per level.
        metric: Name of the metric.
        mode: ``"min"`` or ``"max"``.
        resource_attr: Name of the resource.
        max_t: The largest resource.
    """

    def __init__(
        self,
        rung_levels: Sequence[int],
        promote_quantiles: Sequence[float],
        metric: str,
        mode: str,
        resource_attr: str,
        max_t: int,
    ) -> None:
        self.rung_levels = list(rung_levels)
        self.metric = metric
        self.mode = mode
        self.resource_attr = resource_attr
        self.max_t = max_t
        self._rungs = [
            Rung(level, quantile, mode) for level, quantile in zip(rung_levels, promote_quantiles, strict=True)
        ]
        self._next: dict[str, int] = {}
        self._set_up()

    def _set_up(self) -> None:
        """Creates what else the rule remembers; called at the end of the constructor. By default nothing."""

    def configure(self, options: RungOptions) -> None:
        """Takes from ``options`` what the rule needs; called once, before any trial. By default nothing.

        Raises:
            OptionError: If something that it needs is missing.
        """

    @staticmethod
    @abstractmethod
    def does_pause_resume() -> bool:
        """Whether trials are paused and resumed (as opposed to stopped)."""

    @staticmethod
    def support_early_checkpoint_removal() -> bool:
        """Whether paused trials follow a rule by which their chance of promotion can be estimated."""
        return False

    @staticmethod
    def ranks_several_metrics() -> bool:
        """Whether trials are compared by several metrics at once (as opposed to one)."""
        return False

    def level_at(self, position: int) -> int:
        """The rung level at a position (0 is the lowest); ``max_t`` beyond the last."""
        return self.rung_levels[position] if position < len(self.rung_levels) else self.max_t

    def on_task_schedule(self, new_trial_id: str) -> Promotion | None:
        """A worker is free: which paused trial goes on, if any. By default none."""
        return None

    def on_task_add(
        self,
        trial_id: str,
        skip_rungs: int,
        config: Config | None = None,
        promotion: Promotion | None = None,
    ) -> None:
        """A trial starts or resumes.

        Args:
            trial_id: The trial.
            skip_rungs: Number of lowest levels at which trials of its bracket are not compared.
            config: Its configuration, for a new trial.
            promotion: What :meth:`on_task_schedule` had answered, for a resumed one.
        """
        level = self.level_at(skip_rungs) if promotion is None else promotion.milestone
        self._next[trial_id] = bisect_left(self.rung_levels, level)

    def on_task_report(self, trial_id: str, result: Result, skip_rungs: int) -> RungReport:
        """A trial that runs reported, at a higher level than before.

        Args:
            trial_id: The trial.
            result: Holds a finite metric and an integer resource.
            skip_rungs: As in :meth:`on_task_add`.
        """
        resource, position = int(result[self.resource_attr]), self._next[trial_id]
        if resource >= self.max_t:
            return self._at_max_t(result)
        milestone = self.level_at(position)
        if resource < milestone:
            reason, facts = self._between_levels(milestone)
            return RungReport(SchedulerDecision.CONTINUE, None, milestone, reason, facts)
        passed = bisect_right(self.rung_levels, resource) - 1
        self._next[trial_id] = passed + 1
        return self._on_milestone(trial_id, float(result[self.metric]), passed, result)

    def _between_levels(self, milestone: int) -> tuple[str, dict[str, Any]]:
        """Reason and facts of letting a trial go on that has not reached its next level."""
        return f"decided next at {self.resource_attr} {milestone}", {"next_milestone": milestone}

    def continuation(self, trial_id: str) -> Continuation | None:
        """Which reports of a running trial need not be passed, as in ``TrialScheduler.continuation``.

        Args:
            trial_id: The trial.
        """
        if type(self).on_task_report is not RungSystem.on_task_report:
            return None
        milestone = self.level_at(self._next[trial_id])
        return Continuation(*self._between_levels(milestone), self.resource_attr, below=milestone)

    def _at_max_t(self, result: Result) -> RungReport:
        reason = f"{self.resource_attr} {self.max_t} is the maximum: the trial is done"
        facts = {"rung": self.max_t, "metric_value": float(result[self.metric])}
        return RungReport(SchedulerDecision.STOP, self.max_t, None, reason, facts)

    @abstractmethod
    def _on_milestone(self, trial_id: str, metric_val: float, position: int, result: Result) -> RungReport:
        """Records a trial in a rung and decides.

        Args:
            trial_id: The trial.
            metric_val: Its metric.
            position: Of the rung, 0 for the lowest.
            result: The whole report.
        """

    def on_task_remove(self, trial_id: str) -> None:
        """A trial no longer runs. What it reported stays in the rungs."""
        self._next.pop(trial_id, None)

    def on_task_withdraw(self, trial_id: str) -> None:
        """A trial will never run again, not even if it is paused now."""
        self.on_task_remove(trial_id)

    def paused_trials(self, resource: int | None = None) -> list[PausedTrial]:
        """Trials that wait to be promoted, best first per level; only those at level ``resource`` if it is given."""
        return []

    def information_for_rungs(self) -> list[RungInformation]:
        """Level, size and quantile of each rung, lowest first."""
        return [RungInformation(rung.level, len(rung), rung.prom_quant) for rung in self._rungs]

    def snapshot_rungs(self, skip_rungs: int = 0) -> list[tuple[int, dict[str, float]]]:
        """Level and entries (trial id to metric) of each rung from position ``skip_rungs`` on, highest first."""
        return [(rung.level, rung.values()) for rung in reversed(self._rungs[skip_rungs:])]


def comparison(rung: Rung, trial_id: str, cutoff: float | None, resource_attr: str) -> tuple[str, dict[str, Any]]:
    """How a trial stands in a rung, in words and in numbers.

    Args:
        rung: Contains the trial.
        trial_id: The trial.
        cutoff: What it has to meet; ``None`` if there is nothing to compare with.
        resource_attr: Name of the resource.
    """
    value = rung.value(trial_id)
    facts = {"rung": rung.level, "rank": rung.rank(value), "n": len(rung), "metric_value": value, "cutoff": cutoff}
    place = f"rank {facts['rank']} of {len(rung)} at {resource_attr} {rung.level}"
    if cutoff is None:
        return f"{place}: nothing to compare with yet", facts
    verb = "meets" if rung.meets(value, cutoff) else "misses"
    return f"{place}: {value:.6g} {verb} the cutoff {cutoff:.6g}", facts
