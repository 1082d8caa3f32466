"""A job service as a process of its own, to which the default clients of this process talk."""

from __future__ import annotations

import json
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from syne_tune.jobs.serving import ServiceProcess

BUCKET = "sagemaker-us-east-1-123456789012"
PATIENCE = 240.0
FINAL = ("Completed", "Failed", "Stopped")


class Cloud:
    """The service as a user of ``boto3`` sees it."""

    def __init__(self, process: ServiceProcess) -> None:
        self.process = process
        self.sagemaker, self.s3 = boto3.client("sagemaker"), boto3.client("s3")
        self.logs, self.cloudwatch = boto3.client("logs"), boto3.client("cloudwatch")
        self.s3.create_bucket(Bucket=BUCKET)
        self.s3_path = f"s3://{BUCKET}/syne-tune"

    def describe(self, name: str) -> dict[str, Any]:
        return self.sagemaker.describe_training_job(TrainingJobName=name)

    def until(self, name: str, condition: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        deadline = time.monotonic() + PATIENCE
        while not condition(job := self.describe(name)):
            assert time.monotonic() < deadline, (job, self.log(name))
            time.sleep(0.1)
        return job

    def ended(self, name: str) -> dict[str, Any]:
        return self.until(name, lambda job: job["TrainingJobStatus"] in FINAL)

    def log(self, name: str) -> str:
        group = "/aws/sagemaker/TrainingJobs"
        try:
            streams = self.logs.describe_log_streams(logGroupName=group, logStreamNamePrefix=f"{name}/")["logStreams"]
        except self.logs.exceptions.ResourceNotFoundException:
            return ""
        pages = [
            self.logs.get_log_events(logGroupName=group, logStreamName=x["logStreamName"], startFromHead=True)
            for x in streams
        ]
        return "\n".join(event["message"] for page in pages for event in page["events"])

    def names(self) -> list[str]:
        page = self.sagemaker.list_training_jobs(MaxResults=100)
        return [job["TrainingJobName"] for job in page["TrainingJobSummaries"]]

    def keys(self, prefix: str) -> list[str]:
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix=prefix)
        return [entry["Key"] for page in pages for entry in page.get("Contents", [])]

    def content(self, key: str) -> bytes:
        return self.s3.get_object(Bucket=BUCKET, Key=key)["Body"].read()

    def control(self, command: str, **body: Any) -> dict[str, Any]:
        request = urllib.request.Request(f"{self.process.endpoint}/_jobs/{command}", json.dumps(body).encode())
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return json.loads(answer.read())


@pytest.fixture(scope="package")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServiceProcess]:
    with ServiceProcess(tmp_path_factory.mktemp("service"), "--stop-grace", "20") as process:
        yield process


@pytest.fixture
def cloud(service: ServiceProcess, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Cloud]:
    for name, value in service.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("SYNETUNE_FOLDER", str(tmp_path / "experiments"))
    boto3.DEFAULT_SESSION = None
    cloud = Cloud(service)
    yield cloud
    cloud.control("reset-faults")
    boto3.DEFAULT_SESSION = None
