"""The contract of backends, for processes started from scratch and for forks of a warm worker host."""

from __future__ import annotations

from syne_tune.backend import LocalBackend
from syne_tune.backend.trial_backend import TrialBackend
from syne_tune.testing import toy_training
from syne_tune.testing.backends import BackendContract, Observer


class LocalContract(BackendContract):
    @staticmethod
    def _has_restarted(observer: Observer, num_reports: int) -> bool:
        """Reports that a repeated run makes again are left out, so the first epoch is not seen a second time."""
        reports = observer.reports[0]
        return len(reports) > num_reports and reports[-1]["first_epoch"] == 1


class TestLocalBackend(LocalContract):
    def make_backend(self, delete_checkpoints: bool = False) -> TrialBackend:
        return LocalBackend(toy_training.__file__, delete_checkpoints=delete_checkpoints)


class TestWarmLocalBackend(LocalContract):
    def make_backend(self, delete_checkpoints: bool = False) -> TrialBackend:
        return LocalBackend(
            toy_training.__file__, delete_checkpoints=delete_checkpoints, preload=["syne_tune.checkpoint"]
        )
