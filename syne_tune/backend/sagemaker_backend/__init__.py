"""Trials as SageMaker training jobs, on AWS or in the local service of ``syne-tune jobs serve``."""
