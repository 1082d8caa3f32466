import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from syne_tune.errors import OptionError
from syne_tune.experiments.pareto import get_pareto_optimal, get_pareto_set, pareto_front


@given(hnp.arrays(float, st.tuples(st.integers(0, 12), st.integers(1, 3)), elements=st.integers(0, 4).map(float)))
def test_a_point_is_optimal_unless_another_one_beats_it(costs):
    def beaten(point):
        return any(np.all(other <= point) and np.any(other < point) for other in costs)

    assert get_pareto_optimal(costs).tolist() == [not beaten(point) for point in costs]


def test_rows_are_chosen_by_mode_and_finite_values():
    frame = pd.DataFrame({"loss": [1.0, 2.0, 3.0, np.nan], "accuracy": [0.1, 0.5, 0.4, 0.9]})
    assert get_pareto_set(frame, ["loss", "accuracy"], ["min", "max"]).index.tolist() == [0, 1]
    assert get_pareto_set(frame, ["loss", "accuracy"]).index.tolist() == [0]


def test_bad_arguments_are_refused():
    frame = pd.DataFrame({"loss": [1.0], "cost": [2.0]})
    with pytest.raises(OptionError, match="at least two"):
        get_pareto_set(frame, ["loss"])
    with pytest.raises(OptionError, match="cost"):
        get_pareto_set(frame, ["loss", "costs"])


def reports(**columns):
    size = len(next(iter(columns.values())))
    config = {"config_x": np.arange(size, dtype=float), "config_y": [np.nan, *range(size - 1)]}
    return pd.DataFrame({"trial_id": range(size), **columns, **config})


def test_front_with_mixed_modes():
    """7.6: with several metrics, only the best of the first one was found; W4: ranks were wrong."""
    frame = reports(loss=[2.0, 1.0, 3.0, 2.5, np.nan], accuracy=[0.5, 0.2, 0.9, 0.4, 1.0])
    front = pareto_front(frame, ["loss", "accuracy"], ["min", "max"])
    assert [point.trial_id for point in front.points] == [1, 0, 2]
    assert front.points[0].values == {"loss": 1.0, "accuracy": 0.2}
    assert front.points[1].config == {"x": 0.0}, "y is not active"
    assert front.reference_point == [3.0, 0.2]
    assert front.hypervolume == pytest.approx((3 - 2) * (0.5 - 0.2))


def test_reference_point_is_in_units_of_the_metrics():
    frame = reports(loss=[1.0], accuracy=[0.5])
    front = pareto_front(frame, ["loss", "accuracy"], ["min", "max"], reference_point=[2.0, 0.0])
    assert front.hypervolume == pytest.approx(0.5)
    with pytest.raises(OptionError, match="one value for each"):
        pareto_front(frame, ["loss", "accuracy"], reference_point=[2.0])


def test_front_of_nothing():
    frame = reports(loss=[np.nan], accuracy=[0.5])
    front = pareto_front(frame, ["loss", "accuracy"])
    assert front.points == []
    assert front.hypervolume == 0
