from __future__ import annotations

import copy
import math
import warnings

import numpy as np
import pytest

from syne_tune.config_space import Space, loguniform, randint, uniform
from syne_tune.errors import OptionError, SchedulerError
from syne_tune.optimizer.scheduler import SchedulerDecision
from syne_tune.optimizer.schedulers import HyperbandScheduler
from syne_tune.optimizer.schedulers.hyperband import RUNG_SYSTEMS
from syne_tune.optimizer.schedulers.rungs.brackets import BracketDistribution
from syne_tune.optimizer.schedulers.rungs.stopping import StoppingRungSystem
from syne_tune.optimizer.schedulers.searchers import RandomSearcher

SPACE = {"lr": loguniform(1e-4, 1.0), "epochs": 27}

ONE_METRIC_TYPES = sorted(name for name in RUNG_SYSTEMS if name != "dyhpo" and not name.startswith("pareto_"))
"""Those that need neither a model nor several metrics."""


def make(**kwargs):
    kwargs = {"metric": "loss", "max_resource_attr": "epochs", "random_seed": 0, **kwargs}
    return HyperbandScheduler(SPACE, **kwargs)


class Run:
    """Starts trials of a scheduler and reports for them."""

    def __init__(self, scheduler, trial_of):
        self.scheduler = scheduler
        self.trial_of = trial_of
        self.trials = {}

    def ask(self):
        suggestion = self.scheduler.suggest(len(self.trials))
        if suggestion.spawn_new_trial_id:
            self.trials[len(self.trials)] = self.trial_of(len(self.trials), suggestion.config)
            self.scheduler.on_trial_add(self.trials[len(self.trials) - 1])
        return suggestion

    def report(self, trial_id, epoch, loss, **more):
        decision = self.scheduler.on_trial_result(self.trials[trial_id], {"epoch": epoch, "loss": loss, **more})
        if decision != "CONTINUE":
            self.scheduler.on_trial_remove(self.trials[trial_id])
        return decision


@pytest.fixture
def run(trial_of):
    return lambda **kwargs: Run(make(**kwargs), trial_of)


# -- description -------------------------------------------------------------------------------------------------


def test_attributes_used_elsewhere():
    scheduler = make(type="promotion", brackets=2, searcher_data="all")
    assert scheduler.scheduler_type == "promotion"
    assert scheduler.rung_levels == [1, 3, 9]
    assert scheduler.num_brackets == 2
    assert scheduler.max_t == scheduler.max_resource_level == 27
    assert scheduler.resource_attr == "epoch"
    assert scheduler.searcher_data == "all"
    assert scheduler.does_pause_resume()
    assert not make().does_pause_resume()
    assert isinstance(scheduler.bracket_distribution, BracketDistribution)
    assert isinstance(scheduler.searcher, RandomSearcher)
    assert scheduler.terminator.rung_levels == [1, 3, 9]
    assert scheduler.terminator.num_brackets == 2
    assert scheduler.terminator.information_for_rungs() == [(1, 0, 1 / 3), (3, 0, 1 / 3), (9, 0, 1 / 3)]


def test_scripts_can_be_told_the_rung_levels():
    """Row 7.6: rung levels were not told to the script, which wrote a checkpoint at every report."""
    metadata = make(resource_attr="epoch").metadata()
    assert metadata["rung_levels"] == [1, 3, 9]
    assert metadata["max_resource_level"] == 27
    assert metadata["resource_attr"] == "epoch"


@pytest.mark.parametrize(
    ("kwargs", "message"),
    [
        ({"type": "stoping"}, "did you mean 'stopping'"),
        ({"type": "dyhpo"}, "needs a searcher whose model"),
        ({"metric": ["loss", "time"]}, "compared by one metric"),
        ({"brackets": 0}, "brackets = 0"),
        ({"grace_period": 27}, "grace_period = 27"),
        ({"type": "cost_promotion"}, "needs cost_attr"),
        ({"type": "promotion", "do_snapshots": True}, "do_snapshots"),
        ({"rung_system_kwargs": {"probability": 0.25}}, "rung_system_kwargs"),
        ({"rung_system_kwargs": {"probability_sh": -0.1}}, "from 0 to 1"),
        ({"type": "rush_stopping", "rung_system_kwargs": {"num_threshold_candidates": 2}}, "between 0 and 1"),
    ],
)
def test_bad_arguments(kwargs, message):
    with pytest.raises(OptionError, match=message):
        make(**kwargs)


def test_largest_resource_must_be_known():
    with pytest.raises(OptionError, match="pass max_t, or max_resource_attr"):
        HyperbandScheduler({"x": uniform(0, 1)}, metric="loss")


def test_warning_about_unused_spacing_only_if_there_is_one():
    """Row 7.3: the warning was always logged."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert make(rung_levels=[2, 6]).rung_levels == [2, 6]
    with pytest.warns(UserWarning, match="rung_levels is given"):
        make(rung_levels=[2, 6], grace_period=3)


# -- stopping ----------------------------------------------------------------------------------------------------


def test_stopping_by_hand(run):
    study = run()
    for _ in range(3):
        assert study.ask().config["epochs"] == 27
    assert study.report(0, 1, 0.5) == "CONTINUE"
    decision = study.report(1, 1, 0.6)
    assert decision == "STOP"
    assert decision.reason == "rank 2 of 2 at epoch 1: 0.6 misses the cutoff 0.533333"
    assert decision.facts == {
        "rung": 1,
        "rank": 2,
        "n": 2,
        "metric_value": 0.6,
        "cutoff": pytest.approx(0.5 + 0.1 / 3),
        "bracket": 0,
    }
    decision = study.report(2, 1, 0.4)
    assert decision == "CONTINUE"
    assert decision.facts["next_milestone"] == 3


def test_suggestion_names_bracket_and_milestone(run):
    suggestion = run(rung_levels=[2, 6]).ask()
    assert suggestion.facts["bracket"] == 0
    assert suggestion.facts["next_milestone"] == 2


# -- promotion ---------------------------------------------------------------------------------------------------


def test_configuration_says_how_far_to_train(run):
    study = run(type="promotion")
    first = study.ask()
    assert first.config["epochs"] == 1
    assert study.report(0, 1, 0.5) == "PAUSE"
    assert study.ask().config["epochs"] == 1
    assert study.report(1, 1, 0.6) == "PAUSE"
    resumed = study.ask()
    assert not resumed.spawn_new_trial_id
    assert resumed.checkpoint_trial_id == 0
    assert resumed.config == {"lr": first.config["lr"], "epochs": 3}
    assert resumed.reason == "promoted from rung 1 to 3: rank 1 of 2"


def test_configuration_stays_without_max_resource_attr(run):
    study = run(type="promotion", max_resource_attr=None)
    assert study.ask().config["epochs"] == 27
    study.report(0, 1, 0.5)
    study.ask()
    study.report(1, 1, 0.6)
    assert study.ask().config is None


def test_run_from_scratch_is_ignored_up_to_the_level_of_the_pause(run):
    study = run(type="promotion")
    for trial_id, loss in enumerate([0.5, 0.6]):
        study.ask()
        study.report(trial_id, 1, loss)
    study.ask()
    decision = study.report(0, 1, 0.1)
    assert decision == "CONTINUE"
    assert decision.reason == "epoch 1 was reported before (up to 1): not used"
    assert study.report(0, 2, 0.4) == "CONTINUE"
    assert study.report(0, 3, 0.3) == "PAUSE"


def test_removal_of_stopped_trials_does_not_pause_them(run):
    """Row 7.3: ``on_trial_remove`` marked stopped trials as paused; they could be resumed."""
    study = run(type="promotion")
    for _ in range(4):
        study.ask()
    study.scheduler.on_trial_remove(study.trials[0])  # stopped by a rule around this scheduler
    late = study.scheduler.on_trial_result(study.trials[0], {"epoch": 1, "loss": 0.1})
    assert late == "STOP"
    assert late.reason == "a report after the trial was stopped is not used"
    for trial_id in (1, 2, 3):
        assert study.report(trial_id, 1, 0.5 + 0.1 * trial_id) == "PAUSE"
    assert study.ask().checkpoint_trial_id == 1


def test_report_after_a_pause_is_answered_alike(run):
    study = run(type="promotion")
    study.ask()
    assert study.report(0, 1, 0.5) == "PAUSE"
    assert study.report(0, 2, 0.1) == "PAUSE"
    assert study.scheduler.terminator.paused_trials() == [("0", 1, 0.5, 1)]


def test_failed_trial_is_never_promoted(run):
    study = run(type="promotion")
    for _ in range(4):
        study.ask()
    for trial_id in range(4):
        study.report(trial_id, 1, 0.1 * trial_id)
    study.scheduler.on_trial_error(study.trials[0])
    assert study.ask().checkpoint_trial_id == 1


def test_script_that_ends_early_is_done(recording_searcher, trial_of):
    searcher = recording_searcher(SPACE)
    study = Run(make(type="promotion", rung_levels=[3, 9], searcher=searcher), trial_of)
    study.ask()
    study.report(0, 1, 0.5)
    study.report(0, 2, 0.4)
    study.scheduler.on_trial_complete(study.trials[0], {"epoch": 2, "loss": 0.4})
    assert searcher.learned["0"] == {2: 0.4}
    assert searcher.all_pending() == {}
    assert study.report(0, 3, 0.3) == "STOP"
    assert study.scheduler.terminator.paused_trials() == []


def test_exhausted_space_still_promotes_from_other_brackets(trial_of):
    """With rungs per bracket, a suggestion looks into one bracket; once there are no new configurations, into all."""
    space = {"x": randint(0, 5), "epochs": 9}
    scheduler = HyperbandScheduler(
        space,
        metric="loss",
        type="promotion",
        brackets=2,
        rung_system_per_bracket=True,
        points_to_evaluate=[],
        random_seed=3,
    )
    study = Run(scheduler, trial_of)
    while len(study.trials) < 6:
        study.ask()
    for trial_id in study.trials:
        for epoch in (1, 2, 3):
            if study.report(trial_id, epoch, float(trial_id)) == "PAUSE":
                break
    resumed = [scheduler.suggest(6) for _ in range(3)]
    sizes = [information.size for information in scheduler.terminator.information_for_rungs()]
    assert min(sizes[0], sizes[2]) >= 2
    assert {suggestion.facts["bracket"] for suggestion in resumed if suggestion} == {0, 1}


def test_cost_is_added_up_and_shown_to_the_searcher(recording_searcher, trial_of):
    searcher = recording_searcher(SPACE)
    study = Run(make(type="cost_promotion", cost_attr="seconds", searcher=searcher), trial_of)
    for _ in range(4):
        study.ask()
    for trial_id in range(4):
        decision = study.report(trial_id, 1, 0.1 * trial_id, seconds=2.0)
        assert decision.facts["cost"] == 2.0
    assert study.ask().checkpoint_trial_id == 0
    study.report(0, 2, 0.05, seconds=1.5)
    assert study.report(0, 3, 0.04, seconds=3.0).facts["cost"] == 5.0
    assert searcher.seen[-1][1]["total_seconds"] == 5.0


def test_result_of_the_caller_is_not_modified(run):
    study = run(type="cost_promotion", cost_attr="seconds")
    study.ask()
    result = {"epoch": 1, "loss": 0.5, "seconds": 1.0}
    study.scheduler.on_trial_result(study.trials[0], result)
    assert result == {"epoch": 1, "loss": 0.5, "seconds": 1.0}


# -- bad reports -------------------------------------------------------------------------------------------------


def fraction_that_continues(study, losses):
    decisions = []
    for trial_id, loss in enumerate(losses):
        study.ask()
        decisions.append(study.report(trial_id, 1, loss))
    return [str(decision) for decision in decisions]


def test_nan_does_not_poison_the_rung(run):
    """W13: after three NaNs in a rung nearly every later trial was stopped."""
    losses = np.random.RandomState(0).random_sample(30).tolist()
    clean = fraction_that_continues(run(), losses)
    disturbed = fraction_that_continues(run(), [math.nan, math.inf, -math.inf, *losses])
    assert disturbed[:3] == ["STOP", "STOP", "STOP"]
    assert disturbed[3:] == clean


@pytest.mark.parametrize("type", ONE_METRIC_TYPES)
def test_non_finite_metric_counts_as_failure(recording_searcher, trial_of, type):
    """W13, W14: there was no check in promotion, and the trial stayed pending."""
    searcher = recording_searcher(SPACE)
    study = Run(make(type=type, cost_attr="seconds", searcher=searcher), trial_of)
    study.ask()
    decision = study.report(0, 1, math.nan, seconds=1.0)
    assert decision == "STOP"
    assert decision.facts["failure"] == "non_finite"
    assert searcher.failed == ["0"]
    assert searcher.all_pending() == {}
    assert [information.size for information in study.scheduler.terminator.information_for_rungs()] == [0, 0, 0]


@pytest.mark.parametrize(
    ("result", "message"),
    [
        ({"loss": 0.5}, "Trial 0 did not report 'epoch'"),
        ({"loss": 0.5, "epoch": 0}, "Trial 0 reported epoch = 0"),
        ({"loss": 0.5, "epoch": 1.5}, "Trial 0 reported epoch = 1.5"),
        ({"epoch": 1}, "Trial 0 did not report 'loss'"),
        ({"epoch": 1, "loss": None}, "Trial 0 reported loss = None"),
        ({"epoch": 1, "loss": 0.5}, "Trial 0 did not report 'seconds'"),
    ],
)
def test_unusable_report_is_refused_and_changes_nothing(run, result, message):
    """Row 7.3: assertion errors and ValueErrors that ended the experiment. The tuner fails the trial instead."""
    study = run(type="promotion", cost_attr="seconds")
    study.ask()
    before = copy.deepcopy(study.scheduler)
    with pytest.raises(SchedulerError, match=message):
        study.scheduler.on_trial_result(study.trials[0], result)
    good = {"epoch": 1, "loss": 0.5, "seconds": 1.0}
    answer = study.scheduler.on_trial_result(study.trials[0], good)
    assert answer.reason == before.on_trial_result(study.trials[0], good).reason


def test_repeated_and_decreasing_levels_are_not_used(run):
    study = run(rung_levels=[2, 6])
    study.ask()
    study.report(0, 3, 0.5)
    for epoch in (3, 1, 2):
        decision = study.report(0, epoch, 0.1)
        assert decision == "CONTINUE"
        assert "was reported before (up to 3)" in decision.reason
    assert study.scheduler.terminator.information_for_rungs()[0].size == 1


@pytest.mark.parametrize("type", ["stopping", "promotion", "pasha"])
def test_skipped_levels_count_for_the_highest_passed(run, type):
    """Row 7.3: in promotion, overshooting a milestone was an assertion error."""
    study = run(type=type)
    study.ask()
    decision = study.report(0, 5, 0.5)
    assert decision == ("CONTINUE" if type == "stopping" else "PAUSE")
    assert decision.facts["rung"] == 3
    assert [information.size for information in study.scheduler.terminator.information_for_rungs()] == [0, 1, 0]


@pytest.mark.parametrize("type", ["stopping", "promotion", "pasha"])
def test_level_beyond_the_maximum(run, type):
    study = run(type=type)
    study.ask()
    decision = study.report(0, 40, 0.5)
    assert decision == "STOP"
    assert decision.reason == "epoch 27 is the maximum: the trial is done"


def test_resource_as_float(run):
    study = run(rung_levels=[2, 6])
    study.ask()
    assert study.report(0, 2.0, 0.5).facts["rung"] == 2


def test_trial_never_suggested(run, trial_of):
    study = run()
    for call in (study.scheduler.on_trial_remove, study.scheduler.on_trial_error):
        with pytest.raises(SchedulerError, match="Trial 5 is not known"):
            call(trial_of(5))
    for call in (study.scheduler.on_trial_complete, study.scheduler.on_trial_result):
        with pytest.raises(SchedulerError, match="Trial 5 is not known"):
            call(trial_of(5), {"epoch": 1, "loss": 0.5})


# -- brackets ----------------------------------------------------------------------------------------------------


def test_brackets_are_drawn_from_the_third_seed(run):
    """So that searcher and model can take the first two without any influence on brackets."""
    studies = [run(brackets=4), run(brackets=4, searcher=RandomSearcher(SPACE, "loss"))]
    brackets = [[study.ask().facts["bracket"] for _ in range(30)] for study in studies]
    assert brackets[0] == brackets[1]
    assert set(brackets[0]) == {0, 1, 2, 3}


def test_searcher_may_replace_the_distribution():
    """3.14: a searcher may replace ``scheduler.bracket_distribution`` in ``configure_scheduler``."""

    class Last(BracketDistribution):
        def configure(self, scheduler):
            self.number = scheduler.num_brackets

        def __call__(self):
            return np.eye(self.number)[-1]

    class Searcher(RandomSearcher):
        def configure_scheduler(self, scheduler):
            scheduler.bracket_distribution = Last()

    scheduler = make(brackets=3, searcher=Searcher(SPACE, "loss"))
    assert [scheduler.suggest(number).facts["bracket"] for number in range(3)] == [2, 2, 2]


def test_searcher_is_told_bracket_milestone_and_snapshot(recording_searcher, trial_of):
    searcher = recording_searcher(SPACE)
    study = Run(make(searcher=searcher, do_snapshots=True), trial_of)
    study.ask()
    study.ask()
    study.report(0, 2, 0.5)
    study.report(1, 1, 0.7)
    study.ask()
    asked = searcher.asked[-1]
    assert (asked["trial_id"], asked["bracket"], asked["milestone"]) == ("2", 0, 1)
    snapshot = asked["snapshot"]
    assert {name: task["level"] for name, task in snapshot["tasks"].items()} == {"0": 2}
    assert snapshot["rungs"] == [(9, {}), (3, {}), (1, {"0": 0.5, "1": 0.7})]
    assert snapshot["max_resource"] == 27


# -- thresholds --------------------------------------------------------------------------------------------------


def test_thresholds_belong_to_configurations(trial_of):
    """W18: with a duplicate among the initial points, the next random trial set thresholds."""
    points = [{"lr": 0.1}, {"lr": 0.1}]
    options = {"points_to_evaluate": points, "rung_system_kwargs": {"num_threshold_candidates": 2}}
    study = Run(make(type="rush_stopping", **options), trial_of)
    study.ask()
    study.ask()
    assert study.report(0, 1, 0.5).facts["sets_threshold"] is True
    assert study.report(1, 1, 0.1).facts["sets_threshold"] is False


def test_thresholds_with_a_searcher_object(trial_of):
    """C10: rush rules work with every searcher; the points then only name the known configurations."""
    points = [{"lr": 0.1}]
    searcher = RandomSearcher(SPACE, "loss", points)
    options = {"points_to_evaluate": points, "rung_system_kwargs": {"num_threshold_candidates": 1}}
    study = Run(make(type="rush_promotion", searcher=searcher, **options), trial_of)
    study.ask()
    study.report(0, 1, 0.5)
    assert study.scheduler.terminator.paused_trials() == [("0", 1, 0.5, 1)]


@pytest.mark.parametrize("type", ONE_METRIC_TYPES)
@pytest.mark.parametrize("searcher", ["random", "grid"])
def test_every_searcher_works_with_every_type(trial_of, type, searcher):
    """C10: some combinations were refused for no reason."""
    study = Run(make(type=type, searcher=searcher, cost_attr="epoch"), trial_of)
    assert study.ask().config


# -- extension ---------------------------------------------------------------------------------------------------


def test_own_rule_under_a_name(monkeypatch, trial_of):
    """3.14: register a rung system in ``RUNG_SYSTEMS``."""

    class BelowOne(StoppingRungSystem):
        def __init__(self, rung_levels, promote_quantiles, metric, mode, resource_attr, max_t):
            super().__init__(rung_levels, promote_quantiles, metric, mode, resource_attr, max_t)

        def _task_continues(self, trial_id, metric_val, rung):
            return metric_val < 1

    monkeypatch.setitem(RUNG_SYSTEMS, "below_one", BelowOne)
    study = Run(make(type="below_one"), trial_of)
    for _ in range(2):
        study.ask()
    assert [study.report(0, 1, 2.0), study.report(1, 1, 0.5)] == ["STOP", "CONTINUE"]


def test_many_trials_share_a_rung(run):
    """Row 7.5: no step is quadratic; 20,000 trials take seconds."""
    study = run(type="promotion", grace_period=9)
    losses = np.random.RandomState(0).random_sample(20_000)
    number = 0
    for loss in losses.tolist():
        suggestion = study.ask()
        trial_id = number if suggestion.spawn_new_trial_id else suggestion.checkpoint_trial_id
        number += suggestion.spawn_new_trial_id
        study.report(trial_id, suggestion.config["epochs"], loss)
    sizes = [information.size for information in study.scheduler.terminator.information_for_rungs()]
    assert sizes == [number]


def test_space_object_is_taken_as_it_is():
    space = Space(SPACE)
    assert HyperbandScheduler(space, metric="loss").space is space


def test_reports_between_levels_need_not_be_shown(trial_of):
    options = {"metric": "loss", "max_t": 9, "resource_attr": "epoch", "random_seed": 1}
    scheduler = HyperbandScheduler({"x": uniform(0, 1)}, **options)
    trial = trial_of(0, scheduler.suggest(0).config)
    assert scheduler.continuation(trial).below == 1
    scheduler.on_trial_result(trial, {"loss": 0.5, "epoch": 1})
    promise = scheduler.continuation(trial)
    assert (promise.resource_attr, promise.above, promise.below) == ("epoch", 1, 3)
    answer = scheduler.on_trial_result(trial, {"loss": 0.5, "epoch": 2})
    assert (answer, answer.reason, answer.facts) == (SchedulerDecision.CONTINUE, promise.reason, promise.facts)


@pytest.mark.parametrize(
    "more", [{"searcher_data": "all"}, {"cost_attr": "cost"}, {"do_snapshots": True}, {"type": "pasha"}]
)
def test_every_report_is_shown_if_somebody_needs_it(trial_of, more):
    scheduler = HyperbandScheduler({"x": uniform(0, 1)}, metric="loss", max_t=9, random_seed=1, **more)
    assert scheduler.continuation(trial_of(0, scheduler.suggest(0).config)) is None
