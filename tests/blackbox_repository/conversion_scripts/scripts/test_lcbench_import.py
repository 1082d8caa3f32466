from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from syne_tune.blackbox_repository.conversion_scripts.scripts.lcbench_import import LCBenchRecipe
from syne_tune.errors import OptionError

NUM_ENTRIES = 6
METRICS = ("val_accuracy", "val_balanced_accuracy", "val_cross_entropy", "test_balanced_accuracy", "test_cross_entropy")
CONFIG = {
    "num_layers": 3,
    "max_units": 100,
    "batch_size": 32,
    "learning_rate": 0.01,
    "weight_decay": 0.001,
    "momentum": 0.5,
    "max_dropout": 0.2,
}


def run(rate: float) -> dict[str, Any]:
    log = {f"Train/{name}": list(range(NUM_ENTRIES)) for name in METRICS}
    time = [5.0 + 2.0 * entry for entry in range(NUM_ENTRIES)]
    return {
        "config": {**CONFIG, "learning_rate": rate, "optimizer": "sgd"},
        "log": {**log, "Train/test_result": list(range(NUM_ENTRIES)), "time": time},
        "results": {},
    }


def publish(folder: Path, data: Any) -> Path:
    with zipfile.ZipFile(folder / "data_2k_lw.zip", "w") as archive:
        archive.writestr("data_2k_lw.json", json.dumps(data))
    return folder


def test_published_format(tmp_path: Path) -> None:
    folder = publish(tmp_path, {"adult": {"0": run(0.01), "1": run(0.05)}, "higgs": {"0": run(0.02)}})
    blackboxes = LCBenchRecipe().convert(folder)
    assert list(blackboxes) == ["adult", "higgs"]
    adult = blackboxes["adult"]
    assert [config["learning_rate"] for config in adult.all_configurations()] == [0.01, 0.05]
    curve = np.asarray(adult(CONFIG))
    assert curve[:, adult.objectives_names.index("val_accuracy")].tolist() == [1, 2, 3, 4], (
        "first and last are left out"
    )
    assert curve[:, adult.objectives_names.index("time")].tolist() == [2, 4, 6, 8], "counted from the first"
    assert adult.fidelity_values is not None
    assert adult.fidelity_values.tolist() == [1, 2, 3, 4]


def test_missing_column(tmp_path: Path) -> None:
    broken = run(0.01)
    del broken["log"]["Train/val_accuracy"]
    with pytest.raises(OptionError, match="Train/val_accuracy"):
        LCBenchRecipe().convert(publish(tmp_path, {"adult": {"0": broken}}))
