"""``syne_tune.experiments.launchers.launch_remote_simulator``, under its older path."""

from syne_tune.experiments.launchers.launch_remote_simulator import launch_remote

__all__ = ["launch_remote"]
