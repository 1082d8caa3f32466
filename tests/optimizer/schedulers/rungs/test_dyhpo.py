"""The rule of DyHPO with an advisor whose answers are known."""

from __future__ import annotations

import pytest

from syne_tune.errors import OptionError
from syne_tune.optimizer.schedulers.rungs.dyhpo import DyHPORungSystem
from syne_tune.optimizer.schedulers.rungs.levels import promotion_quantiles
from syne_tune.optimizer.schedulers.rungs.rung_system import RungOptions
from syne_tune.optimizer.schedulers.searchers.resume_or_start import Advice, PausedAt


class Scripted:
    """Advises what it was told to, and remembers what it was asked."""

    def __init__(self, *answers):
        self.answers, self.asked = list(answers), []

    def resume_or_start(self, paused, first_milestone):
        self.asked.append((list(paused), first_milestone))
        return Advice(self.answers.pop(0), "because", {"acquisition": 1.0})


def make(advisor, probability_sh=0.0, levels=(1, 3), max_t=9):
    system = DyHPORungSystem(levels, promotion_quantiles(levels, max_t), "loss", "min", "epoch", max_t)
    system.configure(RungOptions(advisor=advisor, probability_sh=probability_sh))
    return system


def run(system, trial_id, epoch, loss):
    report = system.on_task_report(trial_id, {"epoch": epoch, "loss": loss}, 0)
    system.on_task_remove(trial_id)
    return report.decision


def start(system, losses):
    for trial_id, loss in losses.items():
        system.on_task_add(trial_id, 0, {})
        assert run(system, trial_id, 1, loss) == "PAUSE"


def test_needs_an_advisor():
    with pytest.raises(OptionError, match="searcher='dyhpo'"):
        make(None)


def test_asks_about_all_that_wait_and_does_what_is_advised():
    """Algorithm 1 of the paper: each trial competes at the level it would go to next."""
    advisor = Scripted("2", None, "2")
    system = make(advisor)
    start(system, {"1": 0.1, "2": 0.9})
    promotion = system.on_task_schedule("3")
    assert (promotion.trial_id, promotion.resume_from, promotion.milestone) == ("2", 1, 3)
    assert promotion.reason == "because"
    assert promotion.facts == {"acquisition": 1.0, "rung": 1, "next_milestone": 3}
    system.on_task_add("2", 0, promotion=promotion)
    assert run(system, "2", 3, 0.8) == "PAUSE"
    assert system.on_task_schedule("3") is None
    assert system.on_task_schedule("3").milestone == 9
    assert advisor.asked[0] == ([PausedAt("1", 1, 3), PausedAt("2", 1, 3)], 1)
    assert advisor.asked[2] == ([PausedAt("2", 3, 9), PausedAt("1", 1, 3)], 1)
    assert system.summary_schedule_records() == {"promoted_by_sh": 0, "promoted_by_model": 2, "new_config": 1}
    assert set(system.summary_schedule_keys()) == set(system.summary_schedule_records())


def test_trials_that_failed_do_not_compete():
    advisor = Scripted(None)
    system = make(advisor)
    start(system, {"1": 0.1, "2": 0.9})
    system.on_task_withdraw("1")
    system.on_task_schedule("3")
    assert advisor.asked == [([PausedAt("2", 1, 3)], 1)]


def test_successive_halving_decides_if_it_is_asked_always():
    advisor = Scripted()
    system = make(advisor, probability_sh=1.0)
    start(system, {"1": 0.5, "2": 0.1, "3": 0.9})
    assert system.on_task_schedule("4").trial_id == "2"
    assert system.on_task_schedule("4") is None
    assert advisor.asked == []


def test_share_of_successive_halving():
    advisor = Scripted(*[None] * 1000)
    system = make(advisor, probability_sh=0.25)
    for _ in range(1000):
        system.on_task_schedule("0")
    assert 700 < len(advisor.asked) < 800
