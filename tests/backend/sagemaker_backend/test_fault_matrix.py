"""What may go wrong, short; ``SYNE_TUNE_LONG_TESTS=1`` runs all of it, with more trials."""

from __future__ import annotations

import os

import pytest

from syne_tune.testing.sagemaker_conformance.clouds import LocalCloud
from syne_tune.testing.sagemaker_conformance.faults import FaultMatrix

IS_LONG = os.environ.get("SYNE_TUNE_LONG_TESTS") == "1"


class TestFaultMatrix(FaultMatrix):
    num_trials = 10 if IS_LONG else 2

    @pytest.fixture(autouse=True)
    def _use(self, cloud: LocalCloud) -> None:
        self.cloud = cloud

    if not IS_LONG:  # what each of these does alone, the test of all at once does together
        test_late_disordered_and_lost_logs = None  # type: ignore[assignment]
        test_throttling = None  # type: ignore[assignment]
        test_lists_lag_behind = None  # type: ignore[assignment]
        test_slow_starts_and_stops = None  # type: ignore[assignment]
        test_quota = None  # type: ignore[assignment]
