"""LCBench: funnel-shaped networks on OpenML data sets, 2,000 random configurations each (Zimmer et al., 2021)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from syne_tune import jsonio
from syne_tune.blackbox_repository.blackbox_tabular import BlackboxTabular
from syne_tune.blackbox_repository.conversion_scripts.archives import open_member
from syne_tune.blackbox_repository.conversion_scripts.blackbox_recipe import BlackboxRecipe
from syne_tune.blackbox_repository.download import Source
from syne_tune.config_space import lograndint, loguniform, randint, uniform
from syne_tune.errors import OptionError, nearest

BLACKBOX_NAME = "lcbench"
METRIC_ACCURACY = "val_accuracy"
METRIC_ELAPSED_TIME = "time"
RESOURCE_ATTR = "epoch"
MAX_RESOURCE_LEVEL = 50

CONFIGURATION_SPACE = {
    "num_layers": randint(1, 5),
    "max_units": lograndint(64, 1024),
    "batch_size": lograndint(16, 512),
    "learning_rate": loguniform(1e-4, 1e-1),
    "weight_decay": uniform(1e-5, 1e-1),
    "momentum": uniform(0.1, 0.99),
    "max_dropout": uniform(0.0, 1.0),
}

_ARCHIVE = "data_2k_lw.zip"
_COLUMNS = {
    "val_accuracy": ("Train/val_accuracy",),
    "val_balanced_accuracy": ("Train/val_balanced_accuracy",),
    "val_cross_entropy": ("Train/val_cross_entropy",),
    "test_accuracy": ("Train/test_accuracy", "Train/test_result"),
    "test_balanced_accuracy": ("Train/test_balanced_accuracy",),
    "test_cross_entropy": ("Train/test_cross_entropy",),
}
"""Objectives, and under which names they have been published."""


class LCBenchRecipe(BlackboxRecipe):
    """From one JSON file: data set, number of the configuration, its configuration and its log."""

    sources = (Source("https://figshare.com/ndownloader/files/21188598", _ARCHIVE),)
    licence = "Apache-2.0"
    metadata: Mapping[str, Any] = {
        "metric_default": METRIC_ACCURACY,
        "metric_elapsed_time": METRIC_ELAPSED_TIME,
        "resource_attr": RESOURCE_ATTR,
    }

    def __init__(self) -> None:
        super().__init__(BLACKBOX_NAME, "Zimmer, Lindauer, Hutter (2021). Auto-PyTorch Tabular. IEEE TPAMI 43(9)")

    def convert(self, source_folder: Path) -> dict[str, BlackboxTabular]:
        """Tables of all data sets.

        Args:
            source_folder: Contains the archive.
        """
        with open_member(source_folder / _ARCHIVE, ".json") as file:
            published = jsonio.loads(file.read())
        return {task: _table(runs) for task, runs in published.items()}


def _table(runs: Mapping[str, Any]) -> BlackboxTabular:
    import pandas as pd

    ordered = [runs[key] for key in sorted(runs, key=int)]
    frame = pd.DataFrame([{name: run["config"][name] for name in CONFIGURATION_SPACE} for run in ordered])
    values = np.stack([_curve(run["log"]) for run in ordered])
    is_new = ~frame.duplicated().to_numpy()
    return BlackboxTabular(
        frame[is_new].reset_index(drop=True),
        CONFIGURATION_SPACE,
        {RESOURCE_ATTR: randint(1, values.shape[1])},
        values[is_new][:, None],
        objectives_names=[*_COLUMNS, METRIC_ELAPSED_TIME],
    )


def _curve(log: Mapping[str, Any]) -> np.ndarray[Any, np.dtype[np.float32]]:
    """Objectives, shape ``(num_epochs, num_objectives)``.

    The first entry was logged before training, the last one is not an epoch of its own: both are left out, and time is
    counted from the first entry.
    """
    columns = [np.asarray(log[_published_name(log, names)], dtype=float) for names in _COLUMNS.values()]
    time = np.asarray(log["time"], dtype=float)
    return np.stack([*columns, time - time[0]], axis=-1)[1:-1].astype(np.float32)


def _published_name(log: Mapping[str, Any], names: tuple[str, ...]) -> str:
    for name in names:
        if name in log:
            return name
    raise OptionError(f"the log lacks {names[0]!r}; {nearest(names[0], log)}")
