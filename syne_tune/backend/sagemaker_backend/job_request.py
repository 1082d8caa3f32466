"""What all training jobs of a study have in common, and how the request of one job is made from it.

::

    template = job_template(estimator, inputs="s3://bucket/data")
    request = template.job_request(TrialJob(name="3-my-tuner", arguments={"lr": 0.1}), code_uri=uri)
    boto3.client("sagemaker").create_training_job(**request)
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from syne_tune.errors import OptionError
from syne_tune.jsonio import plain

CHECKPOINT_PATH = "/opt/ml/checkpoints"
"""Where a job finds its checkpoints, and leaves new ones."""

CODE_CHANNEL = "code"
"""Input channel for code, where the job may not, or does not, load it from S3 by itself."""

CODE_CHANNEL_PATH = f"/opt/ml/input/data/{CODE_CHANNEL}"
"""Where a job finds what comes by this channel."""

CODE_ARCHIVE = "sourcedir.tar.gz"
"""File name of packed code."""

IGNORED = ("__pycache__", "*.pyc", ".git", ".env", ".DS_Store", ".ipynb_checkpoints", ".cache")
"""Names that are left out when code is packed."""

_MAX_HYPERPARAMETER_LENGTH = 2500


@dataclass(frozen=True)
class TrialJob:
    """What one job adds to the template.

    Attributes:
        name: Of the job; unique in account and region, at most 63 letters, digits and hyphens.
        arguments: Arguments of the script, before encoding. They win over hyperparameters of the template.
        checkpoint_s3_uri: Where the checkpoints are; ``None`` if the template says so, or there are none.
        environment: Additional environment variables.
        tags: Additional tags.
        instance_type: If not that of the template.
        instance_count: If not that of the template.
    """

    name: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    checkpoint_s3_uri: str | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    instance_type: str | None = None
    instance_count: int | None = None


@dataclass(frozen=True)
class JobTemplate:
    """What all jobs of a study have in common.

    Attributes:
        request: Of ``CreateTrainingJob``, without the name; hyperparameters are encoded already.
        entry_point: Local script to run, relative to ``source_dir`` if there is one; ``None`` if the image runs
            its own program.
        source_dir: Local folder that is sent along as a whole, or the address on S3 of a ``sourcedir.tar.gz``.
        dependencies: More local folders and files, each importable by its name in the job.
        ignored: Patterns of names that are left out when the code is packed.
        generated_files: Content of more files for the package of code, by path in it.

    The program of the image loads the package of code from S3, unpacks it and runs the script, as that of all images
    with the SageMaker training toolkit does. Jobs without network, and those with a ``ContainerEntrypoint``, get the
    package as the file ``sourcedir.tar.gz`` of the input channel ``code``; an entry point has to unpack it.
    """

    request: Mapping[str, Any]
    entry_point: str | None = None
    source_dir: str | None = None
    dependencies: tuple[str, ...] = ()
    ignored: tuple[str, ...] = IGNORED
    generated_files: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def instance_type(self) -> str:
        """Type of machine, if a job does not say otherwise."""
        return str(self.request["ResourceConfig"]["InstanceType"])

    @property
    def instance_count(self) -> int:
        """Number of machines, if a job does not say otherwise."""
        return int(self.request["ResourceConfig"].get("InstanceCount", 1))

    @property
    def may_start_over(self) -> bool:
        """Whether a job survives the loss of its machines: its script is then started once more."""
        return bool(self.request.get("EnableManagedSpotTraining") or self.request.get("RetryStrategy"))

    @property
    def has_script(self) -> bool:
        """Whether jobs run a script of the user, not what the image starts by itself."""
        return self.entry_point is not None or self.source_dir is not None

    @property
    def needs_packaging(self) -> bool:
        """Whether there is local code that must be packed and uploaded before a job can start."""
        return (self.has_script or bool(self.generated_files)) and not self._is_packed_already

    @property
    def program(self) -> str | None:
        """The script as it is called within the package of code."""
        if self.entry_point is None:
            return None
        path = Path(self.entry_point)
        if self.source_dir is None:
            return path.name
        return os.path.relpath(path, self.source_dir) if path.is_absolute() else path.as_posix()

    def job_request(self, job: TrialJob, code_uri: str | None = None) -> dict[str, Any]:
        """The complete request for one job.

        Args:
            job: What is particular to it.
            code_uri: Where the packed code is on S3. Needed if :attr:`needs_packaging`.

        Returns:
            Keyword arguments of ``create_training_job``.

        Raises:
            OptionError: If there is a script, but no ``code_uri``, or a value is too long for a hyperparameter.
        """
        uri = self._code_address(code_uri)
        request: dict[str, Any] = json.loads(json.dumps(self.request))
        request["TrainingJobName"] = job.name
        request["HyperParameters"] = self._hyperparameters(job, uri)
        request["ResourceConfig"] |= _resources(job)
        if job.checkpoint_s3_uri is not None:
            request["CheckpointConfig"] = {"LocalPath": CHECKPOINT_PATH, "S3Uri": job.checkpoint_s3_uri}
        if job.environment:
            request["Environment"] = {**request.get("Environment", {}), **job.environment}
        if job.tags:
            request["Tags"] = _merged_tags(request.get("Tags", []), job.tags)
        if self._is_code_in_channel and uri:
            code = {**channel(CODE_CHANNEL, uri), "InputMode": "File"}
            request["InputDataConfig"] = [*request.get("InputDataConfig", []), code]
        return request

    @property
    def _is_started_by_image(self) -> bool:
        return "ContainerEntrypoint" not in self.request["AlgorithmSpecification"]

    @property
    def _is_code_in_channel(self) -> bool:
        return not self._is_started_by_image or bool(self.request.get("EnableNetworkIsolation"))

    @property
    def _is_packed_already(self) -> bool:
        return self.source_dir is not None and self.source_dir.startswith("s3://")

    def _code_address(self, code_uri: str | None) -> str | None:
        if self._is_packed_already:
            return self.source_dir
        if self.needs_packaging and code_uri is None:
            raise OptionError(
                f"The script {self.entry_point!r} must be packed and uploaded first: pass its address as code_uri"
            )
        return code_uri

    def _hyperparameters(self, job: TrialJob, code: str | None) -> dict[str, str]:
        values = {**self.request.get("HyperParameters", {})}
        values |= {name: self._encoded(name, value) for name, value in job.arguments.items()}
        if self.program is not None and self._is_started_by_image:
            folder = f"{CODE_CHANNEL_PATH}/{CODE_ARCHIVE}" if self._is_code_in_channel else code
            added = {"program": self.program, "submit_directory": folder, "job_name": job.name}
            values |= {f"sagemaker_{name}": json.dumps(value) for name, value in added.items()}
        return values

    def _encoded(self, name: str, value: Any) -> str:
        # images that run their own program, built-in algorithms for one, take text as it is
        is_text = isinstance(value, str) and not self.has_script
        text = value if is_text else json.dumps(plain(value))
        if len(text) > _MAX_HYPERPARAMETER_LENGTH:
            raise OptionError(
                f"Hyperparameter {name!r} takes {len(text)} characters, SageMaker allows {_MAX_HYPERPARAMETER_LENGTH}. "
                "Use pass_args_as_json=True, which hands arguments over in a file"
            )
        return text


def channel(name: str, prefix: str) -> dict[str, Any]:
    """An input channel: all that is on S3 below a prefix, in ``/opt/ml/input/data/<name>`` of each machine."""
    source = {"S3DataType": "S3Prefix", "S3Uri": prefix, "S3DataDistributionType": "FullyReplicated"}
    return {"ChannelName": name, "DataSource": {"S3DataSource": source}}


def _resources(job: TrialJob) -> dict[str, Any]:
    chosen = {"InstanceType": job.instance_type, "InstanceCount": job.instance_count}
    return {name: value for name, value in chosen.items() if value is not None}


def _merged_tags(tags: list[dict[str, str]], added: Mapping[str, str]) -> list[dict[str, str]]:
    merged = {**{tag["Key"]: tag["Value"] for tag in tags}, **added}
    return [{"Key": key, "Value": value} for key, value in merged.items()]
