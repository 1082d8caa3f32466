"""The contract of backends, for processes started from scratch and for forks of a warm worker host."""

from __future__ import annotations

from syne_tune.backend import LocalBackend
from syne_tune.backend.trial_backend import TrialBackend
from syne_tune.testing import toy_training
from syne_tune.testing.backends import BackendContract


class TestLocalBackend(BackendContract):
    def make_backend(self, delete_checkpoints: bool = False) -> TrialBackend:
        return LocalBackend(toy_training.__file__, delete_checkpoints=delete_checkpoints)


class TestWarmLocalBackend(BackendContract):
    def make_backend(self, delete_checkpoints: bool = False) -> TrialBackend:
        return LocalBackend(
            toy_training.__file__, delete_checkpoints=delete_checkpoints, preload=["syne_tune.checkpoint"]
        )
