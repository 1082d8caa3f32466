"""NAS-Bench-201: all 15,625 cells of a small search space on three data sets (Dong and Yang, 2020)."""

from __future__ import annotations

import bz2
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from syne_tune.blackbox_repository.blackbox_tabular import BlackboxTabular
from syne_tune.blackbox_repository.conversion_scripts.blackbox_recipe import BlackboxRecipe
from syne_tune.blackbox_repository.download import Source
from syne_tune.blackbox_repository.restricted_pickle import load_data
from syne_tune.config_space import choice, randint
from syne_tune.errors import OptionError

BLACKBOX_NAME = "nasbench201"
CONFIG_KEYS = tuple(f"hp_x{index}" for index in range(6))
OPERATIONS = ("avg_pool_3x3", "nor_conv_3x3", "skip_connect", "nor_conv_1x1", "none")
METRIC_VALID_ERROR = "metric_valid_error"
METRIC_TRAIN_ERROR = "metric_train_error"
METRIC_RUNTIME = "metric_runtime"
METRIC_ELAPSED_TIME = "metric_elapsed_time"
RESOURCE_ATTR = "hp_epoch"
MAX_RESOURCE_LEVEL = 200
OBJECTIVES = (
    *(METRIC_VALID_ERROR, METRIC_TRAIN_ERROR, METRIC_RUNTIME, METRIC_ELAPSED_TIME),
    *("metric_latency", "metric_flops", "metric_params"),
)

_FILE = "NATS-tss-v1_0-3ffb9.pickle.pbz2"
_URL = "https://drive.usercontent.google.com/download?id=1vzyK0UVH2D3fTpa1_dSWnp1gvGpAxRul&export=download&confirm=t"
_PUBLISHED_TASKS = {"cifar10": "cifar10-valid", "cifar100": "cifar100", "ImageNet16-120": "ImageNet16-120"}
_SEEDS = (777, 888, 999)
_LONG_TRAINING = "200"
_VALIDATION_SETS = ("x-valid", "ori-test")

Array = NDArray[np.float32]


class NASBench201Recipe(BlackboxRecipe):
    """From one compressed pickle, of which nothing but containers, numbers and texts is read."""

    sources = (Source(_URL, _FILE),)
    licence = "MIT"
    metadata: Mapping[str, Any] = {
        "metric_default": METRIC_VALID_ERROR,
        "metric_elapsed_time": METRIC_ELAPSED_TIME,
        "resource_attr": RESOURCE_ATTR,
    }

    def __init__(self) -> None:
        super().__init__(BLACKBOX_NAME, "Dong, Liu, Musial, Gabrys (2021). NATS-Bench. IEEE TPAMI 44(7)")

    def convert(self, source_folder: Path) -> dict[str, BlackboxTabular]:
        """Tables of the three data sets.

        Args:
            source_folder: Contains the file.

        Raises:
            OptionError: If it is another file, or contains more than data.
        """
        path = source_folder / _FILE
        try:
            with bz2.open(path) as file:
                published = load_data(file)
        except OSError as error:
            raise OptionError(f"{path} is not what was published ({error}); delete it, and get it again") from error
        cells = [published["arch2infos"][index][_LONG_TRAINING] for index in sorted(published["arch2infos"])]
        return {task: _table(cells, name) for task, name in _PUBLISHED_TASKS.items()}


def _table(cells: list[Mapping[str, Any]], dataset: str) -> BlackboxTabular:
    import pandas as pd

    rows = [_operations(cell["arch_str"]) for cell in cells]
    values = np.stack([_curves_of_seeds(cell["all_results"], dataset) for cell in cells])
    return BlackboxTabular(
        pd.DataFrame(rows, columns=list(CONFIG_KEYS)),
        {key: choice(OPERATIONS) for key in CONFIG_KEYS},
        {RESOURCE_ATTR: randint(1, values.shape[2])},
        values,
        objectives_names=OBJECTIVES,
    )


def _operations(cell: str) -> list[str]:
    """The six operations of a text such as ``|none~0|+|none~0|none~1|+|none~0|none~1|none~2|``."""
    return re.findall(r"([a-z0-9_]+)~\d", cell)


def _curves_of_seeds(results: Mapping[tuple[str, int], Mapping[str, Any]], dataset: str) -> Array:
    """Shape ``(3, num_epochs, num_objectives)``; a seed that was not run is the mean of the others."""
    known = {seed: _curves(results[dataset, seed]) for seed in _SEEDS if (dataset, seed) in results}
    mean = np.asarray(np.mean(list(known.values()), axis=0))
    return np.stack([known.get(seed, mean) for seed in _SEEDS]).astype(np.float32)


def _curves(run: Mapping[str, Any]) -> NDArray[np.float64]:
    num_epochs = int(run["epochs"])
    runtime = np.array([run["train_times"][epoch] for epoch in range(num_epochs)], dtype=float)
    train = np.array([run["train_acc1es"][epoch] for epoch in range(num_epochs)], dtype=float)
    valid = np.array([_validation(run["eval_acc1es"], epoch) for epoch in range(num_epochs)])
    latency = np.mean(run["latency"]) if len(run["latency"]) else np.nan
    constant = [np.full(num_epochs, value, dtype=float) for value in (latency, run["flop"], run["params"])]
    return np.stack([1 - valid / 100, 1 - train / 100, runtime, np.cumsum(runtime), *constant], axis=-1)


def _validation(accuracies: Mapping[str, float], epoch: int) -> float:
    known = [f"{name}@{epoch}" for name in _VALIDATION_SETS if f"{name}@{epoch}" in accuracies]
    return float(accuracies[known[0]]) if known else np.nan
