"""What comes with an AWS account: the session, and the role that jobs run with."""

from __future__ import annotations

import os
from typing import Any

from syne_tune.errors import MissingExtraError, OptionError
from syne_tune.optional import require

_ROLE_PATH = "/service-role/"
_ROLE_PREFIX = "AmazonSageMaker-ExecutionRole"
_EXAMPLE_OF_ROLE = "arn:aws:iam::123456789012:role/service-role/AmazonSageMaker-ExecutionRole-name"
_SET_ROLE = "Set the environment variable AWS_ROLE to the address (ARN) of the role"


def default_config() -> Any:
    """Settings for clients of ``boto3`` that have to be patient.

    Returns:
        A ``botocore.config.Config``: connections within 5 seconds, answers within 60, up to 20 attempts.
    """
    retries = {"max_attempts": 20, "mode": "standard"}
    return require("botocore.config", "aws").Config(connect_timeout=5, read_timeout=60, retries=retries)


def default_sagemaker_session() -> Any:
    """A session of the ``sagemaker`` package, version 2 or 3, whose client is patient.

    The region is never chosen silently.

    Raises:
        OptionError: If there is no region.
        MissingExtraError: If the package is not installed.
    """
    boto_session = require("boto3", "aws").Session()
    if boto_session.region_name is None:
        raise OptionError(
            "No AWS region is set. Set the environment variable AWS_DEFAULT_REGION, for example to us-east-1, or run "
            "'aws configure'"
        )
    client = boto_session.client("sagemaker", config=default_config())
    return _session_class()(boto_session=boto_session, sagemaker_client=client)


def _session_class() -> Any:
    try:
        return require("sagemaker.session", "sagemaker").Session
    except MissingExtraError:
        return require("sagemaker.core.helper.session_helper", "sagemaker").Session


def get_execution_role() -> str:
    """The address (ARN) of the role that jobs run with.

    It is taken from the environment variable ``AWS_ROLE``; else, in a notebook or job of SageMaker, it is the role of
    that; else the role which SageMaker itself creates, ``/service-role/AmazonSageMaker-ExecutionRole-...``, provided
    there is exactly one.

    Raises:
        OptionError: If there is no such role, several of them, or no access to AWS.
        MissingExtraError: If ``boto3`` is not installed.
    """
    if role := os.environ.get("AWS_ROLE"):
        if not role.startswith("arn:"):
            raise OptionError(f"AWS_ROLE={role!r} is no address of a role; it looks like {_EXAMPLE_OF_ROLE}")
        return role
    session = require("boto3", "aws").Session()
    errors = require("botocore.exceptions", "aws")
    try:
        return _own_role(session) or _only_role(_service_roles(session))
    except (errors.NoCredentialsError, errors.PartialCredentialsError) as error:
        raise OptionError(
            "No AWS credentials were found, so that the role of the jobs cannot be looked up. Run 'aws configure', or "
            f"for the local job service 'syne-tune jobs env'. {_SET_ROLE} if it is known"
        ) from error
    except (errors.ClientError, errors.BotoCoreError) as error:
        raise OptionError(f"The role of the jobs could not be looked up: {error}. {_SET_ROLE}") from error


def _own_role(session: Any) -> str | None:
    """Role of the SageMaker notebook or job in which this runs, if it does."""
    caller: str = session.client("sts").get_caller_identity()["Arn"]
    resource = caller.rpartition(":")[2]
    if not (resource.startswith("assumed-role/") and resource.endswith("/SageMaker")):
        return None
    name = resource.split("/")[1]
    return str(session.client("iam").get_role(RoleName=name)["Role"]["Arn"])


def _service_roles(session: Any) -> list[str]:
    pages = session.client("iam").get_paginator("list_roles").paginate(PathPrefix=_ROLE_PATH)
    roles = [role for page in pages for role in page["Roles"]]
    return sorted(role["Arn"] for role in roles if _is_execution_role(role["RoleName"]))


def _is_execution_role(name: str) -> bool:
    return name == _ROLE_PREFIX or name.startswith(f"{_ROLE_PREFIX}-")


def _only_role(roles: list[str]) -> str:
    if len(roles) == 1:
        return roles[0]
    if not roles:
        raise OptionError(
            f"There is no role {_ROLE_PATH}{_ROLE_PREFIX}-... in this account, which SageMaker creates with the first "
            f"notebook or domain. {_SET_ROLE}, or create one: "
            "https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html"
        )
    raise OptionError(f"There are several roles for SageMaker in this account: {', '.join(roles)}. {_SET_ROLE} to use")
