"""Counts, statistics and rows stay right whatever is reported, in whatever order."""

import datetime
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syne_tune.clock import ManualClock
from syne_tune.trial import Status, Trial
from syne_tune.tuning_status import MetricsStatistics, TuningStatus, best_trial, print_best_metric_found

START = datetime.datetime(2026, 1, 1)


def trial(trial_id, **config):
    return Trial(trial_id, config, START)


def status_of(*reports, statuses=None):
    status = TuningStatus(["loss"], ManualClock())
    for trial_id in sorted({i for i, _ in reports}):
        status.set_status(trial(trial_id), (statuses or {}).get(trial_id, Status.in_progress))
    status.update({}, list(reports))
    return status


@given(st.lists(st.floats(allow_nan=True, allow_infinity=True), min_size=1))
def test_statistics_ignore_what_is_not_finite(numbers):
    statistics = MetricsStatistics()
    for number in numbers:
        statistics.add({"loss": number})
    finite = [x for x in numbers if abs(x) < float("inf")]
    assert statistics.count == len(numbers)
    assert statistics.min_metrics == ({"loss": min(finite)} if finite else {})
    assert statistics.max_metrics == ({"loss": max(finite)} if finite else {})


def test_non_numbers_appear_as_last_value_only():
    statistics = MetricsStatistics()
    statistics.add({"note": "fine", "flag": True, "loss": 1})
    assert statistics.last_metrics == {"note": "fine", "flag": True, "loss": 1}
    assert statistics.sum_metrics == {"loss": 1}


@given(st.lists(st.tuples(st.integers(0, 5), st.sampled_from(sorted(set(Status.ended) | {"Paused", "InProgress"})))))
def test_counts_agree_with_the_last_status_of_each_trial(changes):
    status = TuningStatus(["loss"])
    last = {}
    for trial_id, new in changes:
        status.set_status(trial(trial_id), new)
        last[trial_id] = new
    values = list(last.values())
    assert status.num_trials_started == len(last)
    assert status.num_trials_completed == values.count(Status.completed)
    assert status.num_trials_failed == values.count(Status.failed)
    assert status.num_trials_running == values.count(Status.in_progress)
    assert status.num_trials_finished == sum(value in Status.ended for value in values)


def test_rows_and_totals():
    status = status_of(
        (0, {"loss": 2.0, "st_worker_time": 1.0, "st_worker_cost": 0.5}),
        (1, {"loss": 3.0, "st_worker_time": 4.0}),
        (0, {"loss": 1.0, "st_worker_time": 3.0, "st_worker_cost": 0.75}),
    )
    frame = status.get_dataframe()
    assert list(frame["iter"]) == [2, 1]
    assert list(frame["worker-time"]) == [3.0, 4.0]
    assert status.user_time == 7.0
    assert status.cost == 0.75
    assert "2 trials running" in str(status)
    assert "st_" not in str(status)


def test_clock_counts_only_while_it_runs():
    clock = ManualClock(100.0)
    status = TuningStatus(["loss"], clock)
    clock.sleep(5)
    assert status.wallclock_time == 5
    status.stop_clock()
    clock.sleep(1000)
    assert pickle.loads(pickle.dumps(status)).wallclock_time == 5
    status.start_clock(elapsed=5)
    clock.sleep(2)
    assert status.wallclock_time == 7


@pytest.mark.parametrize(("mode", "expected"), [("min", (1, -1.0)), ("max", (0, 4.0))])
def test_best_trial_looks_at_all_reports(mode, expected):
    status = status_of((0, {"loss": 4.0}), (1, {"loss": -1.0}), (0, {"loss": 2.0}), (1, {"loss": 3.0}))
    assert best_trial(status, "loss", mode) == expected
    assert best_trial(status, "other", mode) is None


def test_printing_the_best(capsys):
    status = status_of((0, {"loss": 4.0}), (1, {"loss": -1.0}))
    assert print_best_metric_found(status, ["loss"]) == (1, -1.0)
    assert "loss: best -1.0 for trial-id 1" in capsys.readouterr().out
    assert print_best_metric_found(TuningStatus(["loss"]), ["loss"], ["max"]) is None


def test_running_trials_count_as_stopped_at_the_end():
    status = status_of((0, {"loss": 4.0}), (1, {"loss": 1.0}), statuses={1: Status.completed})
    status.mark_running_job_as_stopped()
    assert status.num_trials_running == 0
    assert status.last_trial_status_seen == {0: Status.stopped, 1: Status.completed}


def test_a_long_table_shows_its_end():
    status = status_of(*((i, {"loss": float(i)}) for i in range(200)))
    assert len(str(status).splitlines()) < 70
