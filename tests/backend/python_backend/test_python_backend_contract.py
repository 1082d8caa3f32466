"""The contract of backends, for functions that report and for functions that yield."""

from __future__ import annotations

from syne_tune.backend import PythonBackend
from syne_tune.backend.trial_backend import TrialBackend
from syne_tune.testing import toy_training
from syne_tune.testing.backends import BackendContract

NAMES = ("behaviour", "num_reports", "value")


class TestFunctionThatReports(BackendContract):
    def make_backend(self, delete_checkpoints: bool = False) -> TrialBackend:
        return PythonBackend(toy_training.train, NAMES, delete_checkpoints=delete_checkpoints)


class TestFunctionThatYields(BackendContract):
    def make_backend(self, delete_checkpoints: bool = False) -> TrialBackend:
        return PythonBackend(toy_training.training_steps, NAMES, delete_checkpoints=delete_checkpoints)
