"""PASHA: promotion with a top level that rises only while the ranking of the trials still changes.

Bohdal et al., *PASHA: Efficient HPO and NAS with Progressive Resource Allocation*, ICLR 2023, algorithm 1. At first,
trials are promoted up to the second lowest level. Whenever a trial reaches the current top level, the rankings of the
top level and of the one below are compared, see :mod:`~syne_tune.optimizer.schedulers.rungs.soft_ranking`; if they
disagree, the top level rises by one rung, in the end to ``max_t``.

Trials that are in the top rung but not in the one below (they started in a higher bracket) take no part in the
comparison. With fewer than two rungs below ``max_t`` there is nothing to compare, and this is plain promotion.
"""

from __future__ import annotations

from typing import Any

from syne_tune.optimizer.schedulers.rungs.promotion import PromotionRungSystem
from syne_tune.optimizer.schedulers.rungs.rung_system import RungReport
from syne_tune.optimizer.schedulers.rungs.soft_ranking import SoftRanking
from syne_tune.trial import Result


class PASHARungSystem(PromotionRungSystem):
    """Promotion up to a level that rises while rankings change."""

    def _set_up(self) -> None:
        super()._set_up()
        self._top = min(1, len(self.rung_levels))
        self._curves: dict[str, dict[int, float]] = {}
        self._ranking = SoftRanking(self.mode)

    def _effective_max_t(self) -> int:
        return self.level_at(self._top)

    def _may_rise(self) -> bool:
        return self._top < len(self.rung_levels)

    def on_task_report(self, trial_id: str, result: Result, skip_rungs: int) -> RungReport:
        """As for promotion; a report at the top level may raise that level."""
        if self._may_rise():
            curve = self._curves.setdefault(trial_id, {})
            curve[int(result[self.resource_attr])] = float(result[self.metric])
        report = super().on_task_report(trial_id, result, skip_rungs)
        at_top = self._may_rise() and report.milestone_reached == self._effective_max_t()
        if not at_top or trial_id not in self._rungs[self._top - 1]:
            return report
        comment, facts = self._compare(trial_id)
        return report._replace(reason=f"{report.reason}; {comment}", facts={**report.facts, **facts})

    def _compare(self, trial_id: str) -> tuple[str, dict[str, Any]]:
        upper, lower = self._rungs[self._top], self._rungs[self._top - 1]
        self._ranking.add(upper.value(trial_id), lower.value(trial_id), self._curves[trial_id])
        agrees, epsilon = self._ranking.agrees(), self._ranking.epsilon
        comment = f"rungs {lower.level} and {upper.level} rank the trials " + ("alike" if agrees else "differently")
        if not agrees:
            self._raise_top(epsilon)
            comment += f", trials may now reach {self._effective_max_t()}"
        return comment, {"ranking_agrees": agrees, "epsilon": epsilon, "top_level": self._effective_max_t()}

    def _raise_top(self, epsilon: float) -> None:
        self._top += 1
        self._ranking = SoftRanking(self.mode, epsilon)
        if not self._may_rise():
            self._curves.clear()
