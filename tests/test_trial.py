from __future__ import annotations

import datetime
import json

import pytest

from syne_tune.constants import ST_WORKER_COST
from syne_tune.trial import Failure, FailureCause, Status, Trial, TrialRecord, TrialResult

CREATED = datetime.datetime(2026, 1, 1, 12, 0, 0)


def trial_that_ended(after: datetime.timedelta) -> TrialResult:
    return Trial(0, {"lr": 0.1}, CREATED).add_results([], Status.completed, CREATED + after)


def test_statuses_are_the_documented_strings() -> None:
    values = {name: value for name, value in vars(Status).items() if isinstance(value, str) and name[0] != "_"}
    assert values == {
        "completed": "Completed",
        "in_progress": "InProgress",
        "failed": "Failed",
        "paused": "Paused",
        "stopped": "Stopped",
        "stopping": "Stopping",
    }


def test_results_are_added_to_a_trial() -> None:
    trial = Trial(3, {"lr": 0.1}, CREATED)
    result = trial.add_results([{"loss": 1.0}], Status.stopped, None)
    assert isinstance(result, Trial)
    assert (result.trial_id, result.config, result.creation_time) == (3, {"lr": 0.1}, CREATED)
    assert (result.metrics, result.status, result.training_end_time) == ([{"loss": 1.0}], "Stopped", None)


@pytest.mark.parametrize("days", [0, 1, 30])
def test_seconds_count_whole_days(days: int) -> None:
    """W-27: durations wrapped after one day."""
    assert trial_that_ended(datetime.timedelta(days=days, seconds=5)).seconds == days * 86400 + 5


def test_seconds_of_a_running_trial_grow() -> None:
    started = datetime.datetime.now() - datetime.timedelta(days=2)
    assert TrialResult(0, {}, started).seconds >= 2 * 86400


def test_seconds_of_a_trial_with_time_zone() -> None:
    zone = datetime.timezone(datetime.timedelta(hours=9))
    started = datetime.datetime.now(zone) - datetime.timedelta(seconds=10)
    assert 10 <= TrialResult(0, {}, started).seconds < 3600


def test_cost_is_that_of_the_last_report() -> None:
    assert TrialResult(0, {}, CREATED).cost is None
    assert TrialResult(0, {}, CREATED, [{"loss": 1.0}]).cost is None
    assert TrialResult(0, {}, CREATED, [{ST_WORKER_COST: 1.0}, {ST_WORKER_COST: 2.5}]).cost == 2.5


def test_trials_do_not_share_their_lists() -> None:
    TrialResult(0, {}, CREATED).metrics.append({"loss": 1.0})
    assert TrialResult(1, {}, CREATED).metrics == []


def test_only_lost_trials_may_pass_when_tried_again() -> None:
    """Deterministic failures are never repeated."""
    assert [cause for cause in FailureCause if cause.may_pass] == [FailureCause.LOST]


def test_failures_that_say_something_about_the_configuration_only_do_not_count() -> None:
    assert {cause for cause in FailureCause if not cause.counts} == {
        FailureCause.NON_FINITE,
        FailureCause.STOPPED_BY_USER,
    }


def test_causes_are_written_to_files_as_plain_strings() -> None:
    assert json.dumps(FailureCause.OUT_OF_MEMORY) == '"out_of_memory"'
    assert FailureCause("out_of_memory") is FailureCause.OUT_OF_MEMORY


def test_failures_and_records_are_values() -> None:
    assert Failure(FailureCause.ERROR, "x", 1) == Failure(FailureCause.ERROR, "x", 1)
    with pytest.raises(AttributeError):
        Failure(FailureCause.ERROR, "x").message = "y"  # type: ignore[misc]
    assert TrialRecord(Trial(0, {}, CREATED), Status.in_progress).run == 0
