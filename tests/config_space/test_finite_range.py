"""Equally spaced numbers."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from syne_tune.config_space import FiniteRange, finrange, logfinrange
from syne_tune.errors import ConfigSpaceError


@pytest.mark.parametrize(
    ("construct", "message"),
    [
        (lambda: finrange(1, 0, 3), "lower must not exceed upper"),
        (lambda: finrange(0, 1, 0), "size = 0: must be a positive integer"),
        (lambda: finrange(0, 1, 2.0), "size = 2.0: must be a positive integer"),
        (lambda: finrange(0, 1, 1), "one value cannot be both 0 and 1"),
        (lambda: logfinrange(0, 1, 2), "lower = 0: must be positive on a log scale"),
    ],
)
def test_broken_rules_are_refused_with_argument_and_value(construct: Any, message: str) -> None:
    with pytest.raises(ConfigSpaceError) as raised:
        construct()
    assert message in str(raised.value)


def test_values_are_equally_spaced_and_reach_both_ends() -> None:
    assert finrange(0.1, 1.0, 10).values == pytest.approx([k / 10 for k in range(1, 11)])
    assert logfinrange(1e-3, 10, 5).values == pytest.approx([1e-3, 1e-2, 0.1, 1.0, 10.0])
    assert finrange(0.1, 1.0, 10).values[-1] == 1.0
    assert logfinrange(1e-3, 10, 5).values[-1] == 10


def test_values_rounded_to_integers_count_once() -> None:
    domain = logfinrange(1, 16, 9, cast_int=True)
    assert domain.values == [1, 2, 3, 4, 6, 8, 11, 16]
    assert len(domain) == 8
    assert domain.value_type is int
    assert [domain.cast(value) for value in domain.values] == domain.values


def test_size_counts_in_comparisons() -> None:
    """W22: equality ignored ``size``."""
    assert finrange(0, 1, 3) != finrange(0, 1, 5)
    assert finrange(1, 4, 4) != finrange(1, 4, 4, cast_int=True) != logfinrange(1, 4, 4, cast_int=True)
    assert finrange(0, 1, 3) == FiniteRange(0, 1, 3)


def test_cast_clips_and_takes_the_nearest_on_the_scale_in_use() -> None:
    assert [finrange(0, 1, 5).cast(x) for x in (-3, 0.1, 0.13, "0.9", 7)] == [0.0, 0.0, 0.25, 1.0, 1.0]
    assert [logfinrange(1, 100, 3).cast(x) for x in (-3, 3.1, 3.2, 50)] == pytest.approx([1, 1, 10, 100])
    for value in ("x", None, float("nan"), 10**400):
        with pytest.raises(ConfigSpaceError, match="cannot be read as a number"):
            finrange(0, 1, 5).cast(value)


def test_only_numbers_of_the_grid_are_valid() -> None:
    domain = finrange(0.1, 1.0, 10)
    assert domain.is_valid(0.1 + 0.2)
    assert not any(domain.is_valid(value) for value in (0.25, 1.1, "0.1", True, float("nan"), float("inf")))


def test_midpoints_are_on_the_grid() -> None:
    assert finrange(0, 1, 5).midpoint() == 0.5
    assert logfinrange(1, 10_000, 5).midpoint() == pytest.approx(100)


def test_a_range_of_one_value() -> None:
    for domain in (finrange(2, 2, 1), logfinrange(2, 2, 1), finrange(2, 2, 3)):
        assert (domain.values, len(domain)) == ([2.0], 1)
        assert domain.sample(random_state=np.random.RandomState(0)) == 2.0
        assert domain.cast(2) == 2.0


def test_values_are_equally_likely_and_known_by_index() -> None:
    domain = logfinrange(1, 1000, 4)
    counts = Counter(domain.sample(size=4000, random_state=np.random.RandomState(0)))
    assert [counts[value] for value in domain.values] == pytest.approx([1000] * 4, abs=120)
    assert [domain.match_string(value) for value in domain.values] == ["0", "1", "2", "3"]


@given(st.integers(2, 60), st.booleans(), st.booleans())
def test_the_scale_does_not_leave_the_bounds(size: int, log: bool, cast_int: bool) -> None:
    domain = FiniteRange(0.7, 1234.5, size, log_scale=log, cast_int=cast_int)
    assert domain.values == sorted(set(domain.values))
    assert domain.domain_str == repr(domain.values)
