"""Old import path, kept for existing scripts."""

from syne_tune.backend.gpus import get_num_gpus

__all__ = ["get_num_gpus"]
