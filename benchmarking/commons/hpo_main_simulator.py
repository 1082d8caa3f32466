"""``syne_tune.experiments.launchers.hpo_main_simulator``, under its older path."""

from syne_tune.experiments.launchers.hpo_main_simulator import main, start_experiment_simulated_backend

__all__ = ["main", "start_experiment_simulated_backend"]
