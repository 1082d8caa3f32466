import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import rankdata

from syne_tune.optimizer.models.ranks import smallest_ranks


@given(st.lists(st.integers(-3, 3), max_size=12))
def test_ranks_are_those_of_scipy(values):
    assert np.array_equal(smallest_ranks(values), rankdata(values, method="min"))
