"""DeepAR and XGBoost on several data sets, evaluated by random search (Salinas et al., ICML 2020)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from syne_tune.blackbox_repository.blackbox_offline import BlackboxOffline
from syne_tune.blackbox_repository.conversion_scripts.blackbox_recipe import BlackboxRecipe
from syne_tune.blackbox_repository.download import Source
from syne_tune.config_space import Domain, lograndint, loguniform, randint, uniform

METRIC_ERROR = "metric_error"

DEEPAR_SPACE: dict[str, Domain] = {
    "hp_num_layers": randint(2, 4),
    "hp_num_cells": lograndint(10, 10000),
    "hp_dropout_rate": uniform(0.01, 0.51),
    "hp_learning_rate": loguniform(1e-4, 1e-2),
    "hp_context_length_ratio": loguniform(0.05, 4),
}
XGBOOST_SPACE: dict[str, Domain] = {
    "hp_subsample": uniform(0.5, 1),
    "hp_colsample_bytree": uniform(0.3, 1),
    "hp_eta": uniform(0, 1),
    "hp_max_depth_index": uniform(0, 12),
    "hp_min_child_weight": loguniform(1e-5, 64),
    "hp_gamma": loguniform(1e-5, 64),
    "hp_lambda": loguniform(1e-5, 256),
    "hp_alpha": loguniform(1e-5, 256),
}

_FOLDER = (
    "https://raw.githubusercontent.com/geoalgo/A-Quantile-based-Approach-for-Hyperparameter-Transfer-Learning/master/"
    "src/blackbox/offline_evaluations"
)
_TASK = "task"


class Icml2020Recipe(BlackboxRecipe):
    """From one compressed CSV file, which has one row per evaluation and a column for the task.

    Args:
        name: Name of the blackbox.
        file_name: Name of the published file.
        configuration_space: Hyperparameters.
    """

    def __init__(self, name: str, file_name: str, configuration_space: Mapping[str, Domain]) -> None:
        super().__init__(name, "Salinas, Shen, Perrone (2020). A quantile-based approach for HP transfer. ICML 2020")
        self.sources = (Source(f"{_FOLDER}/{file_name}", file_name),)
        self._space = configuration_space

    def convert(self, source_folder: Path) -> dict[str, BlackboxOffline]:
        """Lists of evaluations of all tasks.

        Args:
            source_folder: Contains the file.
        """
        import pandas as pd

        evaluations = pd.read_csv(source_folder / self.sources[0].file_name, compression="zip")
        return {str(task): BlackboxOffline(rows, self._space) for task, rows in evaluations.groupby(_TASK)}


class DeepARRecipe(Icml2020Recipe):
    """``icml-deepar``."""

    def __init__(self) -> None:
        super().__init__("icml-deepar", "DeepAR.csv.zip", DEEPAR_SPACE)


class XGBoostRecipe(Icml2020Recipe):
    """``icml-xgboost``."""

    metadata: Mapping[str, Any] = {"metric_default": METRIC_ERROR}

    def __init__(self) -> None:
        super().__init__("icml-xgboost", "XGBoost.csv.zip", XGBOOST_SPACE)
