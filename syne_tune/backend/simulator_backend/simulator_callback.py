"""Old home of ``SimulatorCallback``, kept importable for existing scripts."""

from syne_tune.callbacks.simulator_callback import SimulatorCallback as SimulatorCallback
