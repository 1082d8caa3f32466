"""TabRepo: models of tabular data with many configurations on many data sets (Salinas and Erickson, 2024).

The files are not published at an address of their own: the authors' package downloads them, and its method
``EvaluationRepository.to_dir(path)`` writes them to a folder. Two of them are needed here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from syne_tune import jsonio
from syne_tune.blackbox_repository.blackbox_offline import BlackboxOffline
from syne_tune.blackbox_repository.conversion_scripts.blackbox_recipe import BlackboxRecipe
from syne_tune.blackbox_repository.manifest import sha256_of
from syne_tune.blackbox_repository.repository_folder import sources_folder
from syne_tune.config_space import Domain, choice, lograndint, loguniform, randint, uniform
from syne_tune.errors import OptionError, nearest
from syne_tune.optional import require

if TYPE_CHECKING:
    import pandas as pd

FAMILIES = {
    "LightGBM": "GBM",
    "CatBoost": "CAT",
    "XGBoost": "XGB",
    "RandomForest": "RF",
    "ExtraTrees": "XT",
    "NeuralNetTorch": "NN_TORCH",
    "NeuralNetFastAI": "FASTAI",
    "LinearModel": "LR",
    "KNeighbors": "KNN",
}
"""From the name of a kind of model, as configurations are called, to its ``model_type``."""

METRIC_ERROR = "metric_error_val"
METRIC_ELAPSED_TIME = "time_train_s"
OBJECTIVES = [METRIC_ERROR, "metric_error", METRIC_ELAPSED_TIME, "time_infer_s"]
"""Columns of the published table: errors on validation and on test data, seconds of training and of prediction."""

FOLD = "fold"
RESULTS, HYPERPARAMETERS = "configs.parquet", "configs_hyperparameters.json"
_OF_THE_FRAMEWORK = "ag_args"
_LARGEST_RATIO = 100.0
"""Positive numbers that differ by more are on a logarithmic scale."""


class TabRepoRecipe(BlackboxRecipe):
    """One kind of model, such as ``tabrepo-LightGBM``: tasks are data sets, seeds are folds.

    The space follows from the configurations that were evaluated. Parameters that are the same in all of them are left
    out, and so are configurations that lack a parameter, such as the defaults of the framework. Values that are neither
    numbers nor texts are written as JSON texts.

    Args:
        family: One of :data:`FAMILIES`.
    """

    metadata: Mapping[str, Any] = {"metric_default": METRIC_ERROR, "metric_elapsed_time": METRIC_ELAPSED_TIME}

    def __init__(self, family: str) -> None:
        super().__init__(f"tabrepo-{family}", "Salinas, Erickson (2024). TabRepo. AutoML 2024")
        self._model_type = FAMILIES[family]

    @property
    def source_folder(self) -> Path:
        """Where the files must be put; all kinds of models share them."""
        return sources_folder("tabrepo")

    def convert(self, source_folder: Path) -> dict[str, BlackboxOffline]:
        """Lists of evaluations of all data sets.

        Args:
            source_folder: Contains ``configs.parquet`` and ``configs_hyperparameters.json``.

        Raises:
            OptionError: If a file is missing, or has no configuration of this kind of model.
        """
        parameters = self._parameters(source_folder)
        domains = {str(name): _domain(parameters[name].tolist()) for name in parameters}
        space = {name: domain for name, domain in domains.items() if domain is not None}
        results = _read_results(source_folder).merge(parameters[list(space)], left_on="framework", right_index=True)
        columns = [*space, FOLD, *OBJECTIVES]
        return {
            str(dataset): BlackboxOffline(rows[columns], space, objectives_names=OBJECTIVES, seed_col=FOLD)
            for dataset, rows in results.groupby("dataset")
        }

    def _parameters(self, source_folder: Path) -> pd.DataFrame:
        """Hyperparameters by name of configuration, of those that have all of them."""
        import pandas as pd

        published = jsonio.loads(_existing(source_folder / HYPERPARAMETERS).read_bytes())
        kinds = {config["model_type"] for config in published.values()}
        if self._model_type not in kinds:
            raise OptionError(f"{source_folder / HYPERPARAMETERS}: {nearest(self._model_type, kinds)}")
        rows = {
            name: _written_out(config["hyperparameters"])
            for name, config in published.items()
            if config["model_type"] == self._model_type
        }
        names = {name for row in rows.values() for name in row}
        complete = {name: row for name, row in rows.items() if row.keys() == names}
        return pd.DataFrame(list(complete.values()), index=list(complete))

    def _about(self, checksums: Mapping[str, str]) -> dict[str, Any]:
        files = [self.source_folder / name for name in (RESULTS, HYPERPARAMETERS)]
        return {**super()._about(checksums), "sources": [{"file": x.name, "sha256": sha256_of(x)} for x in files]}


def _existing(path: Path) -> Path:
    if not path.is_file():
        raise OptionError(
            f"{path} is missing, and cannot be downloaded from here. Load TabRepo with the package of its authors, "
            f"call to_dir(path) of the repository, and put {RESULTS} and {HYPERPARAMETERS} into {path.parent}"
        )
    return path


def _read_results(source_folder: Path) -> pd.DataFrame:
    import pandas as pd

    require("pyarrow", extra="parquet")
    results = pd.read_parquet(_existing(source_folder / RESULTS), engine="pyarrow")
    return results.drop_duplicates(["dataset", FOLD, "framework"])


def _written_out(hyperparameters: Mapping[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in hyperparameters.items() if not name.startswith(_OF_THE_FRAMEWORK)}
    return {
        name: value if isinstance(value, (int, float, str)) else jsonio.dumps(value) for name, value in kept.items()
    }


def _domain(values: Sequence[Any]) -> Domain | None:
    """The smallest domain with all these values; ``None`` if there is only one."""
    distinct = list(dict.fromkeys(values))
    if len(distinct) == 1:
        return None
    if not all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in distinct):
        return choice(sorted(distinct, key=str))
    lower, upper = min(distinct), max(distinct)
    is_log = lower > 0 and upper / lower > _LARGEST_RATIO
    if all(isinstance(value, int) for value in distinct):
        return lograndint(lower, upper) if is_log else randint(lower, upper)
    return loguniform(lower, upper) if is_log else uniform(lower, upper)
