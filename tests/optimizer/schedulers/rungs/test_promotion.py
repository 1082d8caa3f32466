"""The promotion rule on small cases computed by hand."""

from __future__ import annotations

import pytest

from syne_tune.optimizer.schedulers.rungs.promotion import PromotionRungSystem


@pytest.mark.parametrize(("mode", "sign"), [("min", 1), ("max", -1)])
def test_rule_by_hand(player, mode, sign):
    """Levels 1, 3, 9 and maximum 27, one third is promoted."""
    play = player(PromotionRungSystem, [1, 3, 9], 27, mode)

    def report(trial_id, epoch, loss):
        return play.report(trial_id, epoch, sign * loss).decision

    assert play.run("0", 1, sign * 0.5) == "PAUSE"
    assert play.promote() is None  # alone
    assert play.run("1", 1, sign * 0.6) == "PAUSE"
    assert play.promote() == ("0", 1, 3)  # cutoff 0.533
    assert play.promote() is None  # "1" misses it
    assert report("0", 2, 0.4) == "CONTINUE"
    assert report("0", 3, 0.3) == "PAUSE"
    assert play.run("2", 1, sign * 0.4) == "PAUSE"
    assert play.run("3", 1, sign * 0.45) == "PAUSE"
    assert play.promote() == ("2", 1, 3)  # best of those that wait
    assert play.promote() == ("3", 1, 3)  # cutoff 0.45: equal
    assert play.promote() is None
    assert report("2", 3, 0.2) == "PAUSE"
    assert play.promote() == ("2", 3, 9)  # the higher rung comes first
    assert report("2", 9, 0.1) == "PAUSE"
    assert play.promote() is None  # alone at 9; "0" misses 0.233 at 3
    assert report("3", 3, 0.25) == "PAUSE"
    assert play.promote() is None  # cutoff 0.233
    assert play.run("4", 1, sign * 0.44) == "PAUSE"
    assert play.promote() == ("4", 1, 3)


def test_top_rung_promotes_to_the_maximum(player):
    play = player(PromotionRungSystem, [1], 3)
    play.run("0", 1, 0.1)
    play.run("1", 1, 0.2)
    assert play.promote() == ("0", 1, 3)
    assert play.report("0", 3, 0.1).decision == "STOP"


def test_reason(player):
    play = player(PromotionRungSystem, [3, 9], 27)
    for number in range(6):
        play.run(str(number), 3, float(number))
    promotion = play.system.on_task_schedule("6")
    assert promotion.reason == "promoted from rung 3 to 9: rank 1 of 6"
    assert promotion.facts["next_milestone"] == 9


def test_skipped_level_counts_for_the_highest_level_passed(player):
    """Row 7.3: skipped milestones in promotion were an assertion error."""
    play = player(PromotionRungSystem, [1, 3, 9], 27)
    play.start("0")
    report = play.report("0", 5, 0.5)
    assert (report.decision, report.milestone_reached) == ("PAUSE", 3)
    play.run("1", 3, 0.9)
    assert play.promote() == ("0", 3, 9)


def test_withdrawn_trial_is_not_promoted(player):
    play = player(PromotionRungSystem, [1, 3], 9)
    for number in range(4):
        play.run(str(number), 1, float(number))
    play.system.on_task_withdraw("0")
    assert play.promote() == ("1", 1, 3)
    assert [information.size for information in play.system.information_for_rungs()] == [4, 0]


def test_paused_trials_with_rank_among_all(player):
    play = player(PromotionRungSystem, [1, 3], 9)
    for number, loss in enumerate([0.3, 0.1, 0.2]):
        play.run(str(number), 1, loss)
    assert play.promote() == ("1", 1, 3)
    assert play.system.paused_trials() == [("2", 2, 0.2, 1), ("0", 3, 0.3, 1)]
    assert play.report("1", 3, 0.05).decision == "PAUSE"
    assert play.system.paused_trials(3) == [("1", 1, 0.05, 3)]
    assert play.system.paused_trials(2) == []
    assert play.system.does_pause_resume()
    assert play.system.support_early_checkpoint_removal()


def test_overriding_the_rule(player):
    """Documented extension: ``_is_promotable_trial(entry, resource)`` and ``_effective_max_t()``."""

    class NeverTheFirst(PromotionRungSystem):
        def _is_promotable_trial(self, entry, resource):
            return entry.trial_id != "0"

    play = player(NeverTheFirst, [1, 3], 9)
    play.run("0", 1, 0.1)
    play.run("1", 1, 0.2)
    assert play.promote() is None

    class NotBeyondThree(PromotionRungSystem):
        def _effective_max_t(self):
            return 3

    play = player(NotBeyondThree, [1, 3], 9)
    for number in range(4):
        play.run(str(number), 3, float(number))
    assert play.promote() is None
