import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from syne_tune.errors import OptionError
from syne_tune.experiments.pareto import get_pareto_optimal, get_pareto_set


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
