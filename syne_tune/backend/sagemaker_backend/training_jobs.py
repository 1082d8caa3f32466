"""The client of training jobs: create, stop, describe, and the statuses of all jobs of a study in one listing."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from syne_tune.backend.sagemaker_backend.request_rate import RequestRate, error_code, error_message
from syne_tune.errors import BackendError
from syne_tune.optional import require

FINAL = frozenset({"Completed", "Failed", "Stopped"})
BEFORE_TRAINING = frozenset(
    {"Starting", "Pending", "LaunchingMLInstances", "PreparingTrainingStack", "DownloadingTrainingImage", "Downloading"}
)

_PAGE = 100
_LONGEST_LAG = datetime.timedelta(minutes=5)
_NOT_FOUND = {"ResourceNotFound", "ResourceNotFoundException"}


@dataclass(frozen=True)
class JobState:
    """What a listing says about a job.

    Args:
        status: ``InProgress``, ``Completed``, ``Failed``, ``Stopping`` or ``Stopped``.
        secondary: What exactly it is doing; empty if the listing does not say.
        created: When it was created.
        changed: When that last changed.
    """

    status: str
    secondary: str
    created: datetime.datetime
    changed: datetime.datetime

    @property
    def is_final(self) -> bool:
        """Whether nothing changes any more."""
        return self.status in FINAL

    @property
    def may_have_reported(self) -> bool:
        """Whether the script has been started."""
        return self.secondary not in BEFORE_TRAINING

    @classmethod
    def of(cls, job: Mapping[str, Any]) -> JobState:
        """From an entry of a listing, or a description."""
        created = job["CreationTime"]
        secondary = str(job.get("SecondaryStatus") or "")
        return cls(str(job["TrainingJobStatus"]), secondary, created, job.get("LastModifiedTime") or created)


class QuotaExceeded(Exception):
    """There are as many instances as the quota allows; the text is what AWS says about it."""


class NameTaken(Exception):
    """There is a job of this name."""


class TrainingJobs:
    """Jobs of one study.

    Args:
        client: Of ``boto3``, for SageMaker.
        rate: Sends the requests.
        name_part: Contained in the names of all of its jobs.
    """

    def __init__(self, client: Any, rate: RequestRate, name_part: str) -> None:
        self._client = client
        self._rate = rate
        self._name_part = name_part
        self._newest: datetime.datetime | None = None

    def create(self, request: Mapping[str, Any]) -> None:
        """Creates a job.

        Raises:
            QuotaExceeded: If there are too many instances; later it may work.
            NameTaken: If there is a job of this name, perhaps made by this very call: an answer may get lost.
            BackendError: If AWS refuses the request for good; the message says which setting to change.
        """
        exceptions = require("botocore.exceptions", "aws")
        try:
            self._rate.call(self._client.create_training_job, **request)
        except exceptions.ClientError as error:
            if error_code(error) == "ResourceLimitExceeded":
                raise QuotaExceeded(error_message(error)) from error
            if error_code(error) == "ResourceInUse":
                raise NameTaken(request["TrainingJobName"]) from error
            raise BackendError(_refused(request, error)) from error
        except exceptions.BotoCoreError as error:
            raise BackendError(_not_sent(error)) from error

    def stop(self, name: str) -> None:
        """Asks a job to end; does nothing if it has ended or does not exist."""
        exceptions = require("botocore.exceptions", "aws")
        try:
            self._rate.call(self._client.stop_training_job, TrainingJobName=name)
        except exceptions.ClientError as error:
            if error_code(error) not in {"ValidationException", *_NOT_FOUND}:
                raise BackendError(f"Job {name} cannot be stopped: {error_message(error)}") from error

    def describe(self, name: str) -> dict[str, Any] | None:
        """Everything SageMaker says about a job; ``None`` if there is none of this name."""
        exceptions = require("botocore.exceptions", "aws")
        try:
            answer: dict[str, Any] = self._rate.call(self._client.describe_training_job, TrainingJobName=name)
        except exceptions.ClientError as error:
            if error_code(error) not in {"ValidationException", *_NOT_FOUND}:
                raise BackendError(f"Job {name} cannot be described: {error_message(error)}") from error
            return None
        return answer

    def all(self) -> dict[str, JobState]:
        """States of all jobs of the study, by name."""
        self._newest = None
        return self.changed()

    def changed(self) -> dict[str, JobState]:
        """States of the jobs that have changed since the last call, by name; others may be among them.

        Listings lag behind. Hence those are listed, too, that had changed in the minutes before the last call.
        """
        since = {} if self._newest is None else {"LastModifiedTimeAfter": self._newest - _LONGEST_LAG}
        found = {job["TrainingJobName"]: JobState.of(job) for job in self._listed(since)}
        times = [state.changed for state in found.values()]
        self._newest = max([*times, self._newest] if self._newest else times, default=None)
        return found

    def _listed(self, conditions: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        exceptions = require("botocore.exceptions", "aws")
        arguments = {"NameContains": self._name_part, "MaxResults": _PAGE, **conditions}
        while True:
            try:
                page = self._rate.call(self._client.list_training_jobs, **arguments)
            except exceptions.ClientError as error:
                raise BackendError(f"Training jobs cannot be listed: {error_message(error)}") from error
            yield from page["TrainingJobSummaries"]
            if not page.get("NextToken"):
                return
            arguments["NextToken"] = page["NextToken"]


def _refused(request: Mapping[str, Any], error: Any) -> str:
    code, message = error_code(error), error_message(error)
    hint = "Correct the estimator (or the request) given to SageMakerBackend"
    if "AccessDenied" in code or "not authorized" in message:
        hint = "The credentials in use must allow sagemaker:CreateTrainingJob, and iam:PassRole for this role"
    elif "role" in message.lower():
        hint = f"Pass the ARN of a role that SageMaker may assume; it was role={request.get('RoleArn')!r}"
    elif "image" in message.lower():
        image = request.get("AlgorithmSpecification", {}).get("TrainingImage")
        hint = f"Pass an image that exists in this region, as image_uri; it was {image!r}"
    elif "bucket" in message.lower() or "s3" in message.lower():
        hint = "The bucket must exist, in the region of the jobs; choose it by s3_path and output_path"
    return f"SageMaker refuses the job {request['TrainingJobName']!r} ({code}): {message}. {hint}"


def _not_sent(error: Exception) -> str:
    name = type(error).__name__
    hint = {
        "NoCredentialsError": "Configure credentials: 'aws configure', or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
        "NoRegionError": "Name the region by AWS_DEFAULT_REGION",
        "ParamValidationError": "Correct the estimator (or the request) given to SageMakerBackend",
    }.get(name, "Check the configuration of AWS")
    return f"The job cannot be created ({name}): {error}. {hint}"
