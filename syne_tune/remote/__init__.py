"""Tuners and comparisons as SageMaker training jobs."""
