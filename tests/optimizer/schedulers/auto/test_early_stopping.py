"""Halving that watches itself."""

from __future__ import annotations

import pytest

from syne_tune.optimizer.scheduler import SchedulerDecision
from syne_tune.optimizer.schedulers.auto.early_stopping import GuardedHalving


def halving(max_resource: int = 9, mode: str = "min") -> GuardedHalving:
    return GuardedHalving(max_resource, mode, "epoch")


@pytest.mark.parametrize(
    ("max_resource", "levels"), [(3, [1]), (9, [1, 3]), (81, [1, 3, 9, 27]), (200, [2, 6, 18, 54, 162])]
)
def test_levels(max_resource: int, levels: list[int]) -> None:
    assert halving(max_resource).levels == levels


@pytest.mark.parametrize(("mode", "sign"), [("min", 1), ("max", -1)])
def test_worse_part_is_stopped_from_the_second_trial_on(mode: str, sign: int) -> None:
    rule = halving(mode=mode)
    decisions = [rule.report(str(value), 1, sign * value)[1] for value in (1.0, 2.0, 3.0, 0.5)]
    assert [str(decision) for decision in decisions] == ["CONTINUE", "STOP", "STOP", "CONTINUE"]
    assert "misses the cutoff" in decisions[1].reason
    assert decisions[1].facts["rank_agreement_trials"] == 0


def test_between_levels_and_repeated_reports_go_on() -> None:
    rule = halving()
    assert rule.report("0", 1, 1.0)[0] == 1
    assert rule.report("0", 1, 1.0)[0] is None
    assert rule.report("0", 2, 1.0)[0] is None
    level, decision = rule.report("0", 8, 1.0)
    assert level == 3
    assert decision == SchedulerDecision.CONTINUE
    assert rule.report("0", 9, 1.0)[0] == 9
    assert rule.is_complete("0")
    assert rule.report("0", 10, 1.0)[0] is None
    assert rule.next_level(8) == 9


def test_level_that_does_not_agree_stops_nobody() -> None:
    rule = halving()
    for number in range(12):
        rule.report(str(number), 1, float(number % 3))
        rule.report(str(number), 9, -float(number % 3))
    level, decision = rule.report("bad", 1, 100.0)
    assert level == 1
    assert decision == SchedulerDecision.CONTINUE
    assert "goes on, since" in decision.reason
