"""Old import path, kept for existing scripts."""

from syne_tune.callbacks.tensorboard import TensorboardCallback

__all__ = ["TensorboardCallback"]
