from __future__ import annotations

import datetime
import math

import cloudpickle
import pytest

from syne_tune.clock import ManualClock
from syne_tune.config_space import randint, uniform
from syne_tune.errors import OptionError, SchedulerError
from syne_tune.optimizer.baselines import ASHA, GridSearch, RandomSearch
from syne_tune.optimizer.scheduler import TrialScheduler, TrialSuggestion
from syne_tune.optimizer.schedulers import AskTellScheduler, FIFOScheduler

SPACE = {"x": uniform(0, 1), "epochs": 9}


def test_one_report_per_trial():
    scheduler = AskTellScheduler(RandomSearch(SPACE, "loss", mode="max", random_seed=0))
    values = []
    for number in range(5):
        trial = scheduler.ask()
        assert trial.trial_id == number
        assert trial.config["epochs"] == 9
        values.append(trial.config["x"])
        assert scheduler.tell(trial, {"loss": values[-1]}) == "CONTINUE"
        assert scheduler.trials[number].status == "Completed"
    best = scheduler.best_trial("loss")
    assert best.config["x"] == max(values)
    assert best.metrics == [{"loss": max(values)}]
    assert scheduler.best_trial().trial_id == best.trial_id


def test_reports_along_the_way_with_pauses():
    scheduler = AskTellScheduler(
        ASHA(SPACE, "loss", "epoch", type="promotion", max_resource_attr="epochs", random_seed=0)
    )
    epochs = {}
    statuses = []
    for _ in range(12):
        trial = scheduler.ask()
        decision = "CONTINUE"
        while decision == "CONTINUE":
            epochs[trial.trial_id] = epochs.get(trial.trial_id, 0) + 1
            result = {"epoch": epochs[trial.trial_id], "loss": trial.config["x"]}
            decision = scheduler.tell(trial, result, is_final=False)
        statuses.append(scheduler.trials[trial.trial_id].status)
        assert epochs[trial.trial_id] == trial.config["epochs"]
    assert statuses[0] == "Paused"
    assert max(epochs.values()) == 9
    assert "Stopped" in statuses


def test_pickled_at_any_time():
    plain, pickled = (AskTellScheduler(RandomSearch(SPACE, "loss", random_seed=0)) for _ in range(2))
    for _ in range(4):
        pickled = cloudpickle.loads(cloudpickle.dumps(pickled))
        trials = [plain.ask(), pickled.ask()]
        assert trials[0].config == trials[1].config
        plain.tell(trials[0], {"loss": 0.1})
        pickled.tell(trials[1], {"loss": 0.1})


def test_nothing_left():
    scheduler = AskTellScheduler(GridSearch({"x": randint(1, 2)}, "loss", points_to_evaluate=[]))
    assert [scheduler.ask() is None for _ in range(3)] == [False, False, True]


def test_failures(recording_searcher):
    searcher = recording_searcher(SPACE)
    scheduler = AskTellScheduler(FIFOScheduler(SPACE, metric="loss", searcher=searcher))
    failed, diverged = scheduler.ask(), scheduler.ask()
    scheduler.fail(failed)
    decision = scheduler.tell(diverged, {"loss": math.nan})
    assert decision == "STOP"
    assert decision.facts["failure"] == "non_finite"
    assert searcher.failed == ["0", "1"]
    assert [trial.status for trial in scheduler.trials.values()] == ["Failed", "Failed"]
    with pytest.raises(SchedulerError, match="No trial has reported yet"):
        scheduler.best_trial()


def test_misuse():
    scheduler = AskTellScheduler(RandomSearch(SPACE, "loss"))
    trial = scheduler.ask()
    with pytest.raises(SchedulerError, match="did you mean 'los'"):
        scheduler.tell(trial, {"los": 0.5})
    scheduler.tell(trial, {"loss": 0.5})
    with pytest.raises(SchedulerError, match="Trial 0 is not running: its status is Completed"):
        scheduler.tell(trial, {"loss": 0.5})
    trial.trial_id = 7
    with pytest.raises(SchedulerError, match="Trial 7 is not known"):
        scheduler.tell(trial, {"loss": 0.5})
    with pytest.raises(OptionError, match="did you mean 'loss'"):
        scheduler.best_trial("los")


def test_creation_time_comes_from_the_clock():
    scheduler = AskTellScheduler(RandomSearch(SPACE, "loss"), clock=ManualClock(1_000_000.0))
    assert scheduler.ask().creation_time == datetime.datetime.fromtimestamp(1_000_000.0)
    assert AskTellScheduler(RandomSearch(SPACE, "loss")).ask().creation_time.year == 1970


class CloneTheFirst(TrialScheduler):
    def _suggest(self, trial_id):
        if trial_id == 0:
            return TrialSuggestion.start_suggestion({"x": 0.25})
        return TrialSuggestion(True, checkpoint_trial_id=0)

    def metric_names(self):
        return ["loss"]


def test_trial_from_a_checkpoint_takes_over_the_configuration():
    scheduler = AskTellScheduler(CloneTheFirst(SPACE))
    scheduler.ask()
    assert scheduler.ask().config == {"x": 0.25, "epochs": 9}


class ResumeWhatRuns(CloneTheFirst):
    def _suggest(self, trial_id):
        return TrialSuggestion.start_suggestion({"x": 0.25}) if trial_id == 0 else TrialSuggestion.resume_suggestion(0)


def test_only_paused_trials_are_resumed():
    scheduler = AskTellScheduler(ResumeWhatRuns(SPACE))
    scheduler.ask()
    with pytest.raises(SchedulerError, match="only paused ones can be resumed"):
        scheduler.ask()
