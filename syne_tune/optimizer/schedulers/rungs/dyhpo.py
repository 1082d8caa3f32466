"""Which trial goes on is decided by a model: DyHPO.

Wistuba, Kadra, Grabocka, *Supervising the Multi-Fidelity Race of Hyperparameter Configurations*, NeurIPS 2022,
algorithm 1: every trial pauses at each level; whenever a worker is free, all paused trials at their next level compete
with new configurations at the lowest one, by expected improvement under a model of configuration and resource.

With probability ``probability_sh`` the rule of successive halving is asked first (see
:mod:`~syne_tune.optimizer.schedulers.rungs.promotion`), so that a misled model cannot starve good trials for ever.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from syne_tune.errors import OptionError
from syne_tune.optimizer.schedulers.rungs.promotion import PromotionRungSystem
from syne_tune.optimizer.schedulers.rungs.rung_system import Promotion, RungOptions
from syne_tune.optimizer.schedulers.searchers.resume_or_start import Advice, Advisor, PausedAt

_BY_HALVING, _BY_MODEL, _NEW = "promoted_by_sh", "promoted_by_model", "new_config"


class DyHPORungSystem(PromotionRungSystem):
    """Pauses trials at rung levels, and asks a model which one goes on.

    Decisions are kept as records, see :meth:`summary_schedule_records`.
    """

    def _set_up(self) -> None:
        super()._set_up()
        self._advisor: Advisor | None = None
        self._probability_sh = 0.0
        self._random_state = np.random.RandomState(0)
        self._counts = {_BY_HALVING: 0, _BY_MODEL: 0, _NEW: 0}

    @staticmethod
    def support_early_checkpoint_removal() -> bool:
        """``False``: a model says who goes on, not the rank."""
        return False

    def configure(self, options: RungOptions) -> None:
        """Takes advisor, ``probability_sh`` and seed.

        Raises:
            OptionError: If the searcher gives no advice.
        """
        if options.advisor is None:
            raise OptionError(
                "type = 'dyhpo': needs a searcher whose model says which paused trial goes on; pass searcher='dyhpo', "
                "or use the method DyHPO"
            )
        self._advisor = options.advisor
        self._probability_sh = options.probability_sh
        self._random_state = np.random.RandomState(options.random_seed)

    def on_task_schedule(self, new_trial_id: str) -> Promotion | None:
        """Asks successive halving with probability ``probability_sh``, the model otherwise."""
        if self._random_state.random_sample() < self._probability_sh:
            promotion = super().on_task_schedule(new_trial_id)
            self._counts[_NEW if promotion is None else _BY_HALVING] += 1
            return promotion
        assert self._advisor is not None, "configured before any trial"
        paused = self._paused()
        advice = self._advisor.resume_or_start(list(paused.values()), self.level_at(0))
        self._counts[_NEW if advice.trial_id is None else _BY_MODEL] += 1
        return None if advice.trial_id is None else self._resume(paused[advice.trial_id], advice)

    def _paused(self) -> dict[str, PausedAt]:
        """All trials that wait, highest level first."""
        found: dict[str, PausedAt] = {}
        for position in reversed(range(len(self._rungs))):
            level, milestone = self.level_at(position), self.level_at(position + 1)
            for entry in self._waiting[level]:
                found[entry.trial_id] = PausedAt(entry.trial_id, level, milestone)
        return found

    def _resume(self, paused: PausedAt, advice: Advice) -> Promotion:
        self._waiting[paused.resource].remove(paused.trial_id)
        facts = {**advice.facts, "rung": paused.resource, "next_milestone": paused.milestone}
        return Promotion(paused.trial_id, paused.resource, paused.milestone, advice.reason, facts)

    @staticmethod
    def summary_schedule_keys() -> list[str]:
        """Names of the kinds of decisions that :meth:`summary_schedule_records` counts."""
        return [_BY_HALVING, _BY_MODEL, _NEW]

    def summary_schedule_records(self) -> dict[str, Any]:
        """How often each kind of decision was taken so far."""
        return dict(self._counts)
