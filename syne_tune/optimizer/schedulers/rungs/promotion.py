"""Promotion-type successive halving: trials pause at each level, and the better part is resumed.

ASHA as published (Li et al., *A System for Massively Parallel Hyperparameter Tuning*, MLSys 2020, algorithm 2), with a
quantile in place of a count: when a worker is free, rungs are scanned from the top. The best paused trial of a rung is
promoted if its metric is at least as good as the ``r[j] / r[j + 1]`` quantile of all values recorded there. If no rung
has such a trial, a new one is started.
"""

from __future__ import annotations

from syne_tune.optimizer.scheduler import SchedulerDecision
from syne_tune.optimizer.schedulers.rungs.rung import Rung, RungEntry
from syne_tune.optimizer.schedulers.rungs.rung_system import PausedTrial, Promotion, RungReport, RungSystem, comparison
from syne_tune.trial import Result


class PromotionRungSystem(RungSystem):
    """Pauses trials at rung levels, and promotes.

    Subclasses may override :meth:`_effective_max_t`, :meth:`_is_promotable_trial` and
    :meth:`_find_promotable_trial`.
    """

    def _set_up(self) -> None:
        self._waiting = {rung.level: Rung(rung.level, rung.prom_quant, self.mode) for rung in self._rungs}

    @staticmethod
    def does_pause_resume() -> bool:
        """``True``."""
        return True

    @staticmethod
    def support_early_checkpoint_removal() -> bool:
        """``True``."""
        return True

    def _effective_max_t(self) -> int:
        """Trials are promoted up to this level; by default ``max_t``."""
        return self.max_t

    def on_task_schedule(self, new_trial_id: str) -> Promotion | None:
        """Promotes the best paused trial of the highest rung that has one to promote."""
        for position in reversed(range(len(self._rungs))):
            rung = self._rungs[position]
            entry = self._find_promotable_trial(rung) if rung.level < self._effective_max_t() else None
            if entry is not None:
                return self._promote(entry, rung, self.level_at(position + 1))
        return None

    def _find_promotable_trial(self, rung: Rung) -> RungEntry | None:
        """The entry of ``rung`` to be promoted now, if any: the best of those that wait."""
        waiting, cutoff = self._waiting[rung.level], rung.quantile()
        if not waiting or cutoff is None or not rung.meets(waiting[0].metric_val, cutoff):
            return None
        return waiting[0] if self._is_promotable_trial(waiting[0], rung.level) else None

    def _is_promotable_trial(self, entry: RungEntry, resource: int) -> bool:
        """Whether a paused trial that meets the cutoff at level ``resource`` may be promoted; by default always."""
        return True

    def _promote(self, entry: RungEntry, rung: Rung, milestone: int) -> Promotion:
        self._waiting[rung.level].remove(entry.trial_id)
        _, facts = comparison(rung, entry.trial_id, rung.quantile(), self.resource_attr)
        reason = f"promoted from rung {rung.level} to {milestone}: rank {facts['rank']} of {facts['n']}"
        facts["next_milestone"] = milestone
        return Promotion(entry.trial_id, rung.level, milestone, reason, facts)

    def _on_milestone(self, trial_id: str, metric_val: float, position: int, result: Result) -> RungReport:
        rung, entry = self._rungs[position], RungEntry(trial_id, metric_val)
        rung.add(entry)
        self._waiting[rung.level].add(entry)
        reason, facts = comparison(rung, trial_id, rung.quantile(), self.resource_attr)
        return RungReport(SchedulerDecision.PAUSE, rung.level, None, reason, facts)

    def on_task_withdraw(self, trial_id: str) -> None:
        """A trial will never run again: it is not promoted any more."""
        self.on_task_remove(trial_id)
        for waiting in self._waiting.values():
            if trial_id in waiting:
                waiting.remove(trial_id)

    def paused_trials(self, resource: int | None = None) -> list[PausedTrial]:
        """Trials that wait to be promoted, best first per level; only those at level ``resource`` if it is given."""
        return [
            PausedTrial(entry.trial_id, rung.rank(entry.metric_val), entry.metric_val, rung.level)
            for rung in self._rungs
            if resource in (None, rung.level)
            for entry in self._waiting[rung.level]
        ]
