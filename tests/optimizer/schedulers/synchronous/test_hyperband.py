import math

import pytest

from syne_tune.config_space import loguniform, randint
from syne_tune.errors import OptionError, SchedulerError
from syne_tune.optimizer.baselines import SyncHyperband
from syne_tune.optimizer.schedulers.synchronous import (
    SynchronousGeometricHyperbandScheduler,
    SynchronousHyperbandScheduler,
)
from syne_tune.testing.schedulers import SchedulerContract
from syne_tune.testing.spaces import MAX_RESOURCE

SPACE = {"lr": loguniform(1e-4, 1.0), "epochs": 9}


class TestSynchronousHyperbandContract(SchedulerContract):
    def make_scheduler(self, config_space, random_seed):
        return SynchronousGeometricHyperbandScheduler(
            config_space, metric="loss", max_resource_level=MAX_RESOURCE, random_seed=random_seed
        )


class TestToldHowFarToTrain(SchedulerContract):
    def make_scheduler(self, config_space, random_seed):
        return SyncHyperband(
            config_space,
            metric="loss",
            mode="max",
            resource_attr="epoch",
            max_resource_attr="epochs",
            searcher_data="all",
            random_seed=random_seed,
        )


class Run:
    """Starts trials of a scheduler and reports for them."""

    def __init__(self, scheduler, trial_of):
        self.scheduler, self.trial_of, self.trials = scheduler, trial_of, {}

    def ask(self):
        suggestion = self.scheduler.suggest(len(self.trials))
        if suggestion is not None and suggestion.spawn_new_trial_id:
            self.trials[len(self.trials)] = self.trial_of(len(self.trials), suggestion.config)
            self.scheduler.on_trial_add(self.trials[len(self.trials) - 1])
        return suggestion

    def report(self, trial_id, epoch, loss):
        decision = self.scheduler.on_trial_result(self.trials[trial_id], {"epoch": epoch, "loss": loss})
        if decision != "CONTINUE":
            self.scheduler.on_trial_remove(self.trials[trial_id])
        return decision


@pytest.fixture
def run(trial_of):
    def make(rungs=(((3, 1), (1, 3)), ((2, 3),)), **kwargs):
        kwargs = {"max_resource_attr": "epochs", "random_seed": 0, **kwargs}
        space = {**SPACE, "epochs": rungs[0][-1][1]}
        return Run(SynchronousHyperbandScheduler(space, rungs, "loss", **kwargs), trial_of)

    return make


def test_trials_are_told_the_level_pause_there_and_the_best_goes_on(run):
    study = run()
    assert [study.ask().config["epochs"] for _ in range(3)] == [1, 1, 1]
    assert [study.report(trial, 1, loss) for trial, loss in ((0, 3.0), (1, 1.0), (2, 2.0))] == ["PAUSE"] * 3
    resumed = study.ask()
    assert (resumed.spawn_new_trial_id, resumed.checkpoint_trial_id) == (False, 1)
    assert resumed.config["epochs"] == 3
    assert "among the best at epoch 1 of bracket 0" in resumed.reason
    assert study.report(1, 2, 1.0) == "CONTINUE"
    last = study.report(1, 3, 0.9)
    assert (last, last.facts["level"]) == ("STOP", 3)


def test_checkpoints_of_those_left_behind_can_go(run):
    study = run()
    for trial_id in range(3):
        study.ask()
        study.report(trial_id, 1, float(trial_id))
    assert study.scheduler.trials_checkpoints_can_be_removed() == [1, 2]
    assert study.scheduler.trials_checkpoints_can_be_removed() == []


def test_workers_do_not_wait(run):
    study = run()
    for _ in range(3):
        study.ask()
    assert study.ask().config["epochs"] == 3


def test_a_trial_that_ends_early_fills_its_slot_by_a_failure(run):
    study = run(rungs=(((2, 2), (1, 4)), ((1, 4),)))
    study.ask(), study.ask()
    study.report(0, 1, 0.1)
    study.scheduler.on_trial_complete(study.trials[0], {"epoch": 1, "loss": 0.1})
    study.report(1, 2, 5.0)
    assert study.ask().checkpoint_trial_id == 1


def test_late_reports_and_errors_change_nothing(run):
    """C8: a late report or error after the milestone raised."""
    study = run()
    study.ask()
    study.report(0, 1, 1.0)
    assert study.report(0, 2, 0.5) == "PAUSE"
    study.scheduler.on_trial_error(study.trials[0])


def test_non_finite_values_and_restarts(run):
    study = run()
    study.ask()
    assert study.report(0, 1, math.nan) == "STOP"
    study.ask(), study.ask()
    study.report(1, 1, 1.0), study.report(2, 1, 2.0)
    study.ask()
    assert "was reported before" in study.report(1, 1, 1.0).reason


def test_mistakes_in_reports_name_trial_and_metric(run):
    study = run()
    study.ask()
    with pytest.raises(SchedulerError, match="epoch"):
        study.report(0, 0, 1.0)
    with pytest.raises(SchedulerError, match="Trial 0"):
        study.report(0, 1, "bad")
    with pytest.raises(SchedulerError, match="never suggested"):
        study.scheduler.on_trial_error(study.trial_of(9, {}))


def test_when_configurations_run_out_paused_trials_still_go_on(trial_of):
    space = {"x": randint(1, 2), "epochs": 3}
    scheduler = SynchronousHyperbandScheduler(space, [[(5, 1), (2, 3)]], "loss", max_resource_attr="epochs")
    study = Run(scheduler, trial_of)
    study.ask(), study.ask()
    study.report(0, 1, 2.0), study.report(1, 1, 1.0)
    assert [study.ask().checkpoint_trial_id for _ in range(2)] == [1, 0]
    assert study.ask() is None


def test_arguments_are_checked():
    with pytest.raises(OptionError, match="largest resource"):
        SynchronousGeometricHyperbandScheduler({"lr": loguniform(1e-3, 1)}, "loss")
    with pytest.raises(OptionError, match="searcher_data"):
        SynchronousHyperbandScheduler(SPACE, [[(1, 9)]], "loss", searcher_data="last")
    with pytest.raises(OptionError, match="one metric"):
        SynchronousHyperbandScheduler(SPACE, [[(1, 9)]], ["loss", "cost"])


def test_the_searcher_can_be_chosen():
    """C9: passing a searcher to SyncHyperband was a TypeError."""
    scheduler = SyncHyperband(SPACE, "loss", "epoch", searcher="grid", max_resource_attr="epochs")
    assert type(scheduler.searcher).__name__ == "GridSearcher"


def test_metadata_tell_the_levels():
    scheduler = SyncHyperband(SPACE, "loss", "epoch", max_resource_attr="epochs")
    assert scheduler.metadata()["rung_levels"] == [1, 3]
    assert (scheduler.num_brackets, scheduler.does_pause_resume()) == (3, True)
