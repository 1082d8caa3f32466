"""What the searcher is told, with a searcher that keeps the books and complains about double entries."""

from __future__ import annotations

import pytest

from syne_tune.config_space import uniform
from syne_tune.errors import OptionError
from syne_tune.optimizer.schedulers import HyperbandScheduler
from syne_tune.optimizer.schedulers.searcher_feed import SearcherFeed
from syne_tune.testing.scripted_study import ScriptedStudy
from syne_tune.testing.spaces import mixed_space

SPACE = {"x": uniform(0, 1)}
CONFIG = {"x": 0.5}


@pytest.fixture
def make_feed(recording_searcher):
    def make(searcher_data, myopic=False):
        searcher = recording_searcher(SPACE)
        return searcher, SearcherFeed(searcher, searcher_data, myopic, "epoch", 9)

    return make


def report(feed, epoch, milestone_reached, next_milestone):
    feed.report("0", CONFIG, {"epoch": epoch, "loss": float(epoch)}, milestone_reached, next_milestone)


def test_rungs(make_feed):
    searcher, feed = make_feed("rungs")
    feed.start("0", CONFIG, 0, 3)
    assert searcher.all_pending() == {"0": {3}}
    report(feed, 1, None, 3)
    assert searcher.seen[-1][2] is False
    report(feed, 3, 3, 9)
    assert searcher.learned["0"] == {3: 3.0}
    assert searcher.all_pending() == {"0": {9}}
    feed.stop("0", CONFIG)
    assert searcher.all_pending() == {}


def test_all(make_feed):
    searcher, feed = make_feed("all")
    feed.start("0", CONFIG, 0, 3)
    assert searcher.all_pending() == {"0": {1, 2, 3}}
    report(feed, 1, None, 3)
    assert searcher.all_pending() == {"0": {2, 3}}
    report(feed, 3, 3, 5)
    assert searcher.learned["0"] == {1: 1.0, 3: 3.0}
    assert searcher.all_pending() == {"0": {4, 5}}


def test_myopic(make_feed):
    searcher, feed = make_feed("all", myopic=True)
    feed.start("0", CONFIG, 0, 3)
    assert searcher.all_pending() == {"0": {1}}
    report(feed, 1, None, 3)
    assert searcher.all_pending() == {"0": {2}}
    searcher, feed = make_feed("rungs", myopic=True)
    feed.start("0", CONFIG, 0, 3)
    assert searcher.all_pending() == {"0": {3}}


def test_rungs_and_last(make_feed):
    searcher, feed = make_feed("rungs_and_last")
    feed.start("0", CONFIG, 0, 3)
    report(feed, 1, None, 3)
    report(feed, 2, None, 3)
    assert searcher.learned["0"] == {2: 2.0}
    report(feed, 3, 3, 9)
    assert searcher.learned["0"] == {3: 3.0}
    report(feed, 4, None, 9)
    assert searcher.learned["0"] == {3: 3.0, 4: 4.0}
    report(feed, 5, None, 9)
    assert searcher.learned["0"] == {3: 3.0, 5: 5.0}


def test_skipped_level_is_learned_as_the_level_it_counts_for(make_feed):
    searcher, feed = make_feed("rungs")
    feed.start("0", CONFIG, 0, 1)
    report(feed, 5, 3, 9)
    assert searcher.learned["0"] == {3: 5.0}
    assert searcher.all_pending() == {"0": {9}}


def test_beyond_the_maximum_counts_as_the_maximum(make_feed):
    for searcher_data in ("rungs", "all"):
        searcher, feed = make_feed(searcher_data)
        feed.start("0", CONFIG, 0, 9)
        report(feed, 12, 9, None)
        assert list(searcher.learned["0"]) == [9]
        assert searcher.all_pending() == {}


def test_last_report_is_learned_at_most_once(make_feed):
    searcher, feed = make_feed("rungs")
    feed.start("0", CONFIG, 0, 3)
    report(feed, 3, 3, 9)
    feed.complete("0", CONFIG, {"epoch": 3, "loss": 3.0})
    assert searcher.learned["0"] == {3: 3.0}
    feed.start("1", CONFIG, 0, 3)
    feed.complete("1", CONFIG, {"epoch": 2, "loss": 2.0})
    assert searcher.learned["1"] == {2: 2.0}
    assert searcher.all_pending() == {}


def test_resumed_trial_has_only_what_is_still_to_come(make_feed):
    searcher, feed = make_feed("all")
    feed.start("0", CONFIG, 0, 3)
    report(feed, 3, 3, None)
    assert searcher.all_pending() == {}
    feed.start("0", CONFIG, 3, 9)
    assert searcher.all_pending() == {"0": {4, 5, 6, 7, 8, 9}}
    feed.fail("0")
    assert searcher.all_pending() == {}
    assert searcher.failed == ["0"]


def test_unknown_choice():
    with pytest.raises(OptionError, match="did you mean 'rungs'"):
        HyperbandScheduler(SPACE, metric="loss", max_t=9, searcher_data="rung")


class Watched(HyperbandScheduler):
    """Writes down, from its own answers, how far each trial has come and where it is decided next."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.reached = {}
        self.milestone = {}

    def suggest(self, trial_id):
        suggestion = super().suggest(trial_id)
        if suggestion is not None:
            name = trial_id if suggestion.spawn_new_trial_id else suggestion.checkpoint_trial_id
            self.reached.setdefault(str(name), 0)
            self.milestone[str(name)] = suggestion.facts["next_milestone"]
        return suggestion

    def on_trial_result(self, trial, result):
        name = str(trial.trial_id)
        decision = super().on_trial_result(trial, result)
        self.reached[name] = max(self.reached[name], result["epoch"])
        if "next_milestone" in decision.facts:
            self.milestone[name] = decision.facts["next_milestone"]
        return decision

    def expected_pending(self, trial_id, myopic):
        done, milestone = self.reached[trial_id], self.milestone[trial_id]
        if self.searcher_data == "rungs":
            return {milestone}
        return {done + 1} if myopic else set(range(done + 1, milestone + 1))


@pytest.mark.parametrize("type", ["stopping", "promotion", "pasha"])
@pytest.mark.parametrize("myopic", [False, True])
@pytest.mark.parametrize("searcher_data", ["rungs", "all", "rungs_and_last"])
def test_pending_is_always_what_running_trials_report_next(recording_searcher, searcher_data, myopic, type):
    """Acceptance check 8 of 7.7; W1: one finished trial erased the pending evaluations of all others."""
    for seed in range(3):
        searcher = recording_searcher(mixed_space(), random_seed=seed)
        scheduler = Watched(
            mixed_space(),
            metric="loss",
            searcher=searcher,
            type=type,
            searcher_data=searcher_data,
            register_pending_myopic=myopic,
            brackets=2,
            random_seed=seed,
        )
        study = ScriptedStudy(scheduler, seed, failure_rate=0.05, non_finite_rate=0.05)
        for _ in range(200):
            study.run(1)
            running = [str(trial_id) for trial_id in study.running]
            expected = {name: scheduler.expected_pending(name, myopic) for name in running}
            assert searcher.all_pending() == expected
