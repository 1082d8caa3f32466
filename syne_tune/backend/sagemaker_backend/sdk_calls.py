"""Settings for calls of the ``sagemaker`` package that only find out what it would send."""

from __future__ import annotations

import copy
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any


def without_telemetry(config: Mapping[str, Any] | None) -> dict[str, Any]:
    """A configuration of the package with which it does not tell AWS about such a call.

    Args:
        config: The one of the user.
    """
    merged = {"SchemaVersion": "1.0", **copy.deepcopy(dict(config or {}))}
    place = merged
    for name in ("SageMaker", "PythonSDK", "Modules"):
        place = place.setdefault(name, {})
    place["TelemetryOptOut"] = True
    return merged


@contextmanager
def quiet_sdk() -> Iterator[None]:
    """Keeps the package from telling the user, within the block, about a job that is not created."""
    logger = logging.getLogger("sagemaker")
    level = logger.level
    logger.setLevel(logging.WARNING)
    try:
        yield
    finally:
        logger.setLevel(level)
