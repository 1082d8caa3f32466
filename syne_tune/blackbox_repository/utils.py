"""Old import path, kept for existing scripts."""

from syne_tune.blackbox_repository.learning_curves import metrics_for_configuration

__all__ = ["metrics_for_configuration"]
