"""Clients of AWS, made when they are needed, and never part of a pickle."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from syne_tune.backend.sagemaker_backend.request_rate import RequestRate
from syne_tune.errors import BackendError
from syne_tune.optional import require

_SAGEMAKER_REQUESTS_PER_SECOND = 10.0
_LOGS_REQUESTS_PER_SECOND = 10.0
_S3_REQUESTS_PER_SECOND = 100.0
_S3_ATTEMPTS = 5


class AwsClients:
    """Clients for SageMaker, CloudWatch Logs and S3, and the rates at which they are used.

    Requests are repeated by the rates, not by the clients, so that each one is counted.

    Args:
        session: A ``boto3.Session``; ``None`` for the default one. Of it, a pickle keeps the region only.
        region: Where jobs run; default is that of the session.
    """

    def __init__(self, session: Any = None, region: str | None = None) -> None:
        self._session = session
        self._region: str | None = region or getattr(session, "region_name", None)
        self.rates = {
            "sagemaker": RequestRate(_SAGEMAKER_REQUESTS_PER_SECOND),
            "logs": RequestRate(_LOGS_REQUESTS_PER_SECOND),
            "s3": RequestRate(_S3_REQUESTS_PER_SECOND),
        }

    def __getstate__(self) -> dict[str, Any]:
        return {"region": self._region}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__init__(**state)  # type: ignore[misc]  # credentials are found anew where it is loaded

    @cached_property
    def sagemaker(self) -> Any:
        """For training jobs."""
        return self._client("sagemaker")

    @cached_property
    def logs(self) -> Any:
        """For their logs."""
        return self._client("logs")

    @cached_property
    def s3(self) -> Any:
        """For code, checkpoints and reports."""
        return self._client("s3")

    def num_requests(self) -> dict[str, int]:
        """Requests sent so far, by service."""
        return {service: sum(rate.counts.values()) for service, rate in self.rates.items()}

    def _client(self, service: str) -> Any:
        session = self._session or require("boto3", "aws")  # whose own session reads descriptions of services once
        exceptions = require("botocore.exceptions", "aws")
        retries = {"total_max_attempts": _S3_ATTEMPTS if service == "s3" else 1, "mode": "standard"}
        config = require("botocore.config", "aws").Config(connect_timeout=5, read_timeout=60, retries=retries)
        try:
            return session.client(service, region_name=self._region, config=config)
        except exceptions.NoRegionError as error:
            raise BackendError("AWS: no region is set. Name it by AWS_DEFAULT_REGION, or in ~/.aws/config") from error
