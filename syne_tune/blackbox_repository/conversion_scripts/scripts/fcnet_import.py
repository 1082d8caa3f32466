"""FCNet: fully connected networks on four regression data sets, a complete grid (Klein and Hutter, 2019)."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from syne_tune.blackbox_repository.blackbox_tabular import BlackboxTabular
from syne_tune.blackbox_repository.conversion_scripts.archives import open_member
from syne_tune.blackbox_repository.conversion_scripts.blackbox_recipe import BlackboxRecipe
from syne_tune.blackbox_repository.download import Source
from syne_tune.config_space import choice, finrange, logfinrange, randint
from syne_tune.optional import require

BLACKBOX_NAME = "fcnet"
METRIC_VALID_LOSS = "metric_valid_loss"
METRIC_TRAIN_LOSS = "metric_train_loss"
METRIC_FINAL_TEST_ERROR = "metric_final_test_error"
METRIC_N_PARAMS = "metric_n_params"
METRIC_ELAPSED_TIME = "metric_elapsed_time"
RESOURCE_ATTR = "hp_epoch"
MAX_RESOURCE_LEVEL = 100
OBJECTIVES = (METRIC_VALID_LOSS, METRIC_TRAIN_LOSS, METRIC_FINAL_TEST_ERROR, METRIC_N_PARAMS, METRIC_ELAPSED_TIME)
TASKS = ("protein_structure", "naval_propulsion", "parkinsons_telemonitoring", "slice_localization")

CONFIGURATION_SPACE = {
    "hp_activation_fn_1": choice(["tanh", "relu"]),
    "hp_activation_fn_2": choice(["tanh", "relu"]),
    "hp_batch_size": logfinrange(8, 64, 4, cast_int=True),
    "hp_dropout_1": finrange(0.0, 0.6, 3),
    "hp_dropout_2": finrange(0.0, 0.6, 3),
    "hp_init_lr": choice([0.0005, 0.001, 0.005, 0.01, 0.05, 0.1]),
    "hp_lr_schedule": choice(["cosine", "const"]),
    "hp_n_units_1": logfinrange(16, 512, 6, cast_int=True),
    "hp_n_units_2": logfinrange(16, 512, 6, cast_int=True),
}

_ARCHIVE = "fcnet_tabular_benchmarks.tar.gz"


class FCNetRecipe(BlackboxRecipe):
    """From one HDF5 file per task, which has one group per configuration."""

    sources = (Source(f"https://ml4aad.org/wp-content/uploads/2019/01/{_ARCHIVE}", _ARCHIVE),)
    metadata: Mapping[str, Any] = {
        "metric_default": METRIC_VALID_LOSS,
        "metric_elapsed_time": METRIC_ELAPSED_TIME,
        "resource_attr": RESOURCE_ATTR,
    }

    def __init__(self) -> None:
        super().__init__(BLACKBOX_NAME, "Klein, Hutter (2019). Tabular benchmarks for joint architecture and HPO")

    def convert(self, source_folder: Path) -> dict[str, BlackboxTabular]:
        """Tables of all tasks.

        Args:
            source_folder: Contains the archive.
        """
        with tempfile.TemporaryDirectory() as temporary:
            return {task: _table(source_folder / _ARCHIVE, task, Path(temporary) / "data.hdf5") for task in TASKS}


def _table(archive: Path, task: str, unpacked: Path) -> BlackboxTabular:
    import pandas as pd

    h5py = require("h5py", extra="blackbox-repository")
    with open_member(archive, f"fcnet_{task}_data.hdf5") as packed, unpacked.open("wb") as file:
        shutil.copyfileobj(packed, file)
    with h5py.File(unpacked, "r") as data:
        keys = sorted(data.keys())
        values = np.stack([_curves(data[key]) for key in keys])
    rows = [{f"hp_{name}": value for name, value in json.loads(key).items()} for key in keys]
    fidelity_space = {RESOURCE_ATTR: randint(1, values.shape[2])}
    return BlackboxTabular(pd.DataFrame(rows), CONFIGURATION_SPACE, fidelity_space, values, objectives_names=OBJECTIVES)


def _curves(group: Any) -> np.ndarray[Any, np.dtype[np.float32]]:
    """Objectives of one configuration, shape ``(num_seeds, num_epochs, num_objectives)``."""
    valid, train = (np.asarray(group[name], dtype=np.float32) for name in ("valid_loss", "train_loss"))
    share = np.arange(1, valid.shape[1] + 1) / valid.shape[1]
    test, n_params = (np.asarray(group[name])[:, None] + 0 * share for name in ("final_test_error", "n_params"))
    elapsed = np.asarray(group["runtime"])[:, None] * share
    return np.stack([valid, train, test, n_params, elapsed], axis=-1).astype(np.float32)
