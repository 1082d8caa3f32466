"""The backend that runs trials in the calling thread."""

from __future__ import annotations

from syne_tune.backend.in_process_backend import InProcessBackend
from syne_tune.backend.trial_backend import TrialBackend
from syne_tune.testing import toy_training
from syne_tune.testing.backends import BackendContract


class TestContractYielding(BackendContract):
    """A function that yields its metrics."""

    def make_backend(self, delete_checkpoints: bool = False) -> TrialBackend:
        return InProcessBackend(toy_training.training_steps, delete_checkpoints=delete_checkpoints)

