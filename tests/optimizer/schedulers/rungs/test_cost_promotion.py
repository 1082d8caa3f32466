"""The cost rule on small cases computed by hand."""

from __future__ import annotations

import pytest

from syne_tune.errors import OptionError
from syne_tune.optimizer.schedulers.rungs.cost_promotion import CostPromotionRungSystem
from syne_tune.optimizer.schedulers.rungs.rung_system import RungOptions

COST = RungOptions(cost_attr="total_cost")


def test_rule_by_hand(player):
    """One third of the cost is promoted."""
    play = player(CostPromotionRungSystem, [1, 3], 9, options=COST)
    play.run("0", 1, 0.5, total_cost=10.0)
    play.run("1", 1, 0.4, total_cost=6.0)
    assert play.promote() is None  # 6 > 16 / 3
    play.run("2", 1, 0.6, total_cost=2.0)
    assert play.promote() == ("1", 1, 3)  # 6 <= 18 / 3
    assert play.promote() is None  # 6 + 10 > 18 / 3
    play.run("3", 1, 0.3, total_cost=1.0)
    assert play.promote() == ("3", 1, 3)  # 1 <= 19 / 3
    assert play.promote() is None  # 1 + 6 + 10 > 19 / 3


def test_cheap_trials_are_promoted_more_often(player):
    play = player(CostPromotionRungSystem, [1, 3], 9, options=COST)
    for number in range(4):
        play.run(str(number), 1, 0.1 * number, total_cost=1.0)
    play.run("4", 1, 0.9, total_cost=8.0)
    assert [play.promote() for _ in range(5)] == [("0", 1, 3), ("1", 1, 3), ("2", 1, 3), ("3", 1, 3), None]


def test_needs_to_know_the_cost(player):
    with pytest.raises(OptionError, match="cost_attr"):
        player(CostPromotionRungSystem, [1, 3], 9)


def test_cost_is_part_of_the_reason(player):
    play = player(CostPromotionRungSystem, [1, 3], 9, options=COST)
    play.start("0")
    report = play.report("0", 1, 0.5, total_cost=2.5)
    assert report.reason.endswith("cost 2.5")
    assert report.facts["cost"] == 2.5
