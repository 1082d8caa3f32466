"""RUSH: trials must keep up with configurations that are known to be good.

Zappella, Salinas, Archambeau, *A resource-efficient method for repeated HPO and NAS*, AutoML workshop at ICML 2021. The
best value at each level among the trials of the known configurations is the threshold of that level. Any other trial
goes on only if it also is at least as good as the threshold; where there is none yet, it does not matter.

Thresholds belong to configurations, not to trial ids: whichever trials run one of ``threshold_configs`` set them.
"""

from __future__ import annotations

from collections.abc import Container
from typing import Any

from syne_tune.optimizer.schedulers.metrics import sign_of
from syne_tune.optimizer.schedulers.rungs.promotion import PromotionRungSystem
from syne_tune.optimizer.schedulers.rungs.rung import Rung, RungEntry
from syne_tune.optimizer.schedulers.rungs.rung_system import Promotion, RungOptions, RungReport, RungSystem
from syne_tune.optimizer.schedulers.rungs.stopping import StoppingRungSystem
from syne_tune.trial import Config, Result


class Thresholds:
    """Best values of the trials that run known configurations, per level.

    Args:
        mode: ``"min"`` or ``"max"``.
        known: The known configurations.
    """

    def __init__(self, mode: str, known: Container[Config] = ()) -> None:
        self._sign = sign_of(mode)
        self._known = known
        self._best: dict[int, float] = {}
        self.trials: set[str] = set()
        """Trials that run known configurations: they set thresholds and need not meet any."""

    def add_trial(self, trial_id: str, config: Config | None) -> None:
        """A trial starts."""
        if config is not None and config in self._known:
            self.trials.add(trial_id)

    def observe(self, trial_id: str, level: int, metric_val: float) -> None:
        """A trial has reached a level."""
        if trial_id in self.trials and self._is_met(level, metric_val):
            self._best[level] = metric_val

    def _is_met(self, level: int, metric_val: float) -> bool:
        best = self._best.get(level)
        return best is None or self._sign * metric_val <= self._sign * best

    def allow(self, trial_id: str, level: int, metric_val: float) -> bool:
        """Whether a trial with this value may go on beyond the level."""
        return trial_id in self.trials or self._is_met(level, metric_val)

    def explain(self, trial_id: str, level: int) -> tuple[str, dict[str, Any]]:
        """What the threshold of a level means for a trial, in words and in numbers."""
        best = self._best.get(level)
        facts = {"threshold": best, "sets_threshold": trial_id in self.trials}
        if trial_id in self.trials:
            return "one of the configurations known to be good", facts
        return ("no threshold yet" if best is None else f"threshold {best:.6g}"), facts


class _WithThresholds(RungSystem):
    """What both variants share."""

    def _set_up(self) -> None:
        super()._set_up()
        self._thresholds = Thresholds(self.mode)

    def configure(self, options: RungOptions) -> None:
        """Takes the configurations known to be good."""
        self._thresholds = Thresholds(self.mode, options.threshold_configs)

    def on_task_add(
        self,
        trial_id: str,
        skip_rungs: int,
        config: Config | None = None,
        promotion: Promotion | None = None,
    ) -> None:
        """A trial starts or resumes."""
        self._thresholds.add_trial(trial_id, config)
        super().on_task_add(trial_id, skip_rungs, config, promotion)


class RUSHStoppingRungSystem(_WithThresholds, StoppingRungSystem):
    """Stopping with thresholds."""

    def _task_continues(self, trial_id: str, metric_val: float, rung: Rung) -> bool:
        self._thresholds.observe(trial_id, rung.level, metric_val)
        allowed = self._thresholds.allow(trial_id, rung.level, metric_val)
        return super()._task_continues(trial_id, metric_val, rung) and allowed

    def _explain(self, trial_id: str, rung: Rung) -> tuple[str, dict[str, Any]]:
        reason, facts = super()._explain(trial_id, rung)
        clause, more = self._thresholds.explain(trial_id, rung.level)
        return f"{reason}; {clause}", {**facts, **more}


class RUSHPromotionRungSystem(_WithThresholds, PromotionRungSystem):
    """Promotion with thresholds."""

    def _on_milestone(self, trial_id: str, metric_val: float, position: int, result: Result) -> RungReport:
        self._thresholds.observe(trial_id, self.rung_levels[position], metric_val)
        return super()._on_milestone(trial_id, metric_val, position, result)

    def _is_promotable_trial(self, entry: RungEntry, resource: int) -> bool:
        return self._thresholds.allow(entry.trial_id, resource, entry.metric_val)

    def _find_promotable_trial(self, rung: Rung) -> RungEntry | None:
        """As for promotion. If the best one is below the threshold, only trials exempt from it are left to ask."""
        waiting, cutoff = self._waiting[rung.level], rung.quantile()
        best = super()._find_promotable_trial(rung)
        exempt = [waiting[waiting.position(trial)] for trial in self._thresholds.trials if trial in waiting]
        if best is not None or cutoff is None or not exempt:
            return best
        first = min(exempt, key=lambda entry: waiting.position(entry.trial_id))
        return first if rung.meets(first.metric_val, cutoff) else None
