"""The stopping rule on small cases computed by hand."""

from __future__ import annotations

import pytest

from syne_tune.optimizer.schedulers.rungs.stopping import StoppingRungSystem


@pytest.mark.parametrize(("mode", "sign"), [("min", 1), ("max", -1)])
def test_rule_by_hand(player, mode, sign):
    """Levels 1, 3, 9: one third goes on. In brackets the cutoff after the value was inserted."""
    play = player(StoppingRungSystem, [1, 3], 9, mode)
    decisions = [
        play.run(str(number), 1, sign * loss)
        for number, loss in enumerate(
            [
                0.5,  # alone
                0.6,  # [0.5 + 1/3 * 0.1 = 0.533]
                0.4,  # [0.4 + 2/3 * 0.1 = 0.467]
                0.45,  # [0.45]: equal
                0.49,  # [0.45 + 1/3 * 0.04 = 0.463]
            ]
        )
    ]
    assert decisions == ["CONTINUE", "STOP", "CONTINUE", "CONTINUE", "STOP"]


def test_reason_and_facts(player):
    play = player(StoppingRungSystem, [1, 3], 9)
    play.run("0", 1, 0.5)
    play.start("1")
    report = play.report("1", 1, 0.6)
    assert report.reason == "rank 2 of 2 at epoch 1: 0.6 misses the cutoff 0.533333"
    assert report.facts == {"rung": 1, "rank": 2, "n": 2, "metric_value": 0.6, "cutoff": pytest.approx(0.5 + 0.1 / 3)}
    assert report.milestone_reached == 1
    assert report.next_milestone is None


def test_between_levels_nothing_is_decided(player):
    play = player(StoppingRungSystem, [2, 6], 18)
    play.start("0")
    report = play.report("0", 1, 0.5)
    assert (report.decision, report.milestone_reached, report.next_milestone) == ("CONTINUE", None, 2)
    assert play.report("0", 2, 0.5).next_milestone == 6
    assert play.report("0", 5, 0.5).next_milestone == 6
    assert play.report("0", 6, 0.5).next_milestone == 18
    assert play.report("0", 18, 0.5).decision == "STOP"


def test_skipped_level_counts_for_the_highest_level_passed(player):
    play = player(StoppingRungSystem, [1, 3, 9], 27)
    play.start("0")
    report = play.report("0", 5, 0.5)
    assert (report.milestone_reached, report.next_milestone) == (3, 9)
    assert [information.size for information in play.system.information_for_rungs()] == [0, 1, 0]


def test_beyond_the_maximum(player):
    play = player(StoppingRungSystem, [1, 3], 9)
    play.start("0")
    report = play.report("0", 12, 0.5)
    assert (report.decision, report.milestone_reached) == ("STOP", 9)


def test_bracket_skips_the_lowest_levels(player):
    play = player(StoppingRungSystem, [1, 3], 9)
    play.run("0", 1, 0.1)
    play.start("1", skip_rungs=1)
    assert play.report("1", 1, 9.9, skip_rungs=1).milestone_reached is None
    assert play.report("1", 3, 9.9, skip_rungs=1).decision == "CONTINUE"
    play.start("2", skip_rungs=2)
    assert play.report("2", 8, 9.9, skip_rungs=2).next_milestone == 9


def test_no_levels_at_all(player):
    play = player(StoppingRungSystem, [], 9)
    play.start("0")
    assert play.report("0", 8, 0.5).decision == "CONTINUE"
    assert play.report("0", 9, 0.5).decision == "STOP"


def test_overriding_the_rule(player):
    """Documented extension: ``_task_continues(trial_id, metric_val, rung)``."""

    class OnlyBelowOne(StoppingRungSystem):
        def _task_continues(self, trial_id, metric_val, rung):
            return metric_val < 1

    play = player(OnlyBelowOne, [1, 3], 9)
    assert [play.run(str(i), 1, loss) for i, loss in enumerate([0.5, 0.9, 1.0])] == ["CONTINUE", "CONTINUE", "STOP"]


def test_stopped_trials_are_not_waiting(player):
    play = player(StoppingRungSystem, [1, 3], 9)
    play.run("0", 1, 0.5)
    play.run("1", 1, 0.6)
    assert play.system.paused_trials() == []
    assert play.promote() is None
    assert not play.system.does_pause_resume()
    assert not play.system.support_early_checkpoint_removal()
    assert play.system.snapshot_rungs() == [(3, {}), (1, {"0": 0.5, "1": 0.6})]
