"""The methods that are compared."""

from benchmarking.examples.launch_local.baselines import Methods, methods

__all__ = ["Methods", "methods"]
