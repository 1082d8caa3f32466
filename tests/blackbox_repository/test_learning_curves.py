from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from syne_tune.blackbox_repository import BlackboxTabular
from syne_tune.blackbox_repository.blackbox import from_function
from syne_tune.blackbox_repository.learning_curves import (
    MIN_STEP,
    increasing,
    metrics_for_configuration,
    num_known,
    regular_curves,
)
from syne_tune.config_space import randint, uniform
from syne_tune.errors import OptionError


def test_metrics_for_configuration(table: BlackboxTabular) -> None:
    config = table.all_configurations()[1]
    results = metrics_for_configuration(table, {**config, "epochs": 9}, "iteration", seed=1)
    assert [result["iteration"] for result in results] == [1, 2, 3, 4]
    assert [result["loss"] for result in results] == table.objectives_evaluations[1, 1, :, 0].tolist()


def test_range_of_fidelities_includes_both_ends(table: BlackboxTabular) -> None:
    config = table.all_configurations()[1]
    results = metrics_for_configuration(table, config, "epoch", fidelity_range=(2, 3))
    assert [result["epoch"] for result in results] == [2, 3]
    with pytest.raises(OptionError, match=r"fidelity_range = \(3, 2\)"):
        metrics_for_configuration(table, config, "epoch", fidelity_range=(3, 2))


def test_without_fidelity_there_is_one_result() -> None:
    blackbox = from_function({"x": uniform(0, 1)}, lambda config, fidelity, seed: {"y": config["x"]})
    assert metrics_for_configuration(blackbox, {"x": 0.5}, "epoch") == [{"y": 0.5}]


TIMES = arrays(float, st.integers(1, 20), elements=st.one_of(st.floats(-10, 1e6), st.just(float("nan"))))


@given(TIMES)
def test_times_increase(times: np.ndarray) -> None:
    result = increasing(times)
    assert result[0] >= MIN_STEP
    assert (np.diff(result) >= MIN_STEP * (1 - 1e-6)).all()


@given(st.lists(st.floats(0.02, 100.0), min_size=1, max_size=20))
def test_times_that_increase_are_not_touched(steps: list[float]) -> None:
    times = np.cumsum(steps)
    assert increasing(times) is times


def test_missing_end_of_a_curve() -> None:
    nan = np.nan
    assert num_known(np.array([[1.0, 1.0], [nan, nan], [2.0, nan], [nan, nan]])) == 3
    assert num_known(np.array([[nan], [nan]])) == 0


def test_curves_looked_up_together_are_those_looked_up_alone() -> None:
    values = np.arange(24.0).reshape(4, 1, 3, 2) + 1
    values[1, 0, 1, 0] = np.nan
    values[2, 0, :, 1] = [3.0, 2.0, 4.0]
    space = {"x": randint(0, 3)}
    blackbox = BlackboxTabular(pd.DataFrame({"x": range(4)}), space, {"epoch": randint(1, 3)}, values, None, ["y", "t"])
    configs = [{"x": 0, "other": 1}, {"x": 1}, {"x": 2}, {"x": 3}, {"x": 3}, {"other": 1}, {"x": 9}]
    found = regular_curves(blackbox, configs, None, elapsed_column=1)
    is_found = [curve is not None for curve in found]
    assert is_found == [True, False, False, True, True, False, False], "gaps and odd times are looked at one by one"
    for config, curve in zip(configs, found, strict=True):
        if curve is not None:
            assert curve[0].tolist() == blackbox.evaluate([{"x": config["x"]}])[0].tolist()
            assert curve[1] == curve[0][:, 1].tolist()
    assert regular_curves(blackbox, [], None, 1) == []
