import pytest
from hypothesis import given
from hypothesis import strategies as st

from syne_tune.errors import OptionError
from syne_tune.optimizer.schedulers.synchronous.rung_sizes import check_bracket_rungs, geometric_rungs


def test_the_published_example():
    assert geometric_rungs(1, 81, 3, None) == [
        [(81, 1), (27, 3), (9, 9), (3, 27), (1, 81)],
        [(34, 3), (12, 9), (4, 27), (2, 81)],
        [(15, 9), (5, 27), (2, 81)],
        [(8, 27), (3, 81)],
        [(5, 81)],
    ]


def test_one_bracket_is_successive_halving():
    assert geometric_rungs(1, 9, 3, 1) == [[(9, 1), (3, 3), (1, 9)]]


def test_without_a_lowest_level_all_ratios_are_alike():
    assert geometric_rungs(None, 52, 3, None)[0] == [(27, 2), (9, 6), (3, 17), (1, 52)]
    assert geometric_rungs(None, 81, 3, None) == geometric_rungs(1, 81, 3, None)
    assert geometric_rungs(None, 2, 3, None)[0] == [(3, 1), (1, 2)]


@given(st.one_of(st.none(), st.integers(1, 5)), st.integers(6, 300), st.floats(2, 5))
def test_sizes_fall_and_levels_rise_up_to_the_largest(grace, largest, factor):
    for rungs in geometric_rungs(grace, largest, factor, None):
        assert rungs[-1][1] == largest
        assert [size for size, _ in rungs] == sorted((size for size, _ in rungs), reverse=True)
    assert check_bracket_rungs(geometric_rungs(grace, largest, factor, 1))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((0, 9, 3, None), "grace_period = 0"),
        ((9, 9, 3, None), "grace_period = 9"),
        ((None, 1, 3, None), "from 1 to below 1"),
        ((1, 9, 1.5, None), "reduction_factor = 1.5"),
        ((1, 9, 3, 4), "brackets = 4"),
        ((1, 9, 3, 0), "brackets = 0"),
    ],
)
def test_values_that_are_not_allowed(arguments, message):
    with pytest.raises(OptionError, match=message):
        geometric_rungs(*arguments)


@pytest.mark.parametrize(
    "rungs",
    [[], [[]], [[(3, 1), (1, 3)], [(1, 1), (1, 3)]], [[(1, 1), (3, 3)]], [[(3, 3), (1, 1)]], [[(0, 1)]], [[(1.5, 1)]]],
)
def test_brackets_of_a_user_are_checked(rungs):
    with pytest.raises(OptionError, match="bracket_rungs"):
        check_bracket_rungs(rungs)
