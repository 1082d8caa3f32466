"""Looks at training jobs, here or on AWS, with boto3: lists, records, logs."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from syne_tune.errors import BackendError, OptionError
from syne_tune.jobs.log_store import TRAINING_JOBS
from syne_tune.jobs.serving import environment
from syne_tune.optional import require

AWS = "aws"
"""Instead of an address: the real thing."""

_FINAL = ("Completed", "Failed", "Stopped")
_POLL = 1.0


class JobInspector:
    """Reads and stops training jobs.

    Args:
        endpoint: Address of a service, or ``"aws"`` for AWS with the credentials and the region found there.

    Raises:
        OptionError: If no region is known.
    """

    def __init__(self, endpoint: str) -> None:
        boto3 = require("boto3", "jobs")
        self._errors = require("botocore.exceptions", "jobs")
        self._endpoint = endpoint
        options = {} if endpoint == AWS else _client_options(endpoint)
        try:
            self._sagemaker, self._logs = (boto3.client(name, **options) for name in ("sagemaker", "logs"))
        except self._errors.NoRegionError as error:
            raise OptionError("no region: set AWS_DEFAULT_REGION, for example to us-east-1") from error
        except ValueError as error:
            raise OptionError(
                f"endpoint {endpoint!r} is no address; it looks like http://127.0.0.1:5600, or is {AWS!r}"
            ) from error

    def summaries(self, status: str | None = None, contains: str | None = None) -> list[dict[str, Any]]:
        """Summaries of jobs, newest first.

        Args:
            status: Only jobs of this status.
            contains: Only jobs whose name contains this.
        """
        filters = {"StatusEquals": status, "NameContains": contains, "MaxResults": 100}
        wanted = {name: value for name, value in filters.items() if value is not None}
        found: list[dict[str, Any]] = []
        token: dict[str, str] = {}
        while True:
            answer = self._call(self._sagemaker.list_training_jobs, **wanted, **token)
            found += answer["TrainingJobSummaries"]
            if "NextToken" not in answer:
                return found
            token = {"NextToken": answer["NextToken"]}

    def describe(self, name: str) -> dict[str, Any]:
        """The record of a job."""
        answer = self._call(self._sagemaker.describe_training_job, TrainingJobName=name)
        answer.pop("ResponseMetadata", None)
        return answer

    def stop(self, name: str) -> None:
        """Asks for the end of a job."""
        self._call(self._sagemaker.stop_training_job, TrainingJobName=name)

    def log(self, name: str, follow: bool = False, tail: int | None = None) -> Iterator[tuple[str, str]]:
        """What a job prints.

        Args:
            name: The job.
            follow: Whether to go on until the job is final.
            tail: Only so many of the lines there are at first; all by default.

        Yields:
            Host and line.
        """
        tokens: dict[str, str] = {}
        while True:
            final = self.describe(name)["TrainingJobStatus"] in _FINAL
            lines = (line for stream in self._streams(name) for line in self._new_lines(stream, tokens))
            yield from lines if tail is None else deque(lines, tail)
            tail = None
            if final or not follow:
                return
            time.sleep(_POLL)

    def _streams(self, name: str) -> list[str]:
        pages = self._logs.get_paginator("describe_log_streams").paginate(
            logGroupName=TRAINING_JOBS, logStreamNamePrefix=f"{name}/"
        )
        try:
            answer = self._call(pages.build_full_result)
        except self._logs.exceptions.ResourceNotFoundException:
            return []  # the group is created with the first line of the first job
        return [stream["logStreamName"] for stream in answer["logStreams"]]

    def _new_lines(self, stream: str, tokens: dict[str, str]) -> Iterator[tuple[str, str]]:
        host = stream.partition("/")[2].rpartition("-")[0]
        while True:
            place = {"nextToken": tokens[stream]} if stream in tokens else {}
            answer = self._call(
                self._logs.get_log_events,
                logGroupName=TRAINING_JOBS,
                logStreamName=stream,
                startFromHead=True,
                **place,
            )
            yield from ((host, event["message"]) for event in answer["events"])
            if tokens.get(stream) == answer["nextForwardToken"] or not answer["events"]:
                return
            tokens[stream] = answer["nextForwardToken"]

    def _call(self, operation: Callable[..., dict[str, Any]], **request: Any) -> dict[str, Any]:
        errors = self._errors
        try:
            return operation(**request)
        except self._logs.exceptions.ResourceNotFoundException:
            raise
        except errors.NoCredentialsError as error:
            raise BackendError(f"{error}: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE") from error
        except (errors.ConnectionError, errors.HTTPClientError) as error:
            step = "check the network" if self._endpoint == AWS else "start the service with 'syne-tune jobs serve'"
            raise BackendError(f"nobody answers at {self._endpoint}: {step} ({error})") from error
        except (errors.ClientError, errors.BotoCoreError) as error:
            raise BackendError(f"{error} (syne-tune jobs list shows the jobs there are)") from error


def _client_options(endpoint: str) -> Mapping[str, Any]:
    variables, config = environment(endpoint), require("botocore.config", "jobs").Config
    return {
        "config": config(connect_timeout=5, retries={"mode": "standard", "max_attempts": 4}),
        "endpoint_url": endpoint,
        "region_name": variables["AWS_DEFAULT_REGION"],
        "aws_access_key_id": variables["AWS_ACCESS_KEY_ID"],
        "aws_secret_access_key": variables["AWS_SECRET_ACCESS_KEY"],
    }
