"""The contract of asynchronous rung rules, :class:`RungSystem`.

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

import functools
from abc import ABC, abstractmethod
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, NamedTuple

from syne_tune.optimizer.models.predictor import FloatArray
from syne_tune.optimizer.scheduler import SchedulerDecision
from syne_tune.optimizer.schedulers.rungs.rung import Rung
from syne_tune.optimizer.schedulers.searchers.resume_or_start import Advisor
from syne_tune.report_block import Continuation, Wording, as_template
from syne_tune.trial import Config, Result


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

    def next_level(self, trial_id: str) -> int:
        """The level at which a running trial is decided next."""
        return self.level_at(self._next[trial_id])

    def next_position(self, trial_id: str) -> int:
        """The position of that level; behind the last one for ``max_t``."""
        return self._next[trial_id]

    def go_on_to(self, trial_id: str, position: int) -> None:
        """A running trial will be decided next at the level at a position."""
        self._next[trial_id] = position

    @property
    def rungs(self) -> list[Rung]:
        """What was reported at each level, lowest first."""
        return self._rungs

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
            reason, facts = between_levels(self.resource_attr, milestone)
            return RungReport(SchedulerDecision.CONTINUE, None, milestone, reason, facts)
        passed = bisect_right(self.rung_levels, resource) - 1
        self._next[trial_id] = passed + 1
        return self._on_milestone(trial_id, float(result[self.metric]), passed, result)

    def continuation(self, trial_id: str) -> Continuation | None:
        """Which reports of a running trial need not be passed, as in ``TrialScheduler.continuation``.

        Args:
            trial_id: The trial.
        """
        if type(self).on_task_report is not RungSystem.on_task_report:
            return None
        milestone = self.next_level(trial_id)
        return Continuation(*between_levels(self.resource_attr, milestone), self.resource_attr, below=milestone)

    def _at_max_t(self, result: Result) -> RungReport:
        reason, facts = maximum_wording(self.resource_attr).answer((self.max_t, float(result[self.metric])))
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


def between_levels(resource_attr: str, milestone: int) -> tuple[str, dict[str, Any]]:
    """Reason and facts of letting a trial go on that has not reached its next level, ``milestone``."""
    return f"decided next at {resource_attr} {milestone}", {"next_milestone": milestone}


def comparison(rung: Rung, trial_id: str, cutoff: float | None, resource_attr: str) -> tuple[str, dict[str, Any]]:
    """How a trial stands in a rung, in words and in numbers.

    Args:
        rung: Contains the trial.
        trial_id: The trial.
        cutoff: What it has to meet; ``None`` if there is nothing to compare with.
        resource_attr: Name of the resource.
    """
    value = rung.value(trial_id)
    meets = None if cutoff is None else rung.meets(value, cutoff)
    return comparison_wording(resource_attr, meets).answer((rung.level, rung.rank(value), len(rung), value, cutoff))


@functools.lru_cache(maxsize=64)
def comparison_wording(resource_attr: str, meets: bool | None, further_names: tuple[str, ...] = ()) -> Wording:
    """The sentence of :func:`comparison`.

    Args:
        resource_attr: Name of the resource.
        meets: Whether the trial meets the cutoff; ``None``: there is none.
        further_names: Names of facts besides rung, rank, number of entries, metric and cutoff.
    """
    said = "nothing to compare with yet"
    if meets is not None:
        said = f"{{metric_value:.6g}} {'meets' if meets else 'misses'} the cutoff {{cutoff:.6g}}"
    template = f"rank {{rank}} of {{n}} at {as_template(resource_attr)} {{rung}}: {said}"
    return Wording(template, ("rung", "rank", "n", "metric_value", "cutoff", *further_names))


@functools.lru_cache(maxsize=16)
def maximum_wording(resource_attr: str, further_names: tuple[str, ...] = ()) -> Wording:
    """What is said about a trial that has reached the largest resource.

    Args:
        resource_attr: Name of the resource.
        further_names: Names of facts besides rung and metric.
    """
    template = f"{as_template(resource_attr)} {{rung}} is the maximum: the trial is done"
    return Wording(template, ("rung", "metric_value", *further_names))
