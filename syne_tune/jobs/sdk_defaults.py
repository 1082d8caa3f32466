"""Files that spare the SageMaker SDKs their calls to STS, which go to the real AWS whatever endpoint is configured."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from syne_tune import jsonio
from syne_tune.jobs.training_job import ACCOUNT

ROLE = "AmazonSageMaker-ExecutionRole-local"
"""A role that is always there, under the path ``/service-role/``."""

ROLE_ARN = f"arn:aws:iam::{ACCOUNT}:role/service-role/{ROLE}"
"""Its full name."""

SETTINGS_VARIABLE = "SAGEMAKER_USER_CONFIG_OVERRIDE"
"""Tells the SDKs, version 2 and 3, where their file of defaults is."""

NOTEBOOK_METADATA = Path("metadata") / "resource-metadata.json"
"""Below ``/opt/ml``: where ``get_execution_role()`` looks for the role before it asks STS."""


def default_bucket(region: str) -> str:
    """Name of the bucket that ``Session().default_bucket()`` creates and returns.

    Args:
        region: Part of the name.
    """
    return f"sagemaker-{region}-{ACCOUNT}"


def sdk_defaults_path(folder: Path, region: str) -> Path:
    """Name of the file that :func:`write_sdk_defaults` writes."""
    return folder / f"sagemaker-{region}.yaml"


def write_sdk_defaults(folder: Path, region: str) -> Path:
    """Writes a file of defaults for the SDKs: bucket, role, no telemetry.

    Args:
        folder: Where to; made if missing.
        region: Where jobs are said to run.

    Returns:
        The file.
    """
    modules: dict[str, Any] = {
        "TelemetryOptOut": True,
        "Session": {"DefaultS3Bucket": default_bucket(region)},
        "RemoteFunction": {"RoleArn": ROLE_ARN},
    }
    settings = {"PythonSDK": {"Modules": modules}, "TrainingJob": {"RoleArn": ROLE_ARN}}
    folder.mkdir(parents=True, exist_ok=True)
    path = sdk_defaults_path(folder, region)
    jsonio.write_json(path, {"SchemaVersion": "1.0", "SageMaker": settings})  # JSON is YAML
    return path


def write_notebook_metadata(ml: Path, role: str) -> None:
    """Writes the file in which a SageMaker notebook finds its role.

    Args:
        ml: Folder that will be ``/opt/ml``.
        role: Full name of the role.
    """
    path = ml / NOTEBOOK_METADATA
    path.parent.mkdir(parents=True, exist_ok=True)
    jsonio.write_json(path, {"ResourceName": "local", "ExecutionRoleArn": role})
