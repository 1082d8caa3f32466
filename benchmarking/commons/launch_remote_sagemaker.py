"""``syne_tune.experiments.launchers.launch_remote_sagemaker``, under its older path."""

from syne_tune.experiments.launchers.launch_remote_sagemaker import launch_remote

__all__ = ["launch_remote"]
