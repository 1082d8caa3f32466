"""Old import path, kept for existing scripts."""

from syne_tune.trial import Status, Trial, TrialResult

__all__ = ["Status", "Trial", "TrialResult"]
