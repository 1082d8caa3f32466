"""``syne_tune.experiments.launchers.hpo_main_local``, under its older path."""

from syne_tune.experiments.launchers.hpo_main_local import main, start_experiment_local_backend

__all__ = ["main", "start_experiment_local_backend"]
