"""A job service as a process of its own, and unmodified boto3 clients that talk to it."""

from __future__ import annotations

import io
import itertools
import json
import os
import tarfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config

from syne_tune.jobs.serving import ServiceProcess

BUCKET = "work"
ROLE = "arn:aws:iam::123456789012:role/service-role/AmazonSageMaker-ExecutionRole-local"
PATIENCE = 120.0
GROUP = "/aws/sagemaker/TrainingJobs"


class Cloud:
    """Everything a test needs of one service."""

    def __init__(self, process: ServiceProcess, folder: Path) -> None:
        self.process, self.folder = process, folder
        self.counter = itertools.count()
        self.sagemaker, self.s3, self.logs = map(self.client, ("sagemaker", "s3", "logs"))
        self.s3.create_bucket(Bucket=BUCKET)

    def client(self, service: str, **options: Any) -> Any:
        credentials = {"aws_access_key_id": "local", "aws_secret_access_key": "local"}
        config = Config(retries={"max_attempts": options.pop("attempts", 3)})
        return boto3.client(
            service, endpoint_url=self.process.endpoint, region_name="us-east-1", config=config, **credentials
        )

    def control(self, command: str, **body: Any) -> dict[str, Any]:
        request = urllib.request.Request(f"{self.process.endpoint}/_jobs/{command}", json.dumps(body).encode())
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return json.loads(answer.read())

    def upload_code(self, files: Mapping[str, str]) -> str:
        content = io.BytesIO()
        with tarfile.open(fileobj=content, mode="w:gz") as archive:
            for name, text in files.items():
                member = tarfile.TarInfo(name)
                member.size = len(text.encode())
                archive.addfile(member, io.BytesIO(text.encode()))
        key = f"code/{next(self.counter)}/sourcedir.tar.gz"
        self.s3.put_object(Bucket=BUCKET, Key=key, Body=content.getvalue())
        return f"s3://{BUCKET}/{key}"

    def request(self, script: str = "print('hello')", **changes: Any) -> dict[str, Any]:
        """A request for a job that runs a script; members that are mappings are merged with the usual ones."""
        files = {"train.py": script, **changes.pop("files", {})}
        usual: dict[str, Any] = {
            "TrainingJobName": f"job-{os.getpid()}-{next(self.counter)}",
            "RoleArn": ROLE,
            "AlgorithmSpecification": {"TrainingImage": "default", "TrainingInputMode": "File"},
            "HyperParameters": {
                "sagemaker_program": '"train.py"',
                "sagemaker_submit_directory": json.dumps(self.upload_code(files)),
            },
            "OutputDataConfig": {"S3OutputPath": f"s3://{BUCKET}/out"},
            "ResourceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 10},
            "StoppingCondition": {"MaxRuntimeInSeconds": 600},
        }
        for name, value in changes.items():
            usual[name] = {**usual.get(name, {}), **value} if isinstance(value, dict) else value
        return usual

    def start(self, script: str = "print('hello')", **changes: Any) -> str:
        request = self.request(script, **changes)
        self.sagemaker.create_training_job(**request)
        return str(request["TrainingJobName"])

    def run(self, script: str = "print('hello')", **changes: Any) -> dict[str, Any]:
        return self.wait(self.start(script, **changes))

    def describe(self, name: str) -> dict[str, Any]:
        return self.sagemaker.describe_training_job(TrainingJobName=name)

    def wait(self, name: str) -> dict[str, Any]:
        """The description of a job, once it is final."""
        return self.until(name, lambda job: job["TrainingJobStatus"] in ("Completed", "Failed", "Stopped"))

    def until(self, name: str, condition: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        deadline = time.monotonic() + PATIENCE
        while not condition(job := self.describe(name)):
            assert time.monotonic() < deadline, job
            time.sleep(0.05)
        return job

    def until_printed(self, name: str, text: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while text not in self.printed(name):
            assert time.monotonic() < deadline, self.describe(name)
            time.sleep(0.05)

    def printed(self, name: str) -> list[str]:
        try:
            return [event["message"] for _, event in self.events(name)]
        except self.logs.exceptions.ResourceNotFoundException:
            return []

    def events(self, name: str) -> list[tuple[str, dict[str, Any]]]:
        streams = self.logs.describe_log_streams(logGroupName=GROUP, logStreamNamePrefix=f"{name}/")["logStreams"]
        return [
            (stream["logStreamName"], event)
            for stream in streams
            for event in self.logs.get_log_events(
                logGroupName=GROUP, logStreamName=stream["logStreamName"], startFromHead=True
            )["events"]
        ]

    def keys(self, prefix: str) -> list[str]:
        listed = self.s3.list_objects_v2(Bucket=BUCKET, Prefix=prefix)
        return [entry["Key"] for entry in listed.get("Contents", [])]

    def content(self, key: str) -> bytes:
        return self.s3.get_object(Bucket=BUCKET, Key=key)["Body"].read()


@pytest.fixture(scope="session")
def shared_cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    folder = tmp_path_factory.mktemp("service")
    with ServiceProcess(folder, "--stop-grace", "5") as process:
        yield Cloud(process, folder)


@pytest.fixture
def cloud(shared_cloud: Cloud) -> Iterator[Cloud]:
    """The service that all tests share; faults are switched off after each."""
    yield shared_cloud
    shared_cloud.control("reset-faults")


@pytest.fixture
def own_cloud(tmp_path: Path) -> Iterator[Cloud]:
    """A service for tests that end it."""
    process = ServiceProcess(tmp_path / "service", "--stop-grace", "5")
    yield Cloud(process, tmp_path / "service")
    process.close()
