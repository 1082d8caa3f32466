"""Stopping-type successive halving: at each level, the worse part of the trials is stopped.

The asynchronous stopping rule of ASHA (Li et al., *A System for Massively Parallel Hyperparameter Tuning*, MLSys 2020),
with a quantile in place of a count: at level ``r[j]`` a trial goes on if its metric is at least as good as the
``r[j] / r[j + 1]`` quantile of all values recorded there so far, its own included.
"""

from __future__ import annotations

from typing import Any

from syne_tune.optimizer.scheduler import SchedulerDecision
from syne_tune.optimizer.schedulers.rungs.rung import Rung, RungEntry
from syne_tune.optimizer.schedulers.rungs.rung_system import RungReport, RungSystem, comparison
from syne_tune.trial import Result


class StoppingRungSystem(RungSystem):
    """Stops trials at rung levels. Subclasses may override :meth:`_task_continues`."""

    @staticmethod
    def does_pause_resume() -> bool:
        """``False``: trials are stopped."""
        return False

    def _on_milestone(self, trial_id: str, metric_val: float, position: int, result: Result) -> RungReport:
        rung = self._rungs[position]
        rung.add(RungEntry(trial_id, metric_val))
        goes_on = self._task_continues(trial_id, metric_val, rung)
        reason, facts = self._explain(trial_id, rung)
        if not goes_on:
            return RungReport(SchedulerDecision.STOP, rung.level, None, reason, facts)
        milestone = self.level_at(position + 1)
        facts["next_milestone"] = milestone
        return RungReport(SchedulerDecision.CONTINUE, rung.level, milestone, reason, facts)

    def _task_continues(self, trial_id: str, metric_val: float, rung: Rung) -> bool:
        """Whether a trial goes on; ``rung`` contains it already."""
        cutoff = rung.quantile()
        return cutoff is None or rung.meets(metric_val, cutoff)

    def _explain(self, trial_id: str, rung: Rung) -> tuple[str, dict[str, Any]]:
        """Reason and facts of the decision just taken."""
        return comparison(rung, trial_id, rung.quantile(), self.resource_attr)
