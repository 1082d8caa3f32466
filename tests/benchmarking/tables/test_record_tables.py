from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from syne_tune.blackbox_repository import deserialize
from syne_tune.blackbox_repository.manifest import check_files, read_manifest
from syne_tune.config_space import Space, active_if, choice

pytest.importorskip("sklearn")
FOLDER = Path(__file__).parents[3] / "benchmarking" / "tables"


@pytest.fixture
def modules(monkeypatch: pytest.MonkeyPatch) -> tuple[Any, Any]:
    """The script and what it trains, which are imported as the script does it."""
    monkeypatch.syspath_prepend(str(FOLDER))
    import record_tables  # type: ignore[import-not-found]
    import trainings  # type: ignore[import-not-found]

    return record_tables, trainings


class Trainer:
    """Pretends to train; counts how often."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, config: Mapping[str, Any], seed: int, data: Any) -> Iterator[list[float]]:
        self.calls += 1
        for level in range(1, 28):
            yield [config.get("b", 0) + seed, 0.5, 0.25, float(level)]


@pytest.fixture
def trainer() -> Trainer:
    return Trainer()


@pytest.fixture
def table(modules: tuple[Any, Any], trainer: Trainer) -> Any:
    space = Space({"a": choice(["x", "y"]), "b": active_if(choice([1, 2]), a="y")})
    return modules[1].Table(("breast-cancer",), space, "epoch", trainer, "metric_valid_loss", "nothing")


def test_finished_trainings_are_not_repeated(
    modules: tuple[Any, Any], table: Any, trainer: Trainer, tmp_path: Path
) -> None:
    script, path = modules[0], tmp_path / "small.jsonl"
    script.record(table, path)
    assert trainer.calls == 9, "three configurations, three seeds"
    whole = path.read_bytes()
    path.write_bytes(whole[:-10])
    script.record(table, path)
    assert trainer.calls == 10, "the line that was cut"
    assert path.read_bytes() == whole


def test_table_can_be_read_and_checked(modules: tuple[Any, Any], table: Any, tmp_path: Path) -> None:
    script, path, folder = modules[0], tmp_path / "small.jsonl", tmp_path / "tables" / "small"
    script.record(table, path)
    script.write(table, path, folder)
    check_files(folder)
    assert read_manifest(folder)["licence"]
    blackbox = deserialize(folder)["breast-cancer"]
    assert blackbox({"a": "x"}, 27, seed=1)["metric_valid_loss"] == 1.0
    assert blackbox({"a": "y", "b": 2}, 3, seed=2) == {
        "metric_valid_loss": 4.0,
        "metric_valid_error": 0.5,
        "metric_test_error": 0.25,
        "metric_elapsed_time": 3.0,
    }


def test_incomplete_recordings_are_not_written(modules: tuple[Any, Any], table: Any, tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="9 trainings are missing"):
        modules[0].write(table, tmp_path / "none.jsonl", tmp_path / "tables")


@pytest.mark.parametrize("name", ["mlp-digits", "gboost-tabular", "sgd-tabular"])
def test_trainings_are_real_and_repeatable(modules: tuple[Any, Any], name: str) -> None:
    table = modules[1].TABLES[name]
    config = table.space.default()
    curve, again = (np.array(table.curve(config, 0, table.tasks[-1])) for _ in range(2))
    assert curve.shape == (27, 4)
    assert np.array_equal(curve[:, :3], again[:, :3])
    assert (np.diff(curve[:, 3]) > 0).all(), "time passes"
    assert curve[-1, 0] < curve[0, 0], "something is learned"
