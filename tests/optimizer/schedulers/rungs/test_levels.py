from __future__ import annotations

import pytest

from syne_tune.errors import OptionError
from syne_tune.optimizer.schedulers.rungs.levels import compute_rung_levels, promotion_quantiles


@pytest.mark.parametrize(
    ("kwargs", "levels"),
    [
        ({"max_t": 50}, [1, 3, 9, 27]),
        ({"max_t": 50, "grace_period": 2, "reduction_factor": 2.5}, [2, 5, 12, 31]),
        ({"max_t": 27}, [1, 3, 9]),
        ({"max_t": 2}, [1]),
        ({"max_t": 10, "rung_increment": 3}, [1, 4, 7]),
        ({"max_t": 10, "grace_period": 2, "rung_increment": 4}, [2, 6]),
        ({"max_t": 50, "reduction_factor": 4, "rung_increment": 3}, [1, 4, 16]),
        ({"max_t": 10, "explicit": [2, 5, 10]}, [2, 5]),
        ({"max_t": 10, "explicit": [2, 5]}, [2, 5]),
        ({"max_t": 10, "explicit": [2, 10], "grace_period": 77}, [2]),
    ],
)
def test_documented_examples(kwargs, levels):
    assert compute_rung_levels(**kwargs) == levels


@pytest.mark.parametrize(
    ("kwargs", "message"),
    [
        ({"max_t": 0}, "max_t = 0"),
        ({"max_t": 3, "grace_period": 3}, "grace_period = 3 must be smaller than max_t = 3"),
        ({"max_t": 9, "grace_period": 0}, "grace_period = 0"),
        ({"max_t": 9, "grace_period": 1.5}, "grace_period = 1.5"),
        ({"max_t": 9, "reduction_factor": 1.9}, "reduction_factor = 1.9 must be at least 2"),
        ({"max_t": 9, "reduction_factor": float("nan")}, "reduction_factor = nan"),
        ({"max_t": 9, "reduction_factor": 0}, "reduction_factor = 0"),
        ({"max_t": 9, "reduction_factor": float("inf")}, "reduction_factor = inf"),
        ({"max_t": 9, "rung_increment": 0}, "rung_increment = 0"),
        ({"max_t": 9, "explicit": [3]}, "at least two increasing integers"),
        ({"max_t": 9, "explicit": [3, 3]}, "at least two increasing integers"),
        ({"max_t": 9, "explicit": [3, 10]}, "none above max_t = 9"),
        ({"max_t": 9, "explicit": [0, 3]}, "rung_levels = 0"),
    ],
)
def test_bounds_are_checked_also_where_they_are_zero(kwargs, message):
    """Row 7.3: upstream's checker took a bound of 0 for no bound."""
    with pytest.raises(OptionError, match=message):
        compute_rung_levels(**kwargs)


def test_quantiles_are_ratios_of_neighbouring_levels():
    assert promotion_quantiles([1, 3, 9], 27) == [1 / 3, 1 / 3, 1 / 3]
    assert promotion_quantiles([2, 5], 6) == [2 / 5, 5 / 6]
    assert promotion_quantiles([], 9) == []
