"""The contract of backends, for functions that report and for functions that yield."""

from __future__ import annotations

from syne_tune.backend import PythonBackend
from syne_tune.backend.trial_backend import TrialBackend
from syne_tune.testing import toy_training
from syne_tune.testing.backends import BackendContract, Observer

NAMES = ("behaviour", "num_reports", "value")


class PythonContract(BackendContract):
    @staticmethod
    def _has_restarted(observer: Observer, num_reports: int) -> bool:
        """Reports that a repeated run makes again are left out, so the first epoch is not seen a second time."""
        reports = observer.reports[0]
        return len(reports) > num_reports and reports[-1]["first_epoch"] == 1


class TestFunctionThatReports(PythonContract):
    def make_backend(self, delete_checkpoints: bool = False) -> TrialBackend:
        return PythonBackend(toy_training.train, NAMES, delete_checkpoints=delete_checkpoints)


class TestFunctionThatYields(PythonContract):
    def make_backend(self, delete_checkpoints: bool = False) -> TrialBackend:
        return PythonBackend(toy_training.training_steps, NAMES, delete_checkpoints=delete_checkpoints)
