"""Checks of the SageMaker backend against a job service or AWS: ``python -m`` this package."""
