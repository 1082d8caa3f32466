from __future__ import annotations

import itertools
import json
import tarfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from syne_tune.blackbox_repository.conversion_scripts.scripts import fcnet_import
from syne_tune.blackbox_repository.conversion_scripts.scripts.fcnet_import import FCNetRecipe
from syne_tune.blackbox_repository.serialize import deserialize, serialize

NUM_SEEDS, NUM_EPOCHS = 4, 10


def config(units: int, rate: float) -> dict[str, Any]:
    names = {"activation_fn_1": "tanh", "activation_fn_2": "relu", "lr_schedule": "cosine", "n_units_2": 16}
    return {**names, "batch_size": 8, "dropout_1": 0.0, "dropout_2": 0.3, "init_lr": rate, "n_units_1": units}


@pytest.fixture
def published(tmp_path: Path) -> Path:
    """Two configurations, four tasks, in the published format."""
    h5py = pytest.importorskip("h5py")
    with tarfile.open(tmp_path / "fcnet_tabular_benchmarks.tar.gz", "w:gz") as archive:
        for offset, task in enumerate(fcnet_import.TASKS):
            name = f"fcnet_{task}_data.hdf5"
            with h5py.File(tmp_path / name, "w") as file:
                for row, (units, rate) in enumerate(itertools.product((16, 512), (0.0005,))):
                    group = file.create_group(json.dumps(config(units, rate)))
                    curves = np.arange(NUM_SEEDS * NUM_EPOCHS, dtype=float).reshape(NUM_SEEDS, NUM_EPOCHS)
                    group["valid_loss"] = curves + 100 * row + 1000 * offset
                    group["train_loss"] = -curves
                    group["final_test_error"] = np.full(NUM_SEEDS, 0.5)
                    group["n_params"] = np.full(NUM_SEEDS, 77)
                    group["runtime"] = 20.0 * (1 + np.arange(NUM_SEEDS))
            archive.add(tmp_path / name, f"fcnet_tabular_benchmarks/{name}")
    return tmp_path


def test_published_format(published: Path, tmp_path: Path) -> None:
    serialize(FCNetRecipe().convert(published), tmp_path / "box")
    blackboxes = deserialize(tmp_path / "box")
    assert list(blackboxes) == list(fcnet_import.TASKS)
    naval = blackboxes["naval_propulsion"]
    assert naval.num_seeds == NUM_SEEDS
    answer = naval({f"hp_{key}": value for key, value in config(512, 0.0005).items()}, fidelity=10, seed=1)
    assert answer == {
        "metric_valid_loss": 1119.0,
        "metric_train_loss": -19.0,
        "metric_final_test_error": 0.5,
        "metric_n_params": 77.0,
        "metric_elapsed_time": 40.0,
    }
    assert naval.fidelity_name() == "hp_epoch"


def test_space_is_the_complete_grid() -> None:
    from syne_tune.config_space import Space

    assert Space(fcnet_import.CONFIGURATION_SPACE).size() == 62208
