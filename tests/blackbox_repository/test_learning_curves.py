from __future__ import annotations

import numpy as np
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
)
from syne_tune.config_space import uniform
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
