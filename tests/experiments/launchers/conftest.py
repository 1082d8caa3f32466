"""A small table in a repository of its own, and experiments on it that take a fraction of a second."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from syne_tune.blackbox_repository import BlackboxTabular, serialize
from syne_tune.blackbox_repository.manifest import write_manifest
from syne_tune.config_space import choice, randint
from syne_tune.experiments.benchmark_definitions import SurrogateBenchmarkDefinition
from syne_tune.experiments.default_baselines import ASHA, RandomSearch

NUM_EPOCHS = 9


def small_table(shift: float) -> BlackboxTabular:
    """Sixteen configurations, two seeds, nine epochs."""
    space = {"x": choice(list(range(8))), "y": choice(["a", "b"])}
    rows = pd.DataFrame(itertools.product(range(8), ["a", "b"]), columns=["x", "y"])
    epochs = np.arange(1, NUM_EPOCHS + 1)
    values = np.zeros((len(rows), 2, NUM_EPOCHS, 2))
    for row, (x, y) in enumerate(rows.itertuples(index=False)):
        for seed in range(2):
            values[row, seed, :, 0] = abs(x - 3 - shift) + (y == "b") + 1 / epochs + 0.01 * seed
            values[row, seed, :, 1] = 10.0 * epochs
    return BlackboxTabular(
        rows, space, {"epoch": randint(1, NUM_EPOCHS)}, values, epochs, objectives_names=["loss", "elapsed"]
    )


@pytest.fixture
def definitions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, SurrogateBenchmarkDefinition]:
    """Two benchmarks on the small table."""
    repository = tmp_path / "blackboxes"
    serialize({"one": small_table(0.0), "two": small_table(1.0)}, repository / "small")
    write_manifest(repository / "small", {})
    monkeypatch.setenv("SYNETUNE_BLACKBOX_REPOSITORY", str(repository))
    return {
        f"small-{task}": SurrogateBenchmarkDefinition(
            max_wallclock_time=200,
            n_workers=2,
            elapsed_time_attr="elapsed",
            metric="loss",
            mode="min",
            blackbox_name="small",
            dataset_name=task,
            max_resource_attr="epochs",
        )
        for task in ("one", "two")
    }


@pytest.fixture
def methods() -> dict[str, Any]:
    return {"RS": RandomSearch, "ASHA": ASHA}


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Folder of all experiments of the test."""
    monkeypatch.setenv("SYNETUNE_FOLDER", str(tmp_path / "experiments"))
    return tmp_path / "experiments"


@pytest.fixture
def command_line(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Sets the arguments of the process."""
    return lambda *words: monkeypatch.setattr("sys.argv", ["hpo_main.py", *map(str, words)])
