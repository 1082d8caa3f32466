from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from syne_tune.optimizer.schedulers.rungs.levels import promotion_quantiles
from syne_tune.optimizer.schedulers.rungs.rung_system import RungOptions


class Player:
    """Drives a rung system: metric 'loss', resource 'epoch'."""

    def __init__(self, system: Any) -> None:
        self.system = system

    def start(self, trial_id: str, skip_rungs: int = 0, config: Any = None) -> None:
        self.system.on_task_add(trial_id, skip_rungs, config)

    def report(self, trial_id: str, epoch: int, loss: float, skip_rungs: int = 0, **more: Any) -> Any:
        result = {"epoch": epoch, "loss": loss, **more}
        report = self.system.on_task_report(trial_id, result, skip_rungs)
        if report.decision != "CONTINUE":
            self.system.on_task_remove(trial_id)
        return report

    def run(self, trial_id: str, epoch: int, loss: float, **more: Any) -> str:
        """Starts a trial and reports once."""
        self.start(trial_id)
        return self.report(trial_id, epoch, loss, **more).decision

    def promote(self) -> Any:
        """Asks for a promotion and resumes that trial: (trial, from, to), or None."""
        promotion = self.system.on_task_schedule("new")
        if promotion is None:
            return None
        self.system.on_task_add(promotion.trial_id, 0, promotion=promotion)
        return promotion.trial_id, promotion.resume_from, promotion.milestone


@pytest.fixture
def player() -> Callable[..., Player]:
    def make(
        system_class: Any, levels: list[int], max_t: int, mode: str = "min", options: RungOptions | None = None
    ) -> Player:
        system = system_class(levels, promotion_quantiles(levels, max_t), "loss", mode, "epoch", max_t)
        system.configure(options or RungOptions())
        return Player(system)

    return make
