"""Limits fire exactly where they say (section 7.3 of the core specification: upstream overshoots by one)."""

import datetime

import pytest

from syne_tune import StoppingCriterion
from syne_tune.clock import ManualClock
from syne_tune.errors import OptionError
from syne_tune.stopping_criterion import PlateauStopper
from syne_tune.trial import Status, Trial
from syne_tune.tuning_status import TuningStatus


def make_status(values=(), state=Status.completed, metric="loss"):
    status = TuningStatus([metric], ManualClock())
    for trial_id, value in enumerate(values):
        status.set_status(Trial(trial_id, {}, datetime.datetime(2026, 1, 1)), state)
        status.add_result(trial_id, {metric: value, "st_worker_cost": 2.0})
    return status


@pytest.mark.parametrize(
    "limit",
    ["max_num_evaluations", "max_num_trials_started", "max_num_trials_completed", "max_num_trials_finished"],
)
def test_counts_are_exact(limit):
    criterion = StoppingCriterion(**{limit: 3})
    assert not criterion(make_status([1.0, 1.0]))
    assert criterion(make_status([1.0, 1.0, 1.0]))


def test_stopped_trials_are_finished_but_not_completed():
    status = make_status([1.0, 2.0], state=Status.stopped)
    assert StoppingCriterion(max_num_trials_finished=2)(status)
    assert not StoppingCriterion(max_num_trials_completed=1)(status)


def test_cost_and_time():
    status = make_status([1.0, 2.0])
    assert StoppingCriterion(max_cost=4.0)(status)
    assert not StoppingCriterion(max_cost=4.5)(status)
    status._clock.sleep(10)
    assert StoppingCriterion(max_wallclock_time=10)(status)
    assert StoppingCriterion(max_wallclock_time=25).seconds_left(status) == 15
    assert not StoppingCriterion(max_wallclock_time=10.5)(status)


def test_metric_thresholds():
    status = make_status([1.0, 5.0])
    assert StoppingCriterion(min_metric_value={"loss": 1.5})(status)
    assert not StoppingCriterion(min_metric_value={"loss": 1.0})(status)
    assert StoppingCriterion(max_metric_value={"loss": 4.0})(status)
    assert not StoppingCriterion(max_metric_value={"accuracy": 0.0})(status)


def test_a_limit_on_starts_lets_running_trials_finish():
    criterion = StoppingCriterion(max_num_trials_started=2)
    status = make_status([1.0, 2.0], state=Status.in_progress)
    assert criterion.starts_exhausted(status)
    assert criterion.reason(status) is None


def test_the_reason_names_the_limit():
    assert (
        StoppingCriterion(max_num_evaluations=2).reason(make_status([1.0, 1.0])) == "max_num_evaluations=2 is reached"
    )


@pytest.mark.parametrize("bad", [-1, "10", float("nan"), True])
def test_bad_limits_are_refused(bad):
    with pytest.raises(OptionError, match="max_wallclock_time"):
        StoppingCriterion(max_wallclock_time=bad)


def test_no_limits_never_fire():
    assert not StoppingCriterion()(make_status([1.0]))


def test_plateau_is_found_and_counts_trials_not_calls():
    improving = [10.0 - i for i in range(10)]
    flat = [1.0] * 5
    stopper = PlateauStopper("loss", std=0.01, num_trials=5)
    assert not stopper(make_status(improving))
    assert stopper(make_status(improving + flat))
    patient = PlateauStopper("loss", std=0.01, num_trials=5, patience=3)
    status = make_status(improving + flat)
    assert not any(patient(status) for _ in range(10))
    assert patient(make_status(improving + flat + [1.0] * 3))


def test_plateau_in_max_mode_ignores_unfinished_trials_and_nonsense():
    stopper = PlateauStopper("loss", std=0.01, num_trials=3, mode="max")
    assert stopper(make_status([5.0, 1.0, float("nan"), 2.0]))
    assert not stopper(make_status([5.0] * 6, state=Status.in_progress))
    assert not stopper(make_status([]))


@pytest.mark.parametrize(
    "options", [{"num_trials": 1}, {"num_trials": 2.5}, {"patience": -1}, {"std": 0.0}, {"std": 1}, {"mode": "up"}]
)
def test_plateau_refuses_bad_options(options):
    with pytest.raises(OptionError):
        PlateauStopper("loss", **options)


def test_reports_left_are_known_unless_they_depend_on_what_is_reported():
    status = TuningStatus(["loss"], ManualClock())
    status.add_result(0, {"loss": 1.0})
    assert StoppingCriterion(max_num_evaluations=5).reports_left(status) == (4, float("inf"))
    assert StoppingCriterion(max_wallclock_time=7.0, max_num_trials_finished=1).reports_left(status)[1] == 7.0
    for limit in ({"max_cost": 1.0}, {"min_metric_value": {"loss": 0.0}}, {"max_metric_value": {"loss": 2.0}}):
        assert StoppingCriterion(**limit).reports_left(status) is None


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        ({"max_wallclock_time": 40.0}, 3.0),
        ({"max_wallclock_time": 5.0}, 0.0),
        ({"max_num_trials_started": 6}, 2.0),
        ({"max_num_trials_started": 6, "max_num_evaluations": 3}, 0.5),
        ({"max_metric_value": {"loss": 2.0}}, 1.0),
    ],
)
def test_how_much_longer_it_lasts(limits, expected):
    """In units of what has been used of the limit that is reached first."""
    assert StoppingCriterion(**limits).remaining_ratio(make_status([1.0, 1.0]), elapsed=10.0) == expected
    assert StoppingCriterion(max_num_evaluations=3).remaining_ratio(make_status(), elapsed=0.0) == float("inf")


def test_trials_left_are_counted_down():
    status = TuningStatus(["loss"], ManualClock())
    for trial_id, state in enumerate((Status.completed, Status.stopped, Status.paused, Status.in_progress)):
        status.set_status(Trial(trial_id, {}, datetime.datetime(2026, 1, 1)), state)
    criterion = StoppingCriterion(max_num_trials_started=9, max_num_trials_finished=5, max_num_trials_completed=4)
    assert criterion.trials_left(status) == (5, 3, 3)
    assert StoppingCriterion(max_wallclock_time=1).trials_left(status) == (float("inf"),) * 3
