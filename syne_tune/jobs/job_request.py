"""Rules for ``CreateTrainingJob`` beyond those in the description of the service, and what AWS fills in."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import PurePosixPath
from typing import Any

from syne_tune.jobs.api_error import ApiError, invalid
from syne_tune.jobs.object_store import S3Location

_MAX_RUNTIME = 86400


def completed(request: Mapping[str, Any]) -> dict[str, Any]:
    """A request with the defaults AWS gives."""
    specification = request["AlgorithmSpecification"]
    return {
        **request,
        "AlgorithmSpecification": {"EnableSageMakerMetricsTimeSeries": False, **specification},
        "OutputDataConfig": {"KmsKeyId": "", "CompressionType": "GZIP", **request["OutputDataConfig"]},
        "ResourceConfig": {"InstanceCount": 1, "VolumeSizeInGB": 30, **request["ResourceConfig"]},
        "StoppingCondition": {"MaxRuntimeInSeconds": _MAX_RUNTIME, **request.get("StoppingCondition", {})},
        **{name: request.get(name, False) for name in _SWITCHES},
    }


_SWITCHES = ("EnableNetworkIsolation", "EnableInterContainerTrafficEncryption", "EnableManagedSpotTraining")


def check(request: Mapping[str, Any], check_bucket: Callable[[str], object]) -> None:
    """Refuses requests that AWS refuses, or that this service cannot carry out.

    Args:
        request: Valid by the description of the service.
        check_bucket: Raises ``ApiError`` if a bucket does not exist.

    Raises:
        ApiError: ``ValidationException``.
    """
    _check_algorithm(request)
    _check_resources(request)
    _check_stopping(request)
    for channel in request.get("InputDataConfig", []):
        _check_channel(channel, request["AlgorithmSpecification"])
    targets = {"OutputDataConfig.S3OutputPath": request["OutputDataConfig"]["S3OutputPath"]}
    if checkpoints := request.get("CheckpointConfig"):
        targets["CheckpointConfig.S3Uri"] = checkpoints["S3Uri"]
        _check_checkpoint_path(checkpoints.get("LocalPath", "/opt/ml/checkpoints"))
    for member, uri in targets.items():
        try:
            check_bucket(S3Location.parse(uri).bucket)
        except ApiError as error:
            raise invalid(
                f"{error} ({member} {uri!r}; create the bucket first, for example with create_bucket)"
            ) from error


def _check_algorithm(request: Mapping[str, Any]) -> None:
    specification = request.get("AlgorithmSpecification")
    if specification is None:
        raise invalid("AlgorithmSpecification is missing: it names the image, AlgorithmSpecification.TrainingImage")
    if "TrainingImage" not in specification or "AlgorithmName" in specification:
        raise invalid("Give AlgorithmSpecification.TrainingImage, and no AlgorithmName: algorithms have no local form")
    if specification.get("TrainingInputMode") == "Pipe":
        raise invalid("TrainingInputMode 'Pipe' has no local form; use 'File' or 'FastFile'")
    for definition in specification.get("MetricDefinitions", []):
        try:
            re.compile(definition["Regex"])
        except re.error as error:
            raise invalid(
                f"Metric {definition['Name']!r}: {definition['Regex']!r} is no regular expression: {error}"
            ) from error


def _check_resources(request: Mapping[str, Any]) -> None:
    resources = request.get("ResourceConfig")
    if resources is None or "InstanceType" not in resources:
        raise invalid("ResourceConfig.InstanceType is missing, for example 'ml.m5.large'")
    if "InstanceGroups" in resources:
        raise invalid("ResourceConfig.InstanceGroups has no local form; give InstanceType and InstanceCount")
    if resources.get("InstanceCount", 1) < 1:
        raise invalid("ResourceConfig.InstanceCount must be at least 1")
    if resources.get("KeepAlivePeriodInSeconds") and request.get("EnableManagedSpotTraining"):
        raise invalid("KeepAlivePeriodInSeconds (warm pools) cannot be used together with EnableManagedSpotTraining")


def _check_stopping(request: Mapping[str, Any]) -> None:
    condition = request.get("StoppingCondition", {})
    waiting, running = condition.get("MaxWaitTimeInSeconds"), condition.get("MaxRuntimeInSeconds", _MAX_RUNTIME)
    if request.get("EnableManagedSpotTraining") and (waiting is None or waiting < running):
        raise invalid(
            "Invalid MaxWaitTimeInSeconds. It must be present and be greater than or equal to MaxRuntimeInSeconds "
            f"({running}) if EnableManagedSpotTraining is true"
        )
    if waiting is not None and not request.get("EnableManagedSpotTraining"):
        raise invalid("MaxWaitTimeInSeconds above 0 is not supported if EnableManagedSpotTraining is false")


def _check_channel(channel: Mapping[str, Any], specification: Mapping[str, Any]) -> None:
    name, source = channel["ChannelName"], channel["DataSource"].get("S3DataSource")
    if source is None or source["S3DataType"] != "S3Prefix":
        raise invalid(f"Channel {name!r}: only an S3DataSource with S3DataType 'S3Prefix' has a local form")
    if channel.get("InputMode", specification["TrainingInputMode"]) == "Pipe":
        raise invalid(f"Channel {name!r}: InputMode 'Pipe' has no local form; use 'File' or 'FastFile'")
    S3Location.parse(source["S3Uri"])


def _check_checkpoint_path(path: str) -> None:
    parts = PurePosixPath(path).parts
    if parts[:3] != ("/", "opt", "ml") or ".." in parts or len(parts) < 4:
        raise invalid(
            f"CheckpointConfig.LocalPath {path!r} must be a folder below /opt/ml, for example /opt/ml/checkpoints"
        )
