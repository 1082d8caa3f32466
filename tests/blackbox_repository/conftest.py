"""Small benchmarks for the tests of this folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from syne_tune.blackbox_repository import BlackboxTabular
from syne_tune.blackbox_repository.repository_folder import REPOSITORY_ENV
from syne_tune.config_space import choice, loguniform, randint

NUM_EPOCHS = 4


def make_table(num_seeds: int = 2, num_configs: int = 6, num_epochs: int = NUM_EPOCHS) -> BlackboxTabular:
    """Loss falls by epoch, every epoch takes as many seconds as the number of the configuration plus one."""
    random_state = np.random.RandomState(0)
    frame = pd.DataFrame(
        {
            "lr": 10.0 ** np.linspace(-4, -1, num_configs),
            "units": np.arange(num_configs) + 1,
            "act": ["relu" if i % 2 else "tanh" for i in range(num_configs)],
        }
    )
    epochs = np.arange(1, num_epochs + 1)
    loss = random_state.uniform(0.1, 1.0, size=(num_configs, num_seeds, 1)) / epochs
    elapsed = np.broadcast_to((np.arange(num_configs) + 1.0)[:, None, None] * epochs, loss.shape)
    space = {"lr": loguniform(1e-4, 1e-1), "units": randint(1, 64), "act": choice(["relu", "tanh"])}
    return BlackboxTabular(
        frame,
        space,
        {"epoch": randint(1, num_epochs)},
        np.stack([loss, elapsed], axis=-1),
        objectives_names=["loss", "elapsed"],
    )


@pytest.fixture
def table() -> BlackboxTabular:
    return make_table()


@pytest.fixture
def make() -> Callable[..., BlackboxTabular]:
    return make_table


@pytest.fixture(autouse=True)
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty repository, instead of that of this machine."""
    folder = tmp_path / "repository"
    monkeypatch.setenv(REPOSITORY_ENV, str(folder))
    return folder
