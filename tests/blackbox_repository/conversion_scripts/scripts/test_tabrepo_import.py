from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from syne_tune.blackbox_repository import BlackboxRepositoryBackend, load_blackbox
from syne_tune.blackbox_repository.conversion_scripts.recipes import generate_blackbox_recipes
from syne_tune.blackbox_repository.conversion_scripts.scripts.tabrepo_import import FAMILIES, TabRepoRecipe
from syne_tune.blackbox_repository.repository import blackbox_manifest
from syne_tune.config_space import choice, loguniform, randint, uniform
from syne_tune.errors import OptionError

PUBLISHED: dict[str, Any] = {
    "LightGBM_c1_BAG_L1": {"hyperparameters": {}, "model_type": "GBM"},
    "LightGBM_r1_BAG_L1": {
        "hyperparameters": {
            "learning_rate": 0.005,
            "num_leaves": 16,
            "feature_fraction": 0.4,
            "extra_trees": True,
            "layers": [1, 2],
            "verbosity": -1,
            "ag_args": {"name_suffix": "_r1"},
        },
        "model_type": "GBM",
    },
    "LightGBM_r2_BAG_L1": {
        "hyperparameters": {
            "learning_rate": 0.9,
            "num_leaves": 255,
            "feature_fraction": 1.0,
            "extra_trees": False,
            "layers": None,
            "verbosity": -1,
            "ag_args": {"name_suffix": "_r2"},
        },
        "model_type": "GBM",
    },
    "RandomForest_r1_BAG_L1": {"hyperparameters": {"max_features": "sqrt"}, "model_type": "RF"},
}


@pytest.fixture
def source(repository: Path) -> Path:
    """Two data sets, two folds, in the format that the package of the authors writes."""
    pytest.importorskip("pyarrow")
    folder = repository / ".sources" / "tabrepo"
    folder.mkdir(parents=True)
    (folder / "configs_hyperparameters.json").write_text(json.dumps(PUBLISHED))
    rows = [
        {
            "dataset": dataset,
            "fold": fold,
            "framework": framework,
            "metric_error": 0.5 + number + fold,
            "metric_error_val": 0.25 + number + fold,
            "metric": "roc_auc",
            "problem_type": "binary",
            "time_train_s": 10.0,
            "time_infer_s": 1.0,
        }
        for dataset in ("adult", "car")
        for fold in (0, 1)
        for number, framework in enumerate(PUBLISHED)
    ]
    pd.DataFrame(rows).to_parquet(folder / "configs.parquet", engine="pyarrow")
    return folder


def test_published_format(source: Path) -> None:
    blackboxes = load_blackbox("tabrepo-LightGBM")
    assert set(blackboxes) == {"adult", "car"}
    blackbox = blackboxes["car"]
    assert dict(blackbox.configuration_space) == {
        "learning_rate": loguniform(0.005, 0.9),
        "num_leaves": randint(16, 255),
        "feature_fraction": uniform(0.4, 1.0),
        "extra_trees": choice([False, True]),
        "layers": choice(["[1,2]", "null"]),
    }
    config = {
        "learning_rate": 0.9,
        "num_leaves": 255,
        "feature_fraction": 1.0,
        "extra_trees": False,
        "layers": "null",
    }
    assert blackbox(config, seed=1) == {
        "metric_error_val": 3.25,
        "metric_error": 3.5,
        "time_train_s": 10.0,
        "time_infer_s": 1.0,
    }
    assert blackbox.num_seeds == 2


def test_backends_can_use_it(source: Path) -> None:
    backend = BlackboxRepositoryBackend("tabrepo-LightGBM", dataset="adult", surrogate="KNeighborsRegressor")
    assert backend.elapsed_time_attr == "time_train_s"
    assert backend.resource_attr is None


def test_manifest_tells_the_files(source: Path) -> None:
    load_blackbox("tabrepo-LightGBM")
    files = blackbox_manifest("tabrepo-LightGBM")["sources"]
    assert [file["file"] for file in files] == ["configs.parquet", "configs_hyperparameters.json"]
    assert all(len(file["sha256"]) == 64 for file in files)


def test_missing_files_are_named(repository: Path) -> None:
    with pytest.raises(OptionError, match=r"to_dir\(path\) of the repository"):
        load_blackbox("tabrepo-LightGBM")
    assert not (repository / "tabrepo-LightGBM").exists()


def test_missing_kind_of_model_is_named(source: Path) -> None:
    with pytest.raises(OptionError, match="Legal are: 'GBM', 'RF'"):
        load_blackbox("tabrepo-CatBoost")


def test_all_kinds_of_models_have_a_recipe() -> None:
    assert {f"tabrepo-{family}" for family in FAMILIES} <= set(generate_blackbox_recipes)
    assert TabRepoRecipe("XGBoost").name == "tabrepo-XGBoost"
