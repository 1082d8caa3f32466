"""Old import path, kept for existing scripts."""

from syne_tune.callbacks.simulator_callback import SimulatorCallback

__all__ = ["SimulatorCallback"]
