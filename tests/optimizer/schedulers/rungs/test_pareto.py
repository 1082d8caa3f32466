from __future__ import annotations

import pytest

from syne_tune.errors import OptionError
from syne_tune.optimizer.schedulers.multiobjective import NonDominatedPriority
from syne_tune.optimizer.schedulers.rungs.pareto import ParetoPromotionRungSystem, ParetoStoppingRungSystem
from syne_tune.optimizer.schedulers.rungs.rung_system import RungOptions

OPTIONS = RungOptions(modes={"loss": "min", "accuracy": "max"}, priority=NonDominatedPriority())


def test_stopping_by_hand(player):
    """7.6: multi-objective rungs were there for random search only; W4: the best went first, not last."""
    play = player(ParetoStoppingRungSystem, [1, 3], 9, options=OPTIONS)
    assert play.run("0", 1, 0.5, accuracy=0.5) == "CONTINUE"
    assert play.run("1", 1, 0.6, accuracy=0.4) == "STOP"
    assert play.run("2", 1, 0.1, accuracy=0.1) == "CONTINUE"
    assert play.run("3", 1, 0.4, accuracy=0.6) == "CONTINUE", "not dominated, and second of four"
    assert play.run("4", 1, 0.3, accuracy=0.5) == "STOP", "not dominated, but between two that come first"
    decision = play.report("0", 3, 0.3, accuracy=0.9)
    assert decision.milestone_reached == 3
    assert decision.next_milestone == 9
    assert "nothing to compare with yet" in decision.reason
    assert play.report("2", 9, 0.1, accuracy=0.1).decision == "STOP"


def test_promotion_by_hand(player):
    play = player(ParetoPromotionRungSystem, [1, 3], 9, options=OPTIONS)
    assert play.run("0", 1, 0.5, accuracy=0.5) == "PAUSE"
    assert play.promote() is None, "alone"
    assert play.run("1", 1, 0.6, accuracy=0.4) == "PAUSE"
    assert play.promote() == ("0", 1, 3)
    assert play.promote() is None, "the other one is dominated"
    for number in range(2, 6):
        play.run(str(number), 1, 0.1 * number, accuracy=0.1 * number)
    assert [paused.rank for paused in play.system.paused_trials(1)] == sorted(
        paused.rank for paused in play.system.paused_trials(1)
    )
    assert play.promote() == ("2", 1, 3), "the lowest loss comes first among those not dominated"
    assert play.report("0", 3, 0.2, accuracy=0.9).decision == "PAUSE"
    assert play.report("2", 3, 0.1, accuracy=0.95).decision == "PAUSE"
    assert play.promote() == ("2", 3, 9), "the higher rung comes first"


def test_withdrawn_trials_are_not_promoted(player):
    play = player(ParetoPromotionRungSystem, [1], 3, options=OPTIONS)
    play.run("0", 1, 0.1, accuracy=0.9)
    play.run("1", 1, 0.2, accuracy=0.8)
    play.system.on_task_withdraw("0")
    assert play.promote() is None
    assert [paused.trial_id for paused in play.system.paused_trials()] == ["1"]
    assert play.system.information_for_rungs()[0].size == 2
    assert play.system.snapshot_rungs() == [(1, {"0": 1, "1": 2})]


def test_several_metrics_are_needed(player):
    with pytest.raises(OptionError, match="at least two"):
        player(ParetoStoppingRungSystem, [1], 3)
