from __future__ import annotations

import pickle

import pytest

from syne_tune.config_space import uniform
from syne_tune.errors import SchedulerError
from syne_tune.optimizer.scheduler import SchedulerDecision
from syne_tune.optimizer.schedulers.compared_trials import ComparedTrials
from syne_tune.optimizer.schedulers.rungs.registry import make_bracket_manager, rung_system_class
from syne_tune.optimizer.schedulers.rungs.rung_system import RungOptions
from syne_tune.optimizer.schedulers.searcher_feed import SearcherFeed
from syne_tune.trial import Status

SPACE = {"lr": uniform(0, 1)}
CONFIG = {"lr": 0.5}


@pytest.fixture
def searcher(recording_searcher):
    return recording_searcher(SPACE)


@pytest.fixture
def trials(searcher):
    """Of ``type="promotion"`` with a level at 1 and one at 3."""
    rule = rung_system_class("promotion")
    terminator = make_bracket_manager(rule, [1, 3], "loss", "min", "epoch", 9, 1, False, RungOptions())
    return ComparedTrials(terminator, SearcherFeed(searcher, "rungs", False, "epoch", 9))


def report(trials, trial, epoch, loss):
    trials.of(trial).resource = epoch
    return trials.report(trial, {"epoch": epoch, "loss": loss})


def start_and_pause(trials, trial, loss):
    trials.start(str(trial.trial_id), CONFIG, 0, 1)
    return report(trials, trial, 1, loss)


def test_started_trial_runs_and_is_pending_at_its_first_level(trials, searcher, trial_of):
    trials.start("0", CONFIG, 0, 1)
    assert trials.running() == {"0": {"config": CONFIG, "level": 0}}
    assert searcher.all_pending() == {"0": {1}}
    assert trials.continuation(trial_of(0)).below == 1


def test_paused_trial_goes_on_when_it_is_promoted(trials, searcher, trial_of):
    decisions = [start_and_pause(trials, trial_of(i), float(i)) for i in range(3)]
    assert decisions == [SchedulerDecision.PAUSE] * 3
    assert trials.running() == searcher.all_pending() == {}
    promotion = trials._terminator.on_task_schedule("3", 0)
    progress = trials.resume(promotion)
    assert (promotion.trial_id, progress.status, progress.resource) == ("0", Status.in_progress, 1)
    assert searcher.all_pending() == {"0": {3}}


@pytest.mark.parametrize("how", ["complete", "stop", "fail"])
def test_trial_that_left_is_neither_pending_nor_promoted(trials, searcher, trial_of, how):
    for i in range(3):
        start_and_pause(trials, trial_of(i), float(i))
    trials.resume(trials._terminator.on_task_schedule("3", 0))
    further = [{"epoch": 2, "loss": 0.0}] if how == "complete" else []
    getattr(trials, how)(trial_of(0), *further)
    assert trials.of(trial_of(0)).status not in (Status.in_progress, Status.paused)
    assert searcher.all_pending() == trials.running() == {}
    assert trials._terminator.on_task_schedule("4", 0) is None


@pytest.mark.parametrize("how", ["complete", "stop"])
def test_trial_that_was_decided_before_is_left_alone(trials, searcher, trial_of, how):
    start_and_pause(trials, trial_of(0), 1.0)
    further = [{"epoch": 1, "loss": 1.0}] if how == "complete" else []
    getattr(trials, how)(trial_of(0), *further)
    assert trials.of(trial_of(0)).status == Status.paused


def test_paused_trial_may_fail(trials, searcher, trial_of):
    for i in range(3):
        start_and_pause(trials, trial_of(i), float(i))
    trials.fail(trial_of(0))
    assert searcher.failed == ["0"]
    assert trials._terminator.on_task_schedule("3", 0) is None


def test_unknown_trial_is_refused(trials, trial_of):
    with pytest.raises(SchedulerError, match="Trial 7 is not known"):
        trials.of(trial_of(7))


def test_copies_are_independent(trials, trial_of):
    trials.start("0", CONFIG, 0, 1)
    copy = pickle.loads(pickle.dumps(trials))
    report(copy, trial_of(0), 1, 0.5)
    assert copy.of(trial_of(0)).status == Status.paused
    assert trials.of(trial_of(0)).status == Status.in_progress
