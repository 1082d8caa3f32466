"""The methods that are compared."""

from benchmarking.examples.launch_sagemaker.baselines import Methods, methods

__all__ = ["Methods", "methods"]
