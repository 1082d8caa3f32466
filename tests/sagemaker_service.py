"""A job service as a process of its own, for tests with the unmodified SageMaker SDKs.

Those run in ``.venv-sdk2`` and ``.venv-sdk3``, see ``scripts/sdk_tests``; the service runs in ``.venv``.
"""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import tarfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
import pytest

from syne_tune.jobs.serving import ServiceProcess

REPOSITORY = Path(__file__).parents[1]
SERVICE_PYTHON = str(REPOSITORY / ".venv" / "bin" / "python")
LOG_GROUP = "/aws/sagemaker/TrainingJobs"
PATIENCE = 120.0
FINAL = ("Completed", "Failed", "Stopped")

OWN_IMAGE_PROGRAM = """#!/usr/bin/env python3
import json, pathlib
ml = pathlib.Path("/opt/ml")
rounds = json.loads((ml / "input/config/hyperparameters.json").read_text())["num_round"]
rows = sum(len(p.read_text().splitlines()) for p in (ml / "input/data/train").rglob("*") if p.is_file())
print(f"rows={rows} rounds={rounds}")
print("validation-rmse=0.25")
(ml / "model" / "weights").write_text("7")
"""


class Cloud:
    """Plain clients and the control paths of the service: look at what the SDK did."""

    def __init__(self, service: ServiceProcess) -> None:
        self.service = service
        self.sagemaker, self.s3, self.logs = map(boto3.client, ("sagemaker", "s3", "logs"))

    def describe(self, name: str) -> dict[str, Any]:
        return self.sagemaker.describe_training_job(TrainingJobName=name)

    def wait(self, name: str) -> dict[str, Any]:
        return self.until(name, lambda job: job["TrainingJobStatus"] in FINAL)

    def completed(self, name: str) -> dict[str, Any]:
        job = self.wait(name)
        assert job["TrainingJobStatus"] == "Completed", job["FailureReason"]
        return job

    def until(self, name: str, condition: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        deadline = time.monotonic() + PATIENCE
        while not condition(job := self.describe(name)):
            assert time.monotonic() < deadline, job
            time.sleep(0.05)
        return job

    def until_printed(self, name: str, text: str) -> None:
        self.until(name, lambda job: any(text in line for line in self.printed(name)))

    def printed(self, name: str) -> list[str]:
        try:
            pages = self.logs.get_paginator("filter_log_events").paginate(
                logGroupName=LOG_GROUP, logStreamNamePrefix=f"{name}/"
            )
            return [event["message"] for page in pages for event in page["events"]]
        except self.logs.exceptions.ResourceNotFoundException:
            return []

    def model(self, name: str, member: str) -> bytes:
        """A file of the archive that a job left."""
        location = self.describe(name)["ModelArtifacts"]["S3ModelArtifacts"]
        bucket, _, key = location.removeprefix("s3://").partition("/")
        archive = io.BytesIO(self.s3.get_object(Bucket=bucket, Key=key)["Body"].read())
        with tarfile.open(fileobj=archive) as packed:
            return packed.extractfile(member).read()

    def control(self, command: str, **body: Any) -> None:
        request = urllib.request.Request(f"{self.service.endpoint}/_jobs/{command}", json.dumps(body).encode())
        with urllib.request.urlopen(request, timeout=PATIENCE):
            pass


@contextmanager
def running_service(folder: Path) -> Iterator[ServiceProcess]:
    """A service for which the environment of this process is the image ``sdk``, and there is an image ``mine``."""
    own = _image_with_a_program(folder / "image")
    images = {"sdk": sys.prefix, "mine": own, "sagemaker-xgboost:1.2-1": own}  # the last stands for an algorithm of AWS
    arguments = [word for name, path in images.items() for word in ("--image", f"{name}={path}")]
    with ServiceProcess(folder, "--stop-grace", "5", *arguments, interpreter=SERVICE_PYTHON) as process:
        yield process


@contextmanager
def environment_of(service: ServiceProcess, folder: Path, **others: str) -> Iterator[None]:
    """Environment variables by which the SDK finds the service, and Syne Tune a folder for experiments."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {**service.environment, "SYNETUNE_FOLDER": str(folder), **others}.items():
            patch.setenv(name, value)
        yield


def _image_with_a_program(folder: Path) -> Path:
    """An environment with a program ``train``: what a training image is."""
    scripts = folder / "bin"
    scripts.mkdir(parents=True)
    (scripts / "python").symlink_to(SERVICE_PYTHON)
    (scripts / "train").write_text(OWN_IMAGE_PROGRAM)
    (scripts / "train").chmod(0o755)
    return folder


def run_page(page: str, service: ServiceProcess, folder: Path, prologue: str) -> subprocess.CompletedProcess[str]:
    """Runs the ``py`` blocks of a page of the documentation in a notebook of a service.

    Blocks that begin with the name of a file are written to that file, as in ``tests/docs``.
    """
    sys.path.append(str(REPOSITORY / "tests" / "docs"))
    from test_pages import blocks_of, script_of

    blocks = blocks_of((REPOSITORY / "docs" / page).read_text())
    for block in blocks:
        if block.file_name is not None:
            (folder / block.file_name).parent.mkdir(parents=True, exist_ok=True)
            (folder / block.file_name).write_text("\n".join(block.lines) + "\n")
    (folder / "page.py").write_text(f"{prologue}\n{script_of(blocks, 'py')}\n")
    return _run_as_notebook(service, folder, sys.executable, "page.py")


def _run_as_notebook(service: ServiceProcess, folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    launcher = [SERVICE_PYTHON, "-m", "syne_tune.cli.main", "jobs", "--folder", str(folder / "jobs"), "exec", "--"]
    variables: Mapping[str, str] = {**os.environ, **service.environment}
    done = subprocess.run([*launcher, *command], cwd=folder, env=variables, capture_output=True, text=True)
    assert done.returncode == 0, f"{done.stdout[-6000:]}\n{done.stderr[-6000:]}"
    return done
