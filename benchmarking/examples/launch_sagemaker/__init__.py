"""Compares four methods on a real benchmark, each trial being a SageMaker job."""
