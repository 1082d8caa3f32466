"""From the description of a job that has ended to the status of its trial and the cause of a failure."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from syne_tune.backend.sagemaker_backend.job_end import end_of_job, end_of_vanished
from syne_tune.trial import FailureCause, Status

NOW = datetime.datetime(2026, 1, 2, tzinfo=datetime.timezone.utc)
TRACEBACK = (
    'AlgorithmError: ExecuteUserScriptError:\nExitCode 1\nErrorMessage "Traceback (most recent call last):\n'
    '  File "train.py", line 3, in <module>\n{}", exit code: 1'
)


def description(status: str, secondary: str = "", reason: str = "", **facts: Any) -> dict[str, Any]:
    return {
        "TrainingJobStatus": status,
        "SecondaryStatus": secondary or status,
        "FailureReason": reason,
        "CreationTime": NOW,
        "TrainingStartTime": NOW,
        "StoppingCondition": {"MaxRuntimeInSeconds": 60, "MaxWaitTimeInSeconds": 120},
        **facts,
    }


@pytest.mark.parametrize(
    ("job", "status", "cause"),
    [
        (description("Completed"), Status.completed, None),
        (description("Stopped"), Status.stopped, None),
        (description("Stopped", "MaxRuntimeExceeded"), Status.failed, FailureCause.TIMEOUT),
        (description("Stopped", "MaxWaitTimeExceeded"), Status.failed, FailureCause.LOST),
        (description("Failed", reason="CapacityError: Unable to provision"), Status.failed, FailureCause.LOST),
        (description("Failed", reason="InternalServerError: We"), Status.failed, FailureCause.LOST),
        (description("Failed", reason="ClientError: Data download failed"), Status.failed, FailureCause.CANNOT_START),
    ],
)
def test_ends_are_told_apart(job: dict[str, Any], status: str, cause: FailureCause | None) -> None:
    end = end_of_job(job)
    assert (end.status, end.cause) == (status, cause)


@pytest.mark.parametrize(
    ("last_line", "cause"),
    [
        ("RuntimeError: diverged", FailureCause.ERROR),
        ("syne_tune.errors.ReportError: The scheduler needs 'los'", FailureCause.INVALID_METRIC),
        ("torch.cuda.OutOfMemoryError: CUDA out of memory", FailureCause.OUT_OF_MEMORY),
    ],
)
def test_failures_of_scripts_are_classified_by_what_they_said_last(last_line: str, cause: FailureCause) -> None:
    failure = end_of_job(description("Failed", reason=TRACEBACK.format(last_line))).failure([])
    assert failure.cause == cause
    assert last_line in failure.message
    assert failure.exit_code == 1


def test_log_is_part_of_the_failure() -> None:
    failure = end_of_job(description("Failed", reason=TRACEBACK.format("ValueError: x"))).failure(["last line"])
    assert failure.log_tail[-1] == "last line"
    assert any("ValueError: x" in line for line in failure.log_tail)


def test_a_killed_script_ran_out_of_memory() -> None:
    failure = end_of_job(description("Failed", reason="AlgorithmError: , exit code: 137")).failure([])
    assert failure.cause == FailureCause.OUT_OF_MEMORY
    assert "instance_type" in failure.message


def test_a_timeout_names_the_setting() -> None:
    assert "max_run" in end_of_job(description("Stopped", "MaxRuntimeExceeded")).failure([]).message


def test_reports_may_be_missing_from_the_channel_if_machines_were_taken_away() -> None:
    interrupted = [{"Status": "Interrupted", "StartTime": NOW}]
    assert end_of_job(description("Completed", SecondaryStatusTransitions=interrupted)).may_lack_reports
    assert end_of_job(description("Failed", reason="InternalServerError")).may_lack_reports
    assert not end_of_job(description("Failed", reason=TRACEBACK)).may_lack_reports
    assert not end_of_job(description("Completed")).may_lack_reports


def test_a_job_that_does_not_exist_any_more_is_lost() -> None:
    failure = end_of_vanished("3-study").failure([])
    assert failure.cause == FailureCause.LOST
    assert "3-study" in failure.message
