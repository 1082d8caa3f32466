"""Successive halving of several objectives: at each level, trials are put into one order by a priority.

Schmucker, Donini, Zafar, Salinas, Archambeau, *Multi-objective Asynchronous Successive Halving*, 2021
(arXiv:2106.12639), in the stopping form of that paper, and in the promoting form of Li et al., *A System for Massively
Parallel Hyperparameter Tuning*, MLSys 2020. A trial goes on if so many of the ``n`` trials at its level come before it
that it belongs to the best ``r[j] / r[j + 1]`` of them: ``rank - 1 <= (n - 1) r[j] / r[j + 1]``, which is the rule for
a single metric with ranks in place of values.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from syne_tune.errors import OptionError
from syne_tune.optimizer.models.predictor import FloatArray
from syne_tune.optimizer.scheduler import SchedulerDecision
from syne_tune.optimizer.schedulers.metrics import sign_of
from syne_tune.optimizer.schedulers.rungs.rung_system import (
    PausedTrial,
    Promotion,
    RungInformation,
    RungOptions,
    RungReport,
    RungSystem,
)
from syne_tune.trial import Result


class ParetoRung:
    """What trials reported at one level, and which of them come first.

    Args:
        level: The resource.
        prom_quant: Part of the trials that shall go on, in (0, 1).
        priority: From costs ``(n, k)`` to numbers ``(n,)``, the smaller the better.
    """

    def __init__(self, level: int, prom_quant: float, priority: Callable[[FloatArray], FloatArray]) -> None:
        self.level = level
        self.prom_quant = prom_quant
        self._priority = priority
        self._costs: dict[str, FloatArray] = {}
        self._ranks: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._costs)

    def add(self, trial_id: str, costs: FloatArray) -> None:
        """A trial with costs ``(k,)`` has reached the level."""
        self._costs[trial_id] = costs
        priorities = np.asarray(self._priority(np.array(list(self._costs.values()))))
        places = np.searchsorted(np.sort(priorities), priorities)
        self._ranks = dict(zip(self._costs, (places + 1).tolist(), strict=True))

    def rank(self, trial_id: str) -> int:
        """One plus the number of trials that come before this one."""
        return self._ranks[trial_id]

    def ranks(self) -> dict[str, int]:
        """Trial to rank, in order of arrival."""
        return dict(self._ranks)

    def is_among_the_best(self, trial_id: str) -> bool:
        """Whether the trial goes on; a single trial cannot be compared, and counts as good."""
        return self.rank(trial_id) - 1 <= (len(self) - 1) * self.prom_quant

    def comparison(self, trial_id: str, resource_attr: str) -> tuple[str, dict[str, Any]]:
        """How a trial stands, in words and in numbers."""
        facts = {"rung": self.level, "rank": self.rank(trial_id), "n": len(self), "part": self.prom_quant}
        place = f"rank {facts['rank']} of {len(self)} at {resource_attr} {self.level}"
        if len(self) == 1:
            return f"{place}: nothing to compare with yet", facts
        verb = "belongs" if self.is_among_the_best(trial_id) else "does not belong"
        return f"{place} by all objectives: {verb} to the best {self.prom_quant:.3g} of them", facts


class ParetoRungSystem(RungSystem):
    """What both forms share. Needs ``RungOptions.modes`` and ``RungOptions.priority``."""

    @staticmethod
    def ranks_several_metrics() -> bool:
        """``True``."""
        return True

    def configure(self, options: RungOptions) -> None:
        """Takes metrics, modes and priority.

        Raises:
            OptionError: If there are fewer than two metrics, or no priority.
        """
        if len(options.modes) < 2 or options.priority is None:
            raise OptionError(f"metric = {list(options.modes)}: this type compares several metrics; name at least two")
        self._signs = {name: sign_of(mode) for name, mode in options.modes.items()}
        self._pareto = [ParetoRung(rung.level, rung.prom_quant, options.priority) for rung in self._rungs]

    def _record(self, trial_id: str, position: int, result: Result) -> ParetoRung:
        rung = self._pareto[position]
        rung.add(trial_id, np.array([sign * float(result[name]) for name, sign in self._signs.items()]))
        return rung

    def _at_max_t(self, result: Result) -> RungReport:
        reason = f"{self.resource_attr} {self.max_t} is the maximum: the trial is done"
        return RungReport(SchedulerDecision.STOP, self.max_t, None, reason, {"rung": self.max_t})

    def information_for_rungs(self) -> list[RungInformation]:
        """Level, size and quantile of each rung, lowest first."""
        return [RungInformation(rung.level, len(rung), rung.prom_quant) for rung in self._pareto]

    def snapshot_rungs(self, skip_rungs: int = 0) -> list[tuple[int, dict[str, float]]]:
        """Level and entries (trial id to rank) of each rung from position ``skip_rungs`` on, highest first."""
        return [(rung.level, dict(rung.ranks())) for rung in reversed(self._pareto[skip_rungs:])]


class ParetoStoppingRungSystem(ParetoRungSystem):
    """Stops the trials that do not belong to the best at a level."""

    @staticmethod
    def does_pause_resume() -> bool:
        """``False``: trials are stopped."""
        return False

    def _on_milestone(self, trial_id: str, metric_val: float, position: int, result: Result) -> RungReport:
        rung = self._record(trial_id, position, result)
        reason, facts = rung.comparison(trial_id, self.resource_attr)
        if not rung.is_among_the_best(trial_id):
            return RungReport(SchedulerDecision.STOP, rung.level, None, reason, facts)
        milestone = self.level_at(position + 1)
        return RungReport(
            SchedulerDecision.CONTINUE, rung.level, milestone, reason, {**facts, "next_milestone": milestone}
        )


class ParetoPromotionRungSystem(ParetoRungSystem):
    """Pauses every trial at each level; those that belong to the best are resumed, from the top level down."""

    def _set_up(self) -> None:
        self._waiting: list[dict[str, None]] = [{} for _ in self._rungs]

    @staticmethod
    def does_pause_resume() -> bool:
        """``True``."""
        return True

    def _on_milestone(self, trial_id: str, metric_val: float, position: int, result: Result) -> RungReport:
        rung = self._record(trial_id, position, result)
        self._waiting[position][trial_id] = None
        reason, facts = rung.comparison(trial_id, self.resource_attr)
        return RungReport(SchedulerDecision.PAUSE, rung.level, None, reason, facts)

    def on_task_schedule(self, new_trial_id: str) -> Promotion | None:
        """Promotes the first of those that wait at the highest level where one belongs to the best."""
        for position in reversed(range(len(self._pareto))):
            rung, waiting = self._pareto[position], self._waiting[position]
            best = min(waiting, key=rung.rank, default=None)
            if best is not None and len(rung) > 1 and rung.is_among_the_best(best):
                del waiting[best]
                return self._promote(best, rung, self.level_at(position + 1))
        return None

    def _promote(self, trial_id: str, rung: ParetoRung, milestone: int) -> Promotion:
        _, facts = rung.comparison(trial_id, self.resource_attr)
        reason = f"promoted from rung {rung.level} to {milestone}: rank {facts['rank']} of {facts['n']}"
        return Promotion(trial_id, rung.level, milestone, reason, {**facts, "next_milestone": milestone})

    def on_task_withdraw(self, trial_id: str) -> None:
        """A trial will never run again: it is not promoted any more."""
        self.on_task_remove(trial_id)
        for waiting in self._waiting:
            waiting.pop(trial_id, None)

    def paused_trials(self, resource: int | None = None) -> list[PausedTrial]:
        """Trials that wait to be promoted, best first per level, with their rank in place of a metric."""
        return [
            PausedTrial(trial_id, rung.rank(trial_id), float(rung.rank(trial_id)), rung.level)
            for rung, waiting in zip(self._pareto, self._waiting, strict=True)
            if resource in (None, rung.level)
            for trial_id in sorted(waiting, key=rung.rank)
        ]
