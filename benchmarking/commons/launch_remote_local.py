"""``syne_tune.experiments.launchers.launch_remote_local``, under its older path."""

from syne_tune.experiments.launchers.launch_remote_local import launch_remote

__all__ = ["launch_remote"]
