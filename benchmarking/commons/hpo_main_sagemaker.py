"""``syne_tune.experiments.launchers.hpo_main_sagemaker``, under its older path."""

from syne_tune.experiments.launchers.hpo_main_sagemaker import main, start_experiment_sagemaker_backend

__all__ = ["main", "start_experiment_sagemaker_backend"]
