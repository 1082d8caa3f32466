from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from syne_tune.blackbox_repository import BlackboxOffline
from syne_tune.blackbox_repository.blackbox_offline import deserialize, serialize
from syne_tune.config_space import choice, randint, uniform
from syne_tune.errors import ConfigSpaceError, OptionError

SPACE = {"x": uniform(0, 1), "act": choice(["relu", "tanh"])}


def frame() -> pd.DataFrame:
    rows = [(x, act, seed) for x in (0.1, 0.5) for act in ("relu", "tanh") for seed in (7, 9)]
    df = pd.DataFrame(rows, columns=["x", "act", "seed"])
    return df.assign(metric_loss=np.arange(8.0), metric_time=1.0, note="not used")


@pytest.fixture
def offline() -> BlackboxOffline:
    return BlackboxOffline(frame(), SPACE, seed_col="seed")


def test_objectives_are_columns_with_the_prefix(offline: BlackboxOffline) -> None:
    assert offline.objectives_names == ["metric_loss", "metric_time"]
    assert offline.num_seeds == 2


def test_looks_up(offline: BlackboxOffline) -> None:
    assert offline({"x": 0.5, "act": "relu"}, seed=1) == {"metric_loss": 5.0, "metric_time": 1.0}
    assert offline({"x": 0.5, "act": "relu"})["metric_loss"] == 4.0  # type: ignore[call-overload]


def test_configuration_is_not_changed(offline: BlackboxOffline) -> None:
    """W-30."""
    config = {"x": 0.5, "act": "relu"}
    offline(config, seed=1)
    assert config == {"x": 0.5, "act": "relu"}


def test_data_for_models_can_be_asked_for_twice(offline: BlackboxOffline) -> None:
    """W-30: with a seed column."""
    for _ in range(2):
        x, y = offline.hyperparameter_objectives_values()
        assert list(x.columns) == ["x", "act"]
        assert y["metric_loss"].tolist() == [0, 2, 4, 6, 1, 3, 5, 7]
    with pytest.raises(OptionError, match="whole curves"):
        offline.hyperparameter_objectives_values(predict_curves=True)


def test_can_be_printed(offline: BlackboxOffline) -> None:
    """W-30."""
    assert str(offline) == "BlackboxOffline(8 evaluations, 2 seeds: metric_loss, metric_time)"


def test_data_frame_of_the_caller_is_not_changed() -> None:
    given = frame()
    BlackboxOffline(given, SPACE, seed_col="seed").hyperparameter_objectives_values()
    pd.testing.assert_frame_equal(given, frame())


def test_unknown_configuration_is_refused(offline: BlackboxOffline) -> None:
    with pytest.raises(ConfigSpaceError, match=r"not among the 8 evaluations.*add_surrogate"):
        offline({"x": 0.3, "act": "relu"})


def test_missing_column_is_refused() -> None:
    with pytest.raises(OptionError, match="no column 'sead'; did you mean 'seed'"):
        BlackboxOffline(frame(), SPACE, seed_col="sead")


def test_fidelities() -> None:
    df = pd.DataFrame({"x": [0.1, 0.1, 0.2], "epoch": [1, 3, 1], "metric_loss": [1.0, 0.5, 2.0]})
    blackbox = BlackboxOffline(df, {"x": uniform(0, 1)}, {"epoch": randint(1, 3)})
    assert blackbox.fidelity_values is not None
    assert blackbox.fidelity_values.tolist() == [1, 3]
    assert blackbox({"x": 0.1}, 3) == {"metric_loss": 0.5}
    assert np.array_equal(blackbox({"x": 0.2}), [[2.0], [np.nan]], equal_nan=True)
    with pytest.raises(ConfigSpaceError, match="'epoch': 3"):
        blackbox({"x": 0.2}, 3)
    with pytest.raises(ConfigSpaceError, match="not among"):
        blackbox({"x": 0.9})


def test_files_round_trip(offline: BlackboxOffline, tmp_path: Path) -> None:
    serialize({"task": offline, "second": offline}, tmp_path / "folder", categorical_cols=["act"])
    loaded = deserialize(tmp_path / "folder")
    assert list(loaded) == ["task", "second"]
    for blackbox in loaded.values():
        pd.testing.assert_frame_equal(blackbox.df, offline.df)
        assert blackbox.configuration_space == offline.configuration_space
        assert blackbox({"x": 0.5, "act": "tanh"}, seed=1) == offline({"x": 0.5, "act": "tanh"}, seed=1)


def test_single_object_is_refused_with_advice(offline: BlackboxOffline, tmp_path: Path) -> None:
    """W-30: what has to be passed is said."""
    with pytest.raises(OptionError, match="pass a dictionary from task to BlackboxOffline"):
        serialize(offline, tmp_path)  # type: ignore[arg-type]


def test_lists_that_do_not_match_are_refused(offline: BlackboxOffline, tmp_path: Path) -> None:
    other = BlackboxOffline(frame(), SPACE, objectives_names=["metric_loss"], seed_col="seed")
    with pytest.raises(OptionError, match="columns of 'b'"):
        serialize({"a": offline, "b": other}, tmp_path)
