"""Where the conformance kit runs its jobs: a local service of its own, or AWS."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
import urllib.request
from pathlib import Path
from typing import Any

from syne_tune.backend.sagemaker_backend.job_reader import Patience
from syne_tune.backend.sagemaker_backend.sagemaker_backend import SageMakerBackend
from syne_tune.experiment_folder import random_string, s3_experiment_path
from syne_tune.jobs.serving import ServiceProcess
from syne_tune.optional import require
from syne_tune.testing import toy_training

_LOCAL_ROLE = "arn:aws:iam::123456789012:role/service-role/AmazonSageMaker-ExecutionRole-local"


class Cloud:
    """A place that speaks SageMaker's protocol.

    Args:
        s3_path: Below which everything is kept on S3.
        role: ARN of the role of jobs.
        image: Image of jobs.
        instance_type: Machine of jobs.
        poll_interval: Seconds between two looks at jobs.
        patience: How long backends wait for what is late.

    Attributes:
        is_local: Whether it is a local service, so that faults can be switched on.
    """

    is_local = False

    def __init__(
        self, s3_path: str, role: str, image: str, instance_type: str, poll_interval: float, patience: Patience
    ) -> None:
        self.s3_path = s3_path
        self.role = role
        self.image = image
        self.instance_type = instance_type
        self.poll_interval = poll_interval
        self.patience = patience
        self._session_name = random_string(6).lower()

    def request(self, script: str | os.PathLike[str] = toy_training.__file__, **changes: Any) -> dict[str, Any]:
        """A request for jobs that run a script; members that are mappings are merged with the usual ones."""
        usual: dict[str, Any] = {
            "RoleArn": self.role,
            "AlgorithmSpecification": {"TrainingImage": self.image, "TrainingInputMode": "File"},
            "OutputDataConfig": {"S3OutputPath": f"{self.s3_path}/output"},
            "ResourceConfig": {"InstanceType": self.instance_type, "InstanceCount": 1, "VolumeSizeInGB": 10},
            "StoppingCondition": {"MaxRuntimeInSeconds": 1800},
            "entry_point": os.fspath(script),
        }
        for name, value in changes.items():
            usual[name] = {**usual.get(name, {}), **value} if isinstance(value, dict) else value
        return usual

    def backend(self, request: dict[str, Any] | None = None, **options: Any) -> SageMakerBackend:
        """A backend whose trials run here.

        Args:
            request: What its jobs run; default is :mod:`~syne_tune.testing.toy_training`.
            **options: More arguments of the backend.
        """
        backend = SageMakerBackend(request or self.request(), s3_path=self.s3_path, **options)
        backend.poll_interval = self.poll_interval
        backend.patience = self.patience
        return backend

    def study_name(self, folder: os.PathLike[str] | str) -> str:
        """A name for a study that keeps its files in a folder; no other study has it."""
        digest = hashlib.sha256(os.fspath(folder).encode()).hexdigest()[:10]
        return f"check-{self._session_name}-{digest}"

    def client(self, service: str) -> Any:
        """A client of ``boto3``."""
        return require("boto3", "aws").client(service)

    def close(self) -> None:
        """Gives back what it holds."""


class LocalCloud(Cloud):
    """A service of its own, as a process of its own.

    Sets the variables by which AWS clients find it, until it is closed.

    Args:
        folder: Holds everything; default is a temporary one.
    """

    is_local = True

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = Path(tempfile.mkdtemp()) if folder is None else folder
        self._is_temporary = folder is None
        self.service = ServiceProcess(self._folder, "--stop-grace", "5")
        variables = self.service.environment
        self._previous = {name: os.environ.get(name) for name in variables}
        os.environ.update(variables)
        _forget_credentials()
        patience = Patience(log=2.0, gap=0.5, longest=2.0)
        super().__init__("s3://conformance/studies", _LOCAL_ROLE, "default", "ml.m5.large", 0.25, patience)
        self.client("s3").create_bucket(Bucket="conformance")

    def control(self, command: str, **values: Any) -> dict[str, Any]:
        """Calls one of the control paths of the service, ``faults`` for instance."""
        body = json.dumps(values).encode()
        with urllib.request.urlopen(f"{self.service.endpoint}/_jobs/{command}", body, timeout=120) as answer:
            result: dict[str, Any] = json.load(answer)
        return result

    def close(self) -> None:
        """Ends the service, and restores the variables."""
        self.service.close()
        for name, value in self._previous.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
        _forget_credentials()
        if self._is_temporary:
            shutil.rmtree(self._folder, ignore_errors=True)


class AwsCloud(Cloud):
    """AWS itself, with the credentials and the region of the environment.

    Args:
        role: ARN of a role that SageMaker may assume.
        image: Image with Python, and with the SageMaker training toolkit.
        instance_type: Machine of jobs.
    """

    def __init__(self, role: str, image: str, instance_type: str) -> None:
        s3_path = s3_experiment_path(experiment_name="conformance").rstrip("/")
        super().__init__(s3_path, role, image, instance_type, 5.0, Patience())


def _forget_credentials() -> None:
    """Makes the default session of ``boto3`` look at the environment again."""
    require("boto3", "aws").setup_default_session()
