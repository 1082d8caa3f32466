from __future__ import annotations

import datetime
import math

import numpy as np
import pytest

from syne_tune.config_space import uniform
from syne_tune.errors import OptionError, SchedulerError
from syne_tune.optimizer.schedulers.multiobjective import MOASHA, FixedObjectivePriority
from syne_tune.testing.schedulers import SchedulerContract
from syne_tune.trial import Trial

SPACE = {"x": uniform(0, 1), "epochs": 9}
METRICS = ["loss", "latency"]


class TestMOASHA(SchedulerContract):
    def make_scheduler(self, config_space, random_seed):
        return MOASHA(config_space, METRICS, time_attr="epoch", max_t=9, random_seed=random_seed)


class TestMOASHAWithBrackets(SchedulerContract):
    def make_scheduler(self, config_space, random_seed):
        return MOASHA(
            config_space, METRICS, mode=["min", "max"], time_attr="epoch", max_t=9, brackets=2, random_seed=random_seed
        )


def start(scheduler, number):
    return Trial(number, scheduler.suggest(number).config, datetime.datetime(2024, 1, 1))


def report(scheduler, trial, epoch, loss, latency):
    return scheduler.on_trial_result(trial, {"epoch": epoch, "loss": loss, "latency": latency})


@pytest.mark.parametrize("mode", ["min", "max", ["min", "min"]])
def test_keeps_one_in_eta_of_totally_ordered_trials(mode):
    """W4 and 7.7 (5): of 60 totally ordered trials a rung stopped 4; it shall keep about one in eta."""
    scheduler = MOASHA(SPACE, METRICS, mode=mode, time_attr="epoch", max_t=9, reduction_factor=3, random_seed=0)
    sign = -1 if mode == "max" else 1
    decisions = [
        report(scheduler, start(scheduler, number), 1, sign * value, sign * value)
        for number, value in enumerate(np.random.RandomState(0).permutation(60))
    ]
    assert 15 <= decisions.count("CONTINUE") <= 30


def test_non_dominated_trials_go_on():
    scheduler = MOASHA(SPACE, METRICS, time_attr="epoch", max_t=9, reduction_factor=2, random_seed=0)
    trials = [start(scheduler, number) for number in range(4)]
    assert report(scheduler, trials[0], 1, 0.0, 1.0) == "CONTINUE"
    assert report(scheduler, trials[1], 1, 2.0, 2.0) == "STOP"
    decision = report(scheduler, trials[2], 1, 1.0, 0.0)
    assert decision == "CONTINUE"
    assert decision.facts == {"rung": 1, "rank": 2, "trials": 3, "bracket": 0}
    assert "priority 2 of 3 at epoch 1" in decision.reason


def test_mode_and_metric_list_by_default():
    """C1: a list of metrics with a single mode was an assertion error."""
    scheduler = MOASHA(SPACE, METRICS)
    assert scheduler.metric_mode() == ["min", "min"]
    assert scheduler.metric_names() == METRICS
    assert scheduler.is_multiobjective_scheduler()
    assert MOASHA(SPACE, METRICS, mode="max").metric_mode() == ["max", "max"]


def test_takes_seed_initial_points_and_searcher():
    """7.4: it had no seed and no points_to_evaluate, and drew from NumPy's global state; 7.6: no searcher."""
    first, second = (MOASHA(SPACE, METRICS, brackets=2, max_t=27, random_seed=3) for _ in range(2))
    assert [first.suggest(n) for n in range(5)] == [second.suggest(n) for n in range(5)]
    given = MOASHA(SPACE, METRICS, points_to_evaluate=[{"x": 0.125}], searcher="grid", random_seed=1)
    assert given.suggest(0).config["x"] == 0.125


def test_own_priority():
    priority = FixedObjectivePriority(METRICS, dim="latency")
    scheduler = MOASHA(SPACE, METRICS, time_attr="epoch", max_t=9, multiobjective_priority=priority, random_seed=0)
    trials = [start(scheduler, number) for number in range(2)]
    report(scheduler, trials[0], 1, 5.0, 1.0)
    assert report(scheduler, trials[1], 1, 0.0, 2.0) == "STOP"


def test_awkward_reports():
    scheduler = MOASHA(SPACE, METRICS, time_attr="epoch", max_t=9, grace_period=1, random_seed=0)
    trials = [start(scheduler, number) for number in range(3)]
    assert report(scheduler, trials[0], 1, math.nan, 1.0) == "STOP"
    assert report(scheduler, trials[0], 2, 1.0, 1.0) == "STOP"
    assert report(scheduler, trials[1], 4, 1.0, 1.0).facts["rung"] == 3, "level 1 was skipped"
    assert report(scheduler, trials[1], 9, 1.0, 1.0) == "STOP"
    with pytest.raises(SchedulerError, match="'latency'"):
        scheduler.on_trial_result(trials[2], {"epoch": 1, "loss": 1.0})


def test_brackets_skip_levels():
    scheduler = MOASHA(SPACE, METRICS, max_t=27, brackets=9, random_seed=0)
    assert scheduler.rung_levels == [1, 3, 9]
    assert scheduler.num_brackets == 3


@pytest.mark.parametrize(
    ("kwargs", "message"),
    [
        ({"metrics": ["loss"]}, "at least two"),
        ({"metrics": "loss"}, "at least two"),
        ({"grace_period": 100}, "grace_period"),
        ({"reduction_factor": 1}, "reduction_factor"),
        ({"brackets": 0}, "brackets"),
        ({"mode": "mni"}, "did you mean 'min'"),
    ],
)
def test_bad_arguments(kwargs, message):
    with pytest.raises(OptionError, match=message):
        MOASHA(SPACE, **{"metrics": METRICS, **kwargs})
