from __future__ import annotations

import pytest

from syne_tune.optimizer.schedulers.rungs.rung_system import RungOptions
from syne_tune.optimizer.schedulers.rungs.rush import RUSHPromotionRungSystem, RUSHStoppingRungSystem

GOOD = {"lr": 0.1}
OPTIONS = RungOptions(threshold_configs=[GOOD])


@pytest.mark.parametrize(("mode", "sign"), [("min", 1), ("max", -1)])
def test_stopping_by_hand(player, mode, sign):
    play = player(RUSHStoppingRungSystem, [1, 3], 9, mode, OPTIONS)

    def run(trial_id, loss, config):
        play.start(trial_id, config=config)
        return play.report(trial_id, 1, sign * loss).decision

    assert run("0", 0.9, {"lr": 1.0}) == "CONTINUE"  # no threshold yet
    assert run("1", 0.5, GOOD) == "CONTINUE"  # sets 0.5
    assert run("2", 0.95, {"lr": 2.0}) == "STOP"
    assert run("3", 0.94, {"lr": 3.0}) == "STOP"
    assert run("4", 0.93, {"lr": 4.0}) == "STOP"
    assert run("5", 0.55, {"lr": 5.0}) == "STOP"  # second best of six, meets the cutoff, misses the threshold
    assert run("6", 0.5, {"lr": 6.0}) == "CONTINUE"  # as good as the threshold
    assert run("7", 0.6, GOOD) == "STOP"  # exempt from the threshold, not from the cutoff


def test_reason_names_the_threshold(player):
    play = player(RUSHStoppingRungSystem, [1, 3], 9, options=OPTIONS)
    play.start("0", config=GOOD)
    assert "known to be good" in play.report("0", 1, 0.5).reason
    play.start("1", config={"lr": 2.0})
    report = play.report("1", 1, 0.6)
    assert report.reason.endswith("threshold 0.5")
    assert report.facts["threshold"] == 0.5


def test_promotion_by_hand(player):
    play = player(RUSHPromotionRungSystem, [1, 3], 9, options=OPTIONS)

    def run(trial_id, loss, config):
        play.start(trial_id, config=config)
        return play.report(trial_id, 1, loss).decision

    for number in range(6):
        run(str(number), 0.8 + 0.01 * number, {"lr": float(number)})
    run("good", 0.5, GOOD)
    assert play.promote() == ("good", 1, 3)
    assert play.promote() is None  # "0" and "1" meet the cutoff 0.81, but not the threshold
    run("6", 0.49, {"lr": 6.0})
    assert play.promote() == ("6", 1, 3)


def test_exempt_trial_is_promoted_past_those_below_the_threshold(player):
    play = player(RUSHPromotionRungSystem, [1, 3], 9, options=OPTIONS)
    for trial_id, loss, config in [
        ("a", 0.50, GOOD),
        ("b", 0.51, {"lr": 1.0}),
        ("c", 0.52, GOOD),
        *[(str(number), 0.9, {"lr": 2.0 + number}) for number in range(6)],
    ]:
        play.start(trial_id, config=config)
        play.report(trial_id, 1, loss)
    assert [play.promote() for _ in range(3)] == [("a", 1, 3), ("c", 1, 3), None]


def test_thresholds_do_not_change_while_rungs_are_scanned(player):
    """W18: looking for a trial to promote altered the thresholds of the promotion variant."""
    play = player(RUSHPromotionRungSystem, [1, 3], 9, options=OPTIONS)
    for trial_id, loss, config in [("0", 0.3, GOOD), ("1", 0.4, {"lr": 1.0}), ("2", 0.5, {"lr": 2.0})]:
        play.start(trial_id, config=config)
        play.report(trial_id, 1, loss)
    before = play.system._thresholds.explain("1", 1)
    play.promote()
    play.promote()
    assert play.system._thresholds.explain("1", 1) == before


def test_without_known_configurations_it_is_the_plain_rule(player):
    play = player(RUSHStoppingRungSystem, [1, 3], 9)
    assert [play.run(str(i), 1, loss) for i, loss in enumerate([0.5, 0.6, 0.4])] == ["CONTINUE", "STOP", "CONTINUE"]
