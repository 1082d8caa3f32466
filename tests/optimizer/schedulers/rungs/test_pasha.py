from __future__ import annotations

from syne_tune.optimizer.schedulers.rungs.pasha import PASHARungSystem


def fill(play, epoch, losses):
    """Trials 0, 1, ... all report, then all that may are promoted."""
    for number, loss in enumerate(losses):
        play.run(str(number), epoch, loss)


def test_top_level_stays_while_rankings_agree(player):
    play = player(PASHARungSystem, [1, 3, 9], 27)
    fill(play, 1, [0.1 * number for number in range(9)])
    promoted = []
    while (promotion := play.promote()) is not None:
        promoted.append(promotion)
        report = play.report(promotion[0], 3, 0.05 * int(promotion[0]))
        assert report.facts.get("ranking_agrees", True)
    assert promoted == [("0", 1, 3), ("1", 1, 3), ("2", 1, 3)]
    assert report.facts["top_level"] == 3


def test_top_level_rises_when_rankings_differ(player):
    play = player(PASHARungSystem, [1, 3, 9], 27)
    fill(play, 1, [0.1 * number for number in range(9)])
    first, second = play.promote(), play.promote()
    assert (first, second) == (("0", 1, 3), ("1", 1, 3))
    assert play.report("0", 3, 0.5).reason.endswith("rungs 1 and 3 rank the trials alike")
    report = play.report("1", 3, 0.4)
    assert report.reason.endswith("rungs 1 and 3 rank the trials differently, trials may now reach 9")
    assert report.facts["top_level"] == 9
    assert play.promote() == ("1", 3, 9)


def test_top_level_ends_at_the_maximum(player):
    play = player(PASHARungSystem, [1, 3], 9)
    fill(play, 1, [0.0, 0.1, 0.2, 0.3, 0.4, 0.5])
    assert (play.promote(), play.promote()) == (("0", 1, 3), ("1", 1, 3))
    play.report("0", 3, 0.5)
    assert play.report("1", 3, 0.4).facts["top_level"] == 9
    assert play.promote() == ("1", 3, 9)
    assert play.report("1", 8, 0.4).decision == "CONTINUE"
    assert play.report("1", 9, 0.4).decision == "STOP"


def test_two_levels_in_all(player):
    """W15: with two rungs, the top one and the one below were swapped; the ranking could never be compared right."""
    play = player(PASHARungSystem, [1], 3)
    fill(play, 1, [0.1, 0.2])
    assert play.promote() == ("0", 1, 3)
    assert play.report("0", 3, 0.5).decision == "STOP"


def test_no_level_below_the_maximum(player):
    """W15: with one rung, the first report was an IndexError."""
    play = player(PASHARungSystem, [], 3)
    play.start("0")
    assert play.report("0", 1, 0.5).decision == "CONTINUE"
    assert play.report("0", 3, 0.5).decision == "STOP"


def test_trials_of_higher_brackets_are_not_compared(player):
    """W15: trials absent in the rung below were an IndexError."""
    play = player(PASHARungSystem, [1, 3, 9], 27)
    play.start("7", skip_rungs=1)
    report = play.report("7", 3, 0.5, skip_rungs=1)
    assert report.decision == "PAUSE"
    assert "ranking_agrees" not in report.facts


def test_missing_epochs(player):
    """W15: a curve without epoch 2 was a KeyError."""
    play = player(PASHARungSystem, [1, 3, 9], 27)
    fill(play, 1, [0.1, 0.2, 0.3, 0.4])
    assert (play.promote(), play.promote()) == (("0", 1, 3), ("1", 1, 3))
    play.report("0", 2, 0.3)
    play.report("0", 3, 0.2)
    assert play.report("1", 4, 0.3).facts["ranking_agrees"]
