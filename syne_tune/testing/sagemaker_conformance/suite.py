"""The suite itself, collected by pytest when :mod:`syne_tune.testing.sagemaker_conformance` is run as a program.

Where it runs comes from the environment variable :data:`TARGET`: empty for a local service, else a JSON object with the
arguments of :class:`~syne_tune.testing.sagemaker_conformance.clouds.AwsCloud`.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

from syne_tune.backend.trial_backend import TrialBackend
from syne_tune.testing.backends import BackendContract
from syne_tune.testing.sagemaker_conformance.clouds import AwsCloud, Cloud, LocalCloud
from syne_tune.testing.sagemaker_conformance.faults import FaultMatrix

TARGET = "SYNE_TUNE_CONFORMANCE_TARGET"

_ON_AWS = json.loads(os.environ.get(TARGET) or "null")

_clouds: list[Cloud] = []


def the_cloud() -> Cloud:
    """Where the suite runs; started when first used."""
    if not _clouds:
        _clouds.append(AwsCloud(**_ON_AWS) if _ON_AWS else LocalCloud())
    return _clouds[0]


def teardown_module() -> None:
    """Ends the service."""
    for cloud in _clouds:
        cloud.close()


class TestContract(BackendContract):
    """What every backend promises."""

    patience = 1800.0

    def make_backend(self, delete_checkpoints: bool = False) -> TrialBackend:
        """A backend whose trials are SageMaker jobs."""
        return the_cloud().backend(delete_checkpoints=delete_checkpoints)

    def study_name(self, folder: Path) -> str:
        """A name of its own for each test."""
        return the_cloud().study_name(folder)


class TestFaults(FaultMatrix):
    """What may go wrong."""

    num_trials = 4
    patience = 1800.0

    def setup_method(self) -> None:
        """Called by pytest before each test."""
        self.cloud = the_cloud()

    def teardown_method(self) -> None:
        """Called by pytest after each test."""
        if isinstance(self.cloud, LocalCloud):
            self.cloud.control("reset-faults")

    if _ON_AWS:  # AWS does these on its own terms only
        test_throttling = None  # type: ignore[assignment]
        test_late_disordered_and_lost_logs = None  # type: ignore[assignment]
        test_lists_lag_behind = None  # type: ignore[assignment]
        test_slow_starts_and_stops = None  # type: ignore[assignment]
        test_quota = None  # type: ignore[assignment]
        test_all_at_once = None  # type: ignore[assignment]
        test_service_restart = None  # type: ignore[assignment]
        test_spot_interruption = None  # type: ignore[assignment]
