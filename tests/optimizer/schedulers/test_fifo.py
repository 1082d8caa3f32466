from __future__ import annotations

import math

import pytest

from syne_tune.config_space import Space, choice, loguniform, randint, uniform
from syne_tune.errors import ConfigSpaceError, OptionError, SchedulerError
from syne_tune.optimizer.schedulers import FIFOScheduler, HyperbandScheduler
from syne_tune.optimizer.schedulers.searchers import GridSearcher, RandomSearcher

SPACE = {"lr": loguniform(1e-4, 1.0), "units": randint(1, 9), "epochs": 27}


def test_suggestions_are_complete_cast_and_explained(recording_searcher):
    scheduler = FIFOScheduler(
        SPACE, metric="loss", searcher=recording_searcher(SPACE, points_to_evaluate=[{"units": 3}])
    )
    suggestion = scheduler.suggest(0)
    assert suggestion.spawn_new_trial_id
    assert suggestion.config == {"lr": pytest.approx(0.01), "units": 3, "epochs": 27}
    assert suggestion.reason == "initial configuration 1 of 1"
    assert scheduler.suggest(1).reason == "random draw"


def test_metric_list_with_a_single_mode():
    """C1: a metric list with a single mode string was an assertion error."""
    scheduler = FIFOScheduler(SPACE, metric=["loss", "time"], mode="max")
    assert scheduler.metric_names() == ["loss", "time"]
    assert scheduler.metric_mode() == ["max", "max"]
    assert scheduler.is_multiobjective_scheduler()
    assert FIFOScheduler(SPACE, metric=["loss"]).metric_mode() == "min"


@pytest.mark.parametrize(
    ("kwargs", "message"),
    [
        ({"metric": "loss", "mode": "mni"}, "did you mean 'min'"),
        ({"metric": ["loss", "time"], "mode": ["min"]}, "one for each of the metrics"),
        ({"metric": []}, "metric = "),
        ({"metric": ""}, "metric = "),
        ({"metric": "loss", "searcher": "randon"}, "did you mean 'random'"),
        ({"metric": "loss", "search_options": {"nonsense": 1}}, "nonsense"),
        ({"metric": "loss", "search_options": {"mode": "max"}}, "'mode'.*pass it to the scheduler"),
        ({"metric": "loss", "random_seed": -1}, "random_seed = -1"),
        ({"metric": "loss", "max_t": 0}, "max_t = 0"),
        ({"metric": "loss", "max_resource_attr": "epoch"}, "did you mean 'epochs'"),
    ],
)
def test_bad_arguments(kwargs, message):
    with pytest.raises(OptionError, match=message):
        FIFOScheduler(SPACE, **kwargs)


def test_options_for_a_searcher_object_are_refused():
    searcher = RandomSearcher(SPACE, "loss")
    with pytest.raises(OptionError, match="pass them to its constructor"):
        FIFOScheduler(SPACE, metric="loss", searcher=searcher, search_options={"debug_log": True})


def test_bad_initial_configuration():
    with pytest.raises(ConfigSpaceError, match=r"points_to_evaluate\[0\]"):
        FIFOScheduler(SPACE, metric="loss", points_to_evaluate=[{"units": 10}])


def test_searcher_options_reach_the_searcher():
    scheduler = FIFOScheduler(
        {"x": uniform(0, 1)},
        metric="loss",
        searcher="grid",
        search_options={"num_samples": {"x": 2}, "shuffle_config": False},
        points_to_evaluate=[],
    )
    assert isinstance(scheduler.searcher, GridSearcher)
    assert [scheduler.suggest(number).config["x"] for number in range(2)] == [0.25, 0.75]
    assert scheduler.suggest(2) is None


def test_options_of_the_caller_are_not_modified():
    """Row 7.4: some methods wrote into the caller's ``search_options``."""
    options, points = {"debug_log": True}, [{"units": 3}]
    scheduler = FIFOScheduler(SPACE, metric="loss", search_options=options, points_to_evaluate=points)
    scheduler.suggest(0)
    assert options == {"debug_log": True}
    assert points == [{"units": 3}]


def test_equal_seeds_give_equal_configurations_whatever_the_method():
    """Paired comparison: the searcher takes the first seed."""
    methods = [
        FIFOScheduler(SPACE, metric="loss", random_seed=11),
        HyperbandScheduler(SPACE, metric="loss", random_seed=11),
        HyperbandScheduler(SPACE, metric="loss", random_seed=11, type="promotion", brackets=3),
        HyperbandScheduler(SPACE, metric="loss", random_seed=11, type="pasha", mode="max"),
    ]
    configs = [[method.suggest(number).config for number in range(5)] for method in methods]
    assert all(other == configs[0] for other in configs[1:])


def test_drawn_seed_is_known_and_repeats_the_run():
    scheduler = FIFOScheduler(SPACE, metric="loss")
    seed = scheduler.metadata()["random_seed"]
    again = FIFOScheduler(SPACE, metric="loss", random_seed=seed)
    assert [scheduler.suggest(n).config for n in range(4)] == [again.suggest(n).config for n in range(4)]
    assert len({FIFOScheduler(SPACE, metric="loss").random_seed for _ in range(5)}) > 1


def test_searcher_learns_the_last_report_only(recording_searcher, trial_of):
    searcher = recording_searcher(SPACE)
    scheduler = FIFOScheduler(SPACE, metric="loss", searcher=searcher)
    trial = trial_of(0, scheduler.suggest(0).config)
    assert searcher.all_pending() == {"0": {None}}
    for epoch in (1, 2):
        assert scheduler.on_trial_result(trial, {"loss": 1 / epoch}) == "CONTINUE"
    scheduler.on_trial_complete(trial, {"loss": 0.5})
    assert [update for _, _, update in searcher.seen] == [False, False, True]
    assert searcher.all_pending() == {}


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_non_finite_metric_counts_as_failure(recording_searcher, trial_of, value):
    """W14: the trial stayed pending for good."""
    searcher = recording_searcher(SPACE)
    scheduler = FIFOScheduler(SPACE, metric="loss", searcher=searcher)
    trial = trial_of(0, scheduler.suggest(0).config)
    decision = scheduler.on_trial_result(trial, {"loss": value})
    assert decision == "STOP"
    assert f"loss = {value}" in decision.reason
    assert decision.facts == {"failure": "non_finite"}
    scheduler.on_trial_remove(trial)
    assert searcher.failed == ["0"]
    assert searcher.all_pending() == {}
    other = trial_of(1, scheduler.suggest(1).config)
    scheduler.on_trial_complete(other, {"loss": value})
    assert searcher.failed == ["0", "1"]
    assert searcher.learned == {}


@pytest.mark.parametrize(
    ("result", "message"),
    [
        ({"los": 0.5}, "Trial 0 did not report 'loss', which its scheduler needs; did you mean 'los'"),
        ({"loss": None}, "Trial 0 reported loss = None"),
        ({"loss": "0.5"}, "Trial 0 reported loss = '0.5'"),
        ({}, "Legal are: none"),
    ],
)
def test_report_without_usable_metric(trial_of, result, message):
    """Row 7.3: one malformed report aborted the experiment by ValueError or assertion."""
    scheduler = FIFOScheduler(SPACE, metric="loss")
    scheduler.suggest(0)
    with pytest.raises(SchedulerError, match=message):
        scheduler.on_trial_result(trial_of(0), result)


def test_failed_configuration_is_not_suggested_again(trial_of):
    space = {"x": choice(["a", "b", "c"])}
    options = {"allow_duplicates": True}
    scheduler = FIFOScheduler(space, metric="loss", search_options=options, random_seed=0)
    bad = trial_of(0, scheduler.suggest(0).config)
    scheduler.on_trial_error(bad)
    later = [scheduler.suggest(number).config["x"] for number in range(1, 30)]
    assert bad.config["x"] not in later
    assert len(set(later)) == 2


def test_trial_removed_by_somebody_else_is_not_pending(recording_searcher, trial_of):
    searcher = recording_searcher(SPACE)
    scheduler = FIFOScheduler(SPACE, metric="loss", searcher=searcher)
    trial = trial_of(0, scheduler.suggest(0).config)
    scheduler.on_trial_remove(trial)
    assert searcher.all_pending() == {}


def test_largest_resource_and_time_keeper():
    scheduler = FIFOScheduler(SPACE, metric="loss", time_keeper=(keeper := object()))
    assert scheduler.max_resource_level == scheduler.max_t == 27
    assert scheduler.time_keeper is keeper
    scheduler.set_time_keeper(None)
    assert scheduler.time_keeper is None
    assert FIFOScheduler({"x": uniform(0, 1)}, metric="loss").max_t is None


def test_documented_hooks(trial_of):
    """3.14: derive from FIFOScheduler, override ``_promote_trial`` and ``on_trial_result``."""

    class PauseAndResume(FIFOScheduler):
        def __init__(self, config_space, **kwargs):
            super().__init__(config_space, **kwargs)
            self.paused = []

        def _promote_trial(self, new_trial_id):
            return (self.paused.pop(), {}) if self.paused else (None, {})

        def on_trial_result(self, trial, result):
            self.paused.append(str(trial.trial_id))
            return "PAUSE"

    scheduler = PauseAndResume(SPACE, metric="loss")
    assert scheduler.suggest(0).spawn_new_trial_id
    scheduler.on_trial_result(trial_of(0), {"loss": 0.1})
    suggestion = scheduler.suggest(1)
    assert not suggestion.spawn_new_trial_id
    assert suggestion.checkpoint_trial_id == 0
    assert suggestion.config is None


def test_metadata():
    metadata = FIFOScheduler(SPACE, metric="loss", random_seed=3).metadata()
    assert metadata["metric_names"] == ["loss"]
    assert metadata["metric_mode"] == "min"
    assert metadata["scheduler_name"] == "FIFOScheduler"
    assert Space.from_json(metadata["config_space"]) == Space.of(SPACE)
    assert metadata["random_seed"] == 3


def test_reports_need_not_be_shown_unless_somebody_looks_at_them(recording_searcher, trial_of):
    scheduler = FIFOScheduler({"x": uniform(0, 1)}, "loss", random_seed=1)
    trial = trial_of(0, scheduler.suggest(0).config)
    promise = scheduler.continuation(trial)
    assert promise.resource_attr is None
    assert promise.reason == scheduler.on_trial_result(trial, {"loss": 0.5}).reason

    class Decides(FIFOScheduler):
        def on_trial_result(self, trial, result):
            return super().on_trial_result(trial, result)

    assert Decides({"x": uniform(0, 1)}, "loss", random_seed=1).continuation(trial) is None
    scheduler = FIFOScheduler({"x": uniform(0, 1)}, "loss", searcher=recording_searcher({"x": uniform(0, 1)}))
    assert scheduler.continuation(trial) is None
