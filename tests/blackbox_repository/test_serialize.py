from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from syne_tune import jsonio
from syne_tune.blackbox_repository import (
    BlackboxOffline,
    BlackboxTabular,
    blackbox_offline,
    blackbox_tabular,
    deserialize,
    serialize,
)
from syne_tune.blackbox_repository.blackbox import Blackbox, from_function
from syne_tune.config_space import config_space_to_json_dict, randint, uniform
from syne_tune.errors import OptionError

Make = Callable[..., BlackboxTabular]


def a_list(name: str = "x") -> BlackboxOffline:
    return BlackboxOffline(pd.DataFrame({name: [0.5], "metric_y": [1.0]}), {name: uniform(0, 1)})


def test_kind_is_found_out(table: BlackboxTabular, tmp_path: Path) -> None:
    blackbox_tabular.serialize({"a": table}, tmp_path / "table")
    offline = BlackboxOffline(pd.DataFrame({"x": [0.5], "metric_y": [1.0]}), {"x": uniform(0, 1)})
    blackbox_offline.serialize({"a": offline}, tmp_path / "list")
    assert isinstance(deserialize(tmp_path / "table")["a"], BlackboxTabular)
    assert isinstance(deserialize(str(tmp_path / "list"))["a"], BlackboxOffline)
    with pytest.raises(OptionError, match="of kind 'tabular', not 'offline'"):
        blackbox_offline.deserialize(tmp_path / "table")


def test_other_folders_are_refused(tmp_path: Path) -> None:
    with pytest.raises(OptionError, match=r"has no metadata\.json"):
        deserialize(tmp_path)
    jsonio.write_json(tmp_path / "metadata.json", {"kind": "tabula"})
    with pytest.raises(OptionError, match="did you mean 'tabular'"):
        deserialize(tmp_path)


def test_tables_of_different_sizes(make: Make, tmp_path: Path) -> None:
    serialize({"a/b": make(num_epochs=4), "c": make(num_epochs=7)}, tmp_path, {"metric_default": "loss"})
    loaded = deserialize(tmp_path)
    assert [len(table.fidelity_values) for table in loaded.values()] == [4, 7]  # type: ignore[arg-type]
    assert list(loaded) == ["a/b", "c"]
    assert jsonio.read_json(tmp_path / "metadata.json")["metric_default"] == "loss"


@pytest.mark.parametrize("names", [("x", "x"), ("x", "z")])
def test_lists_of_equal_and_different_spaces(names: tuple[str, str], tmp_path: Path) -> None:
    serialize({str(task): a_list(name) for task, name in enumerate(names)}, tmp_path)
    assert [list(blackbox.configuration_space) for blackbox in deserialize(tmp_path).values()] == [[n] for n in names]


def test_compressed_table(table: BlackboxTabular, tmp_path: Path) -> None:
    blackbox_tabular.serialize({"a": table, "b": table}, tmp_path, compressed=True)
    loaded = deserialize(tmp_path)["b"]
    assert isinstance(loaded, BlackboxTabular)
    assert np.array_equal(loaded.objectives_evaluations, table.objectives_evaluations)
    assert not (tmp_path / "objectives_evaluations.npy").exists()


@pytest.mark.parametrize("blackboxes", [{}, {"a": from_function({"x": uniform(0, 1)}, lambda c, f, s: {"y": 0.0})}])
def test_what_cannot_be_written_is_refused(blackboxes: dict[str, Blackbox], tmp_path: Path) -> None:
    with pytest.raises(OptionError, match="serialize"):
        serialize(blackboxes, tmp_path)


def test_table_written_by_an_older_version(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    jsonio.write_json(tmp_path / "configspace.json", config_space_to_json_dict({"x": uniform(0, 1)}))
    jsonio.write_json(tmp_path / "fidelityspace.json", config_space_to_json_dict({"epoch": randint(1, 2)}))
    jsonio.write_json(tmp_path / "metadata.json", {"objectives_names": ["y"], "task_names": ["a", "b"]})
    pd.DataFrame({"x": [0.25, 0.5]}).to_parquet(tmp_path / "hyperparameters.parquet")
    np.save(tmp_path / "objectives_evaluations.npy", np.arange(8, dtype=np.float32).reshape(2, 2, 1, 2, 1))
    np.save(tmp_path / "fidelities_values.npy", np.array([1, 2]))
    assert deserialize(tmp_path)["b"]({"x": 0.5}, 2) == {"y": 7.0}


def test_list_written_by_an_older_version(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    jsonio.write_json(tmp_path / "configspace.json", config_space_to_json_dict({"x": uniform(0, 1)}))
    jsonio.write_json(tmp_path / "metadata.json", {"objectives_names": ["metric_y"], "task_names": ["a"]})
    pd.DataFrame({"x": [0.5], "metric_y": [3.0]}).to_parquet(tmp_path / "data-a.parquet")
    assert deserialize(tmp_path)["a"]({"x": 0.5}) == {"metric_y": 3.0}
