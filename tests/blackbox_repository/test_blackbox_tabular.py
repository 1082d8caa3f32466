from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from syne_tune.blackbox_repository import BlackboxTabular
from syne_tune.blackbox_repository.blackbox_tabular import deserialize, serialize
from syne_tune.config_space import active_if, choice, finrange, randint, uniform
from syne_tune.errors import ConfigSpaceError, OptionError


def test_looks_up_by_values_and_by_row(table: BlackboxTabular) -> None:
    for row, config in enumerate(table.all_configurations()):
        for seed in range(2):
            expected = table.objectives_evaluations[row, seed]
            assert np.array_equal(table(config, seed=seed), expected)
            assert np.array_equal(table.objective_function(row, seed=seed), expected)
            assert table(config, 3, seed=seed) == dict(zip(["loss", "elapsed"], expected[2], strict=True))


def test_many_at_once_equal_one_by_one(table: BlackboxTabular) -> None:
    configs = table.all_configurations()
    assert np.array_equal(table.evaluate(configs, seed=1), np.stack([table(config, seed=1) for config in configs]))


def test_values_that_differ_by_rounding_are_found() -> None:
    frame = pd.DataFrame({"x": [0.1 + 0.2, 0.6]})
    blackbox = BlackboxTabular(frame, {"x": finrange(0.3, 0.6, 2)}, None, np.arange(2.0).reshape(2, 1, 1, 1))
    assert blackbox({"x": 0.3}) == {"y0": 0.0}


def test_is_restored(table: BlackboxTabular) -> None:
    restored = pickle.loads(pickle.dumps(table))
    configs = table.all_configurations()
    assert restored.all_configurations() == configs
    assert np.array_equal(restored.evaluate(configs, seed=1), table.evaluate(configs, seed=1))
    assert np.array_equal(restored.objective_function(2), table.objective_function(2))


def test_unknown_configuration_is_refused(table: BlackboxTabular) -> None:
    with pytest.raises(ConfigSpaceError, match=r"not in the table, which has 6 configurations.*add_surrogate"):
        table({"lr": 0.05, "units": 7, "act": "relu"})


@pytest.mark.parametrize(("fidelity", "seed"), [(5, 0), (0, 0), (1.5, 0), (1, 2), (1, -1)])
def test_unknown_fidelity_or_seed_is_refused(table: BlackboxTabular, fidelity: float, seed: int) -> None:
    with pytest.raises(OptionError):
        table(table.all_configurations()[0], fidelity, seed)


def test_unknown_row_is_refused(table: BlackboxTabular) -> None:
    with pytest.raises(OptionError, match="from 0 to 5"):
        table.objective_function(6)


def test_inactive_hyperparameters() -> None:
    space = {"kind": choice(["a", "b"]), "x": active_if(uniform(0, 1), kind="a")}
    frame = pd.DataFrame({"kind": ["a", "b"], "x": [0.5, np.nan]})
    blackbox = BlackboxTabular(frame, space, None, np.arange(2.0).reshape(2, 1, 1, 1))
    assert blackbox.all_configurations() == [{"kind": "a", "x": 0.5}, {"kind": "b"}]
    assert blackbox({"kind": "b"}) == blackbox.objective_function(1) == {"y0": 1.0}


def test_wrong_shapes_are_refused(table: BlackboxTabular) -> None:
    frame, space, values = table.hyperparameters, table.configuration_space, table.objectives_evaluations
    with pytest.raises(OptionError, match="four dimensions"):
        BlackboxTabular(frame, space, None, values[0])
    with pytest.raises(OptionError, match="hyperparameters has length 2"):
        BlackboxTabular(frame[:2], space, None, values)
    with pytest.raises(OptionError, match="objectives_names has length 1"):
        BlackboxTabular(frame, space, None, values, objectives_names=["loss"])
    with pytest.raises(OptionError, match="must be increasing"):
        BlackboxTabular(frame, space, None, values, fidelity_values=[1, 3, 2, 4])


def test_configuration_that_appears_twice_is_refused(table: BlackboxTabular) -> None:
    frame = table.hyperparameters.iloc[[0, 1, 2, 3, 4, 0]].reset_index(drop=True)
    with pytest.raises(OptionError, match="may appear once"):
        BlackboxTabular(frame, table.configuration_space, None, table.objectives_evaluations)


def test_renamed_objectives(table: BlackboxTabular) -> None:
    renamed = table.rename_objectives({"loss": "error"})
    assert renamed.objectives_names == ["error", "elapsed"]
    with pytest.raises(OptionError, match="did you mean 'loss'"):
        table.rename_objectives({"los": "error"})
    assert "error" in str(renamed)


class TestDataForModels:
    def test_rows_are_sorted_by_fidelity_then_seed_then_configuration(self, table: BlackboxTabular) -> None:
        x, y = table.hyperparameter_objectives_values()
        assert x.shape == (6 * 2 * 4, 4)
        assert list(y.columns) == ["loss", "elapsed"]
        values = y.to_numpy().reshape(4, 2, 6, 2)
        assert np.array_equal(values, table.objectives_evaluations.transpose(2, 1, 0, 3))
        assert x["epoch"].tolist() == [epoch for epoch in (1, 2, 3, 4) for _ in range(12)]

    def test_curves_are_sorted_by_seed_then_configuration(self, table: BlackboxTabular) -> None:
        x, y = table.hyperparameter_objectives_values(predict_curves=True)
        assert x.shape == (12, 3)
        assert list(y.columns[:3]) == ["loss:1", "elapsed:1", "loss:2"]
        assert np.array_equal(y.to_numpy().reshape(2, 6, 4, 2), table.objectives_evaluations.transpose(1, 0, 2, 3))

    def test_gaps_are_filled(self, make: Callable[..., BlackboxTabular]) -> None:
        blackbox = make()
        blackbox.objectives_evaluations[0, 0, 2] = np.nan
        _, y = blackbox.hyperparameter_objectives_values()
        assert not y.isna().any(axis=None)


class TestFiles:
    def test_round_trip(self, table: BlackboxTabular, tmp_path: Path) -> None:
        other = table.rename_objectives({})
        other.objectives_evaluations = table.objectives_evaluations + 1.0
        serialize({"a": table, "b/c": other}, tmp_path / "folder", metadata={"metric_default": "loss"})
        loaded = deserialize(tmp_path / "folder")
        assert list(loaded) == ["a", "b/c"]
        for before, after in zip((table, other), loaded.values(), strict=True):
            assert np.array_equal(before.objectives_evaluations, after.objectives_evaluations)
            assert after.all_configurations() == before.all_configurations()
            assert after.configuration_space == before.configuration_space
            assert after.fidelity_space == before.fidelity_space
            assert after.objectives_names == ["loss", "elapsed"]
            assert np.array_equal(after(after.all_configurations()[2]), before(before.all_configurations()[2]))

    def test_single_object_is_refused_with_advice(self, table: BlackboxTabular, tmp_path: Path) -> None:
        """W-30: what has to be passed is said."""
        with pytest.raises(OptionError, match="pass a dictionary from task to BlackboxTabular"):
            serialize(table, tmp_path)  # type: ignore[arg-type]

    def test_tables_that_do_not_match_are_refused(self, make: Callable[..., BlackboxTabular], tmp_path: Path) -> None:
        with pytest.raises(OptionError, match="of 'b' differ"):
            serialize({"a": make(), "b": make(num_epochs=3)}, tmp_path)

    def test_files_execute_nothing(self, table: BlackboxTabular, tmp_path: Path) -> None:
        """A pickle smuggled into an array file is refused by the reader."""
        serialize({"a": table}, tmp_path)
        evil = np.array([{"anything": 1}], dtype=object)
        np.save(tmp_path / "fidelities_values.npy", evil, allow_pickle=True)
        with pytest.raises(ValueError, match="allow_pickle"):
            deserialize(tmp_path)


def test_space_of_integers_and_missing_fidelity_space() -> None:
    frame = pd.DataFrame({"a": [1, 2, 3]})
    blackbox = BlackboxTabular(frame, {"a": randint(1, 3)}, None, np.arange(3.0).reshape(3, 1, 1, 1))
    assert blackbox.fidelity_values is None
    assert [blackbox({"a": a}) for a in (1, 2, 3)] == [{"y0": 0.0}, {"y0": 1.0}, {"y0": 2.0}]


def test_a_table_with_one_repetition_is_the_same_for_every_seed() -> None:
    values = np.arange(6.0).reshape(3, 1, 2, 1)
    space = {"x": randint(0, 2)}
    one = BlackboxTabular(pd.DataFrame({"x": range(3)}), space, {"epoch": randint(1, 2)}, values)
    for seed in (None, 0, 3):
        assert one.evaluate([{"x": 1}, {"x": 2}], seed).tolist() == values[1:, 0].tolist()
        assert one({"x": 1}, seed=seed).tolist() == values[1, 0].tolist()
