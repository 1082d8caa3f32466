"""A study of two methods on two benchmarks, written as the launchers write it."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

SEEDS = range(6)
STAMPS = [f"2030-01-0{day + 1}-12-00-00-000" for day in SEEDS]


def write_experiment(folder: Path, losses: list[float], **metadata: object) -> None:
    """One report per trial and per ten seconds."""
    folder.mkdir(parents=True)
    known = {"st_tuner_creation_timestamp": 0.0, "metric_names": ["loss"], "metric_mode": "min"}
    (folder / "metadata.json").write_text(json.dumps({**known, **metadata}))
    count = len(losses)
    frame = pd.DataFrame(
        {
            "loss": losses,
            "cost": np.arange(count)[::-1] + 1.0,
            "st_decision": "CONTINUE",
            "st_status": "InProgress",
            "trial_id": np.arange(count) // 2,
            "st_tuner_time": 10.0 * np.arange(1, count + 1),
        }
    )
    frame.to_csv(folder / "results.csv.zip", index=False)


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of all experiments."""
    monkeypatch.setenv("SYNETUNE_FOLDER", str(tmp_path))
    return tmp_path


@pytest.fixture
def study(root: Path) -> Path:
    """Method ``good`` ends at 1 plus a little noise, ``bad`` at 2, on benchmarks ``one`` and ``two``."""
    for benchmark in ("one", "two"):
        for seed in SEEDS:
            noise = np.random.RandomState(seed).uniform(0, 0.1)
            for method, end in (("good", 1.0), ("bad", 2.0)):
                losses = [4.0 + noise, 3.0 + noise, end + noise, 5.0]
                name = f"study-{benchmark}-{seed}-{method}-{STAMPS[seed]}"
                write_experiment(root / name, losses, algorithm=method, benchmark=benchmark, seed=seed)
    return root


@pytest.fixture
def experiment() -> Callable[..., None]:
    return write_experiment


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    import matplotlib.pyplot as pyplot

    pyplot.close("all")
