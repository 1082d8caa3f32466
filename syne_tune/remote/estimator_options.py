"""Arguments as the estimators of the ``sagemaker`` package have them, turned into a request for a training job."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from syne_tune.backend.sagemaker_backend.aws_account import get_execution_role
from syne_tune.errors import OptionError, nearest

_OUTPUT_PREFIX = "syne-tune-jobs/output"
_MAX_RUNTIME = 5 * 86400
"""Seconds; the longest that accounts are allowed by default."""

_PLACES: Mapping[str, tuple[str, ...]] = {
    "role": ("RoleArn",),
    "image_uri": ("AlgorithmSpecification", "TrainingImage"),
    "metric_definitions": ("AlgorithmSpecification", "MetricDefinitions"),
    "instance_type": ("ResourceConfig", "InstanceType"),
    "instance_count": ("ResourceConfig", "InstanceCount"),
    "volume_size": ("ResourceConfig", "VolumeSizeInGB"),
    "volume_kms_key": ("ResourceConfig", "VolumeKmsKeyId"),
    "keep_alive_period_in_seconds": ("ResourceConfig", "KeepAlivePeriodInSeconds"),
    "max_run": ("StoppingCondition", "MaxRuntimeInSeconds"),
    "max_wait": ("StoppingCondition", "MaxWaitTimeInSeconds"),
    "use_spot_instances": ("EnableManagedSpotTraining",),
    "max_retry_attempts": ("RetryStrategy", "MaximumRetryAttempts"),
    "output_path": ("OutputDataConfig", "S3OutputPath"),
    "output_kms_key": ("OutputDataConfig", "KmsKeyId"),
    "subnets": ("VpcConfig", "Subnets"),
    "security_group_ids": ("VpcConfig", "SecurityGroupIds"),
    "enable_network_isolation": ("EnableNetworkIsolation",),
    "encrypt_inter_container_traffic": ("EnableInterContainerTrafficEncryption",),
    "disable_profiler": ("ProfilerConfig", "DisableProfiler"),
    "environment": ("Environment",),
    "hyperparameters": ("HyperParameters",),
    "tags": ("Tags",),
    "entry_point": ("entry_point",),
    "source_dir": ("source_dir",),
    "dependencies": ("dependencies",),
}


def request_from_options(options: Mapping[str, Any]) -> dict[str, Any]:
    """A request, as :func:`~syne_tune.backend.sagemaker_backend.job_template.job_template` takes it.

    Args:
        options: Arguments by the names that estimators have for them; ``None`` stands for the default.

    Raises:
        OptionError: If an argument has no counterpart in a request.
    """
    request: dict[str, Any] = {}
    for name, value in options.items():
        if name not in _PLACES:
            raise OptionError(f"{name}={value!r} is no argument of a training job: {nearest(name, _PLACES)}")
        if value is None:
            continue
        *groups, last = _PLACES[name]
        place = request
        for group in groups:
            place = place.setdefault(group, {})
        place[last] = value
    return request


def request_with_defaults(options: Mapping[str, Any], bucket: str) -> dict[str, Any]:
    """A request that says what every job needs.

    Args:
        options: By the names that estimators have for them; ``None`` stands for the default. ``image_uri`` and
            ``instance_type`` have none.
        bucket: Bucket for models and other output.

    Raises:
        OptionError: If an option has no counterpart in a request, or no role is found.
    """
    given = {name: value for name, value in options.items() if value is not None}
    role = {} if "role" in given else {"role": get_execution_role()}
    defaults = {"output_path": f"s3://{bucket}/{_OUTPUT_PREFIX}", "max_run": _MAX_RUNTIME, "instance_count": 1}
    return request_from_options({**defaults, **role, **given})
