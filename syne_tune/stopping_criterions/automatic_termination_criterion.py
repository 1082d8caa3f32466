"""Old import path, kept for existing scripts."""

from syne_tune.optimizer.automatic_termination import AutomaticTerminationCriterion

__all__ = ["AutomaticTerminationCriterion"]
