"""Old import path, kept for existing scripts."""

from syne_tune.callbacks.callback import TunerCallback

__all__ = ["TunerCallback"]
