"""Promotion by cost: like promotion, but what a rung shares out is cost, not number of trials.

At each level the trials are ordered by metric, best first. With ``c[i]`` the cost of the ``i``-th trial up to this
level, the trial in place ``k`` may be promoted if::

    c[0] + ... + c[k]  <=  r[j] / r[j + 1] * (sum of all c[i] at the level)

so that cheap configurations are promoted more often than expensive ones of the same rank.
"""

from __future__ import annotations

import numpy as np

from syne_tune.errors import OptionError
from syne_tune.optimizer.schedulers.rungs.promotion import PromotionRungSystem
from syne_tune.optimizer.schedulers.rungs.rung import Rung, RungEntry
from syne_tune.optimizer.schedulers.rungs.rung_system import RungOptions, RungReport
from syne_tune.trial import Result


class CostPromotionRungSystem(PromotionRungSystem):
    """Promotes the best paused trial whose share of the cost is still available; needs ``cost_attr``."""

    def _set_up(self) -> None:
        super()._set_up()
        self._costs = {rung.level: np.empty(0) for rung in self._rungs}
        self._cost_attr = ""

    def configure(self, options: RungOptions) -> None:
        """Takes the name under which the cost is reported."""
        if options.cost_attr is None:
            raise OptionError(
                "type='cost_promotion' needs cost_attr: the name under which trials report their cost, "
                "for example cost_attr='elapsed_time'"
            )
        self._cost_attr = options.cost_attr

    def _on_milestone(self, trial_id: str, metric_val: float, position: int, result: Result) -> RungReport:
        report = super()._on_milestone(trial_id, metric_val, position, result)
        rung, cost = self._rungs[position], float(result[self._cost_attr])
        self._costs[rung.level] = np.insert(self._costs[rung.level], rung.position(trial_id), cost)
        return RungReport(
            report.decision,
            report.milestone_reached,
            report.next_milestone,
            f"{report.reason}, cost {cost:.6g}",
            {**report.facts, "cost": cost},
        )

    def _find_promotable_trial(self, rung: Rung) -> RungEntry | None:
        waiting, costs = self._waiting[rung.level], self._costs[rung.level]
        if not waiting or len(rung) < 2:
            return None
        spent = costs[: rung.position(waiting[0].trial_id) + 1].sum()
        return waiting[0] if spent <= rung.prom_quant * costs.sum() else None
