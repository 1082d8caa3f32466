"""The contract of backends, for SageMaker jobs of a local service."""

from __future__ import annotations

from pathlib import Path

import pytest

from syne_tune.backend.trial_backend import TrialBackend
from syne_tune.testing.backends import BackendContract
from syne_tune.testing.sagemaker_conformance.clouds import LocalCloud


class TestSageMakerBackend(BackendContract):
    @pytest.fixture(autouse=True)
    def _use(self, cloud: LocalCloud) -> None:
        self.cloud = cloud

    def make_backend(self, delete_checkpoints: bool = False) -> TrialBackend:
        return self.cloud.backend(delete_checkpoints=delete_checkpoints)

    def study_name(self, folder: Path) -> str:
        return self.cloud.study_name(folder)
