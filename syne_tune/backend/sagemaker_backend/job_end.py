"""What the end of a job means for its trial."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from syne_tune.backend.failures import LOG_TAIL_LINES, classify
from syne_tune.backend.files import ExitRecord, RunSpec
from syne_tune.backend.sagemaker_backend.training_jobs import JobState
from syne_tune.trial import Failure, FailureCause, Status

_EXIT_CODE = re.compile(r"exit code:? (-?\d+)", re.IGNORECASE)
_KILLED = (137, -9)
_SCRIPT = "AlgorithmError"
_STARTS_OVER = {"Interrupted", "Restarting"}


@dataclass(frozen=True)
class JobEnd:
    """How a job ended.

    Args:
        status: Status of the trial.
        time: When it ended.
        reason: What SageMaker says about a failure.
        cause: The class of failure; ``None`` if the job did not fail, or its script did.
        has_trained: Whether the script was started.
        may_lack_reports: Whether its report channel on S3 may be incomplete, because machines were taken away.
    """

    status: str
    time: datetime.datetime
    reason: str = ""
    cause: FailureCause | None = None
    has_trained: bool = True
    may_lack_reports: bool = False

    def failure(self, log_tail: Sequence[str]) -> Failure:
        """Why the job failed.

        Args:
            log_tail: The last lines of its log.
        """
        code = _EXIT_CODE.search(self.reason)
        exit_code = int(code[1]) if code else None
        told = _lines_of(self.reason)
        is_in_log = bool(told) and told[-1] in log_tail
        tail = tuple([*([] if is_in_log else told), *log_tail][-2 * LOG_TAIL_LINES :])
        if self.cause is not None:
            return Failure(self.cause, self.reason, exit_code, tail)
        if exit_code in _KILLED:
            message = "The script was killed, probably for lack of memory: choose a larger instance_type"
            return Failure(FailureCause.OUT_OF_MEMORY, message, exit_code, tail)
        found = classify(ExitRecord(self.time.timestamp(), exit_code), RunSpec([], "", {}, {}), tail, ())
        return Failure(found.cause, found.message, exit_code, tail)


def end_of_listed(state: JobState) -> JobEnd:
    """The end of a job that a listing shows as completed or stopped, if that is all there is to know."""
    return JobEnd(Status.completed if state.status == "Completed" else Status.stopped, state.changed)


def end_of_vanished(name: str) -> JobEnd:
    """The end of a job that does not exist any more."""
    now = datetime.datetime.now(datetime.timezone.utc)
    return JobEnd(Status.failed, now, f"SageMaker does not know the job {name!r} any more", FailureCause.LOST)


def end_of_job(job: Mapping[str, Any]) -> JobEnd:
    """The end of a job.

    Args:
        job: Its description.
    """
    status, secondary = job["TrainingJobStatus"], job.get("SecondaryStatus", "")
    reason = str(job.get("FailureReason") or "")
    limit = job.get("StoppingCondition", {})
    ended = {
        "time": job.get("TrainingEndTime") or job.get("LastModifiedTime") or job["CreationTime"],
        "has_trained": job.get("TrainingStartTime") is not None,
        "may_lack_reports": _started_over(job) or (status == "Failed" and not reason.startswith(_SCRIPT)),
    }
    if status == "Completed":
        return JobEnd(Status.completed, **ended)
    if secondary == "MaxRuntimeExceeded":
        seconds = limit.get("MaxRuntimeInSeconds")
        message = f"The job was ended after {seconds} seconds: raise max_run (MaxRuntimeInSeconds) if it needs more"
        return JobEnd(Status.failed, reason=message, cause=FailureCause.TIMEOUT, **ended)
    if secondary == "MaxWaitTimeExceeded":
        message = (
            f"Spot capacity was not there for long enough within max_wait={limit.get('MaxWaitTimeInSeconds')} seconds"
        )
        return JobEnd(Status.failed, reason=message, cause=FailureCause.LOST, **ended)
    if status == "Stopped":
        return JobEnd(Status.stopped, reason="The job was stopped from outside", **ended)
    return JobEnd(Status.failed, reason=reason, cause=_cause(reason), **ended)


def _lines_of(reason: str) -> list[str]:
    """A failure reason as lines; SageMaker quotes the last words of the script in it."""
    told = reason.replace("\\n", "\n").replace('ErrorMessage "', "ErrorMessage\n")
    return re.sub(r'"?, exit code:? -?\d+$', "", told).splitlines()


def _cause(reason: str) -> FailureCause | None:
    if reason.startswith(_SCRIPT):
        return FailureCause.CANNOT_START if "the entry point" in reason.lower() else None
    if reason.startswith("ClientError"):
        return FailureCause.CANNOT_START
    return FailureCause.LOST  # CapacityError, InternalServerError: SageMaker's side


def _started_over(job: Mapping[str, Any]) -> bool:
    return any(step["Status"] in _STARTS_OVER for step in job.get("SecondaryStatusTransitions") or [])
