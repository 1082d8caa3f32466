from __future__ import annotations

import math

import pytest

from syne_tune.config_space import uniform
from syne_tune.errors import OptionError, SchedulerError
from syne_tune.optimizer.scheduler import SchedulerDecision, TrialScheduler, TrialSuggestion
from syne_tune.optimizer.schedulers import FIFOScheduler, HyperbandScheduler, MedianStoppingRule

SPACE = {"x": uniform(0, 1), "epochs": 9}


def start(scheduler, trial_of, number):
    return [trial_of(trial_id, scheduler.suggest(trial_id).config) for trial_id in range(number)]


def fifo(**kwargs):
    return FIFOScheduler(SPACE, metric="loss", random_seed=0, **kwargs)


@pytest.mark.parametrize(("mode", "sign"), [("min", 1), ("max", -1)])
def test_rule_by_hand(trial_of, mode, sign):
    rule = MedianStoppingRule(fifo(mode=mode), "epoch", running_average=False, grace_population=2)
    losses = [
        0.5,  # alone
        0.6,  # 1 of 2 is better
        0.7,  # 2 of 3
        0.4,
        0.55,  # 2 of 5
        0.65,  # 4 of 6
    ]
    trials = start(rule, trial_of, len(losses))
    decisions = [
        str(rule.on_trial_result(trial, {"epoch": 1, "loss": sign * loss}))
        for trial, loss in zip(trials, losses, strict=True)
    ]
    assert decisions == ["CONTINUE", "CONTINUE", "STOP", "CONTINUE", "CONTINUE", "STOP"]


def test_running_average_by_hand(trial_of):
    rule = MedianStoppingRule(fifo(), "epoch", grace_population=3)
    trials = start(rule, trial_of, 3)
    curves = [[0.6, 0.4], [0.8, 0.0], [0.9, 0.2]]  # averages at 2: 0.5, 0.4, 0.55
    for trial, curve in zip(trials, curves, strict=True):
        rule.on_trial_result(trial, {"epoch": 1, "loss": curve[0]})
    decisions = [
        rule.on_trial_result(trial, {"epoch": 2, "loss": curve[1]}) for trial, curve in zip(trials, curves, strict=True)
    ]
    assert decisions == ["CONTINUE", "CONTINUE", "STOP"]
    assert decisions[2].reason == "running average is worse than that of 2 of 3 trials at epoch 2"
    assert decisions[2].facts["metric_value"] == pytest.approx(0.55)
    assert decisions[2].facts["rank"] == 3


def test_grace_time(trial_of):
    rule = MedianStoppingRule(fifo(), "epoch", grace_time=2, grace_population=1)
    good, bad = start(rule, trial_of, 2)
    for epoch, expected in [(1, "CONTINUE"), (2, "CONTINUE")]:
        rule.on_trial_result(good, {"epoch": epoch, "loss": 0.1})
        assert rule.on_trial_result(bad, {"epoch": epoch, "loss": 0.9}) == expected
    third = trial_of(2, rule.suggest(2).config)
    assert rule.on_trial_result(third, {"epoch": 1, "loss": 5.0}) == "CONTINUE"
    assert rule.on_trial_result(third, {"epoch": 2, "loss": 5.0}) == "STOP"


def test_repeated_level_is_not_ranked(trial_of):
    rule = MedianStoppingRule(fifo(), "epoch", grace_population=1)
    good, bad = start(rule, trial_of, 2)
    rule.on_trial_result(good, {"epoch": 2, "loss": 0.1})
    assert rule.on_trial_result(good, {"epoch": 2, "loss": 9.0}) == "CONTINUE"
    assert rule.on_trial_result(good, {"epoch": 1, "loss": 9.0}) == "CONTINUE"
    assert rule.on_trial_result(bad, {"epoch": 2, "loss": 0.2}).facts == {}


class Listener(TrialScheduler):
    """Writes down everything it hears."""

    def __init__(self, config_space, answer="CONTINUE"):
        super().__init__(config_space)
        self.heard = []
        self.answer = answer

    def _suggest(self, trial_id):
        return TrialSuggestion.start_suggestion({"x": 0.5})

    def on_trial_add(self, trial):
        self.heard.append("add")

    def on_trial_error(self, trial):
        self.heard.append("error")

    def on_trial_result(self, trial, result):
        self.heard.append("result")
        return self.answer

    def on_trial_complete(self, trial, result):
        self.heard.append("complete")

    def on_trial_remove(self, trial):
        self.heard.append("remove")

    def metric_names(self):
        return ["loss", "time"]

    def metric_mode(self):
        return ["min", "max"]

    def is_multiobjective_scheduler(self):
        return True


def test_every_event_reaches_the_other_scheduler(trial_of):
    """W5: only suggestions and reports did, so that its searcher never learned anything."""
    inner = Listener(SPACE)
    rule = MedianStoppingRule(inner, "epoch")
    trial = trial_of(0, rule.suggest(0).config)
    rule.on_trial_add(trial)
    rule.on_trial_result(trial, {"epoch": 1, "loss": 0.5})
    rule.on_trial_complete(trial, {"epoch": 1, "loss": 0.5})
    rule.on_trial_error(trial)
    rule.on_trial_remove(trial)
    assert inner.heard == ["add", "result", "complete", "error", "remove"]
    assert rule.metric_names() == ["loss", "time"]
    assert rule.metric_mode() == ["min", "max"]
    assert rule.is_multiobjective_scheduler()
    assert rule.metadata()["scheduler_name"] == "MedianStoppingRule"


def test_searcher_of_the_other_scheduler_learns_and_is_configured(recording_searcher, trial_of):
    """W5: with a model-based searcher inside, all trials stayed pending and no data arrived."""
    searcher = recording_searcher(SPACE)
    rule = MedianStoppingRule(FIFOScheduler(SPACE, metric="score", mode="max", searcher=searcher), "epoch")
    trial, stopped = start(rule, trial_of, 2)
    assert searcher._mode == "max"
    assert searcher._metric == "score"
    rule.on_trial_result(trial, {"epoch": 1, "score": 0.5, "loss": 0.5})
    rule.on_trial_complete(trial, {"epoch": 1, "score": 0.5, "loss": 0.5})
    rule.on_trial_remove(stopped)
    assert searcher.learned["0"] == {1: 0.5}
    assert searcher.all_pending() == {}


def test_decision_of_the_other_scheduler_comes_first(trial_of):
    rule = MedianStoppingRule(Listener(SPACE, SchedulerDecision.PAUSE), "epoch", grace_population=1)
    good, bad = start(rule, trial_of, 2)
    assert rule.on_trial_result(good, {"epoch": 1, "loss": 0.1}) == "PAUSE"
    assert rule.on_trial_result(bad, {"epoch": 1, "loss": 0.9}) == "PAUSE"


def test_stopped_trial_is_not_resumed_by_the_other_scheduler(trial_of):
    inner = HyperbandScheduler(SPACE, metric="loss", type="promotion", grace_period=3, random_seed=0)
    rule = MedianStoppingRule(inner, "epoch", grace_population=1)
    trials = start(rule, trial_of, 4)
    for trial in trials[1:3]:
        rule.on_trial_result(trial, {"epoch": 1, "loss": 0.1})
    assert rule.on_trial_result(trials[0], {"epoch": 1, "loss": 0.9}) == "STOP"
    rule.on_trial_remove(trials[0])
    for trial in trials[1:]:
        assert rule.on_trial_result(trial, {"epoch": 3, "loss": 0.1 * trial.trial_id}) == "PAUSE"
        rule.on_trial_remove(trial)
    assert rule.suggest(4).checkpoint_trial_id == 1


def test_non_finite_metric_is_not_ranked(trial_of):
    rule = MedianStoppingRule(fifo(), "epoch", grace_population=1)
    bad, good = start(rule, trial_of, 2)
    assert rule.on_trial_result(bad, {"epoch": 1, "loss": -math.inf}).facts["failure"] == "non_finite"
    assert rule.on_trial_result(good, {"epoch": 1, "loss": 0.5}) == "CONTINUE"


def test_missing_resource_is_refused(trial_of):
    rule = MedianStoppingRule(fifo(), "epoch")
    (trial,) = start(rule, trial_of, 1)
    with pytest.raises(SchedulerError, match="Trial 0 did not report 'epoch'"):
        rule.on_trial_result(trial, {"loss": 0.5})


@pytest.mark.parametrize(
    ("kwargs", "message"),
    [
        ({"metric": "los"}, "did you mean 'loss'"),
        ({"rank_cutoff": 0}, "rank_cutoff = 0"),
        ({"rank_cutoff": 1.5}, "1.5"),
    ],
)
def test_bad_arguments(kwargs, message):
    """Row 7.3: checks with a bound of zero were skipped."""
    with pytest.raises(OptionError, match=message):
        MedianStoppingRule(fifo(), "epoch", **kwargs)


def test_second_metric(trial_of):
    rule = MedianStoppingRule(Listener(SPACE), "epoch", metric="time", grace_population=1)
    first, second = start(rule, trial_of, 2)
    rule.on_trial_result(first, {"epoch": 1, "loss": 0.0, "time": 2.0})
    assert rule.on_trial_result(second, {"epoch": 1, "loss": 0.0, "time": 3.0}) == "CONTINUE"
    third = trial_of(2, rule.suggest(2).config)
    assert rule.on_trial_result(third, {"epoch": 1, "loss": 0.0, "time": 1.0}) == "STOP"
