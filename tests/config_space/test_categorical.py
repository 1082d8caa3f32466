"""Lists of values, with and without order."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest

from syne_tune.config_space import (
    Categorical,
    Grid,
    LogUniform,
    Ordinal,
    OrdinalNearestNeighbor,
    choice,
    logordinal,
    ordinal,
)
from syne_tune.errors import ConfigSpaceError


@pytest.mark.parametrize(
    ("categories", "message"),
    [
        ([], "must not be empty"),
        ("sgd", "must be a list of values"),
        ({"a": 1}, "must be a list of values"),
        (3, "must be a list of values"),
        ([1, 0.5], "1 and 0.5 are of different types"),
        ([True, 1], "True and 1 are of different types"),
        (["a", None], "None of type NoneType cannot be a category"),
        (["a", "b", "a"], "'a' is listed twice"),
        ([0.0, -0.0], "listed twice"),
        ([[1, 2], [3]], "[1, 2] of type list cannot be a category; write it as a tuple"),
        ([{"a": 1}], "cannot be a category; name it by a string"),
        ([(1, [2])], "[2] of type list cannot be a category"),
        ([1.0, float("nan")], "nan cannot be a category; numbers must be finite"),
    ],
)
def test_broken_rules_are_refused_with_the_category(categories: Any, message: str) -> None:
    with pytest.raises(ConfigSpaceError) as raised:
        choice(categories)
    assert message in str(raised.value)


def test_booleans_are_read_from_text() -> None:
    """7.6: ``choice([False, True])`` cast "False" to ``True``."""
    domain = choice([True, False])
    assert domain.cast("False") is False
    assert domain.cast("true") is True
    assert domain.cast(0) is False
    assert domain.cast(np.bool_(True)) is True
    with pytest.raises(ConfigSpaceError, match="'maybe' is not one of"):
        domain.cast("maybe")


def test_strings_are_read_as_the_type_of_the_categories() -> None:
    assert choice([1, 2]).cast("2") == 2
    assert choice([1, 2]).cast(2.0) == 2
    assert choice(["1", "2"]).cast(2) == "2"
    assert choice([(1, 2), (3,)]).cast("(3,)") == (3,)
    assert choice([(1, 2), (3,)]).cast([1, 2]) == (1, 2)


def test_float_categories_may_be_off_by_one_percent() -> None:
    domain = choice([0.001, 0.1])
    assert domain.cast(0.1009) == 0.1
    assert domain.cast("1e-3") == 0.001
    with pytest.raises(ConfigSpaceError, match="is not one of"):
        domain.cast(0.105)


def test_tuples_with_lists_inside_are_no_categories() -> None:
    assert not choice([(1, 2)]).is_valid((1, [2]))
    with pytest.raises(ConfigSpaceError, match="is not one of"):
        choice([(1, 2)]).index_of((1, [2]))


@pytest.mark.parametrize("value", [3, "3", 1.5, None, [1]])
def test_other_values_are_refused_with_the_nearest(value: Any) -> None:
    with pytest.raises(ConfigSpaceError, match=r"is not one of the 2 categories.*Legal are: '1', '2'"):
        choice([1, 2]).cast(value)


def test_validity_needs_the_right_type() -> None:
    assert choice([1, 2]).is_valid(np.int64(2))
    assert not any(choice([1, 2]).is_valid(value) for value in (True, 1.0, "1", 3, [1]))


def test_numpy_categories_become_plain_values() -> None:
    domain = choice(np.array([1, 2]))
    assert domain == choice([1, 2])
    assert type(domain.categories[0]) is int


def test_types_of_categories_count_in_comparisons() -> None:
    assert choice([0, 1]) != choice([False, True])
    assert choice([0, 1]) != choice([0.0, 1.0])
    assert choice(["a", "b"]) != choice(["b", "a"])
    assert choice(["a"]) != ordinal(["a"])


def test_grid_marks_a_choice_to_be_enumerated() -> None:
    domain = choice(["a", "b"]).grid()
    assert domain.is_grid()
    assert isinstance(domain.sampler, Grid)
    assert domain != choice(["a", "b"]) == domain.uniform()
    assert {domain.sample(random_state=np.random.RandomState(seed)) for seed in range(10)} == {"a", "b"}


def test_defaults() -> None:
    assert choice(["b", "a", "c"]).midpoint() == "b"
    assert ordinal(["s", "m", "l", "xl"]).midpoint() == "l"
    assert ordinal([1, 2, 100]).midpoint() == 2
    assert ordinal([1, 60, 100]).midpoint() == 60
    assert logordinal([1, 10, 100, 10_000]).midpoint() == 100


def test_match_strings_are_indices() -> None:
    assert choice(["b", "a"]).match_string("a") == "1"
    assert ordinal([1, 2, 4]).match_string(4) == "2"


def test_categories_are_equally_likely() -> None:
    for domain in (choice(list("abcd")), ordinal(["s", "m", "l", "xl"])):
        counts = Counter(domain.sample(size=4000, random_state=np.random.RandomState(0)))
        assert list(counts.values()) == pytest.approx([1000] * 4, abs=120)


def test_nearest_neighbour_ordinals_own_the_interval_around_them() -> None:
    domain = ordinal([1, 2, 4, 7], kind="nn")
    assert (domain.lower_int, domain.upper_int) == (0.0, 8.0)
    assert domain.categories_int == [1.0, 2.0, 4.0, 7.0]
    counts = Counter(domain.sample(size=8000, random_state=np.random.RandomState(0)))
    assert [counts[value] / 1000 for value in (1, 2, 4, 7)] == pytest.approx([1.5, 1.5, 2.5, 2.5], abs=0.2)
    assert domain.position_range(1, 2) == (1.5 / 8, 5.5 / 8)


def test_nearest_neighbour_ordinals_cast_to_the_nearest() -> None:
    assert [ordinal([1, 2, 4]).cast(x) for x in (-5, 1.6, 2.9, 99, "4")] == [1, 2, 2, 4, 4]
    assert [logordinal([1, 10, 100]).cast(x) for x in (0, -1, 3.0, 4.0, 31)] == [1, 1, 1, 10, 10]
    for value in ("x", None, float("nan"), 10**400):
        with pytest.raises(ConfigSpaceError, match="cannot be read as a number"):
            ordinal([1, 2, 4]).cast(value)
    assert ordinal([2**60, 2**60 + 1]).cast(2**60 + 1) == 2**60 + 1


def test_a_single_nearest_neighbour_category_can_be_sampled() -> None:
    """C16: a nearest-neighbour ordinal with one entry could not be sampled."""
    for domain in (OrdinalNearestNeighbor([3]), logordinal([3])):
        assert domain.sample(size=2, random_state=np.random.RandomState(0)) == [3, 3]
        assert domain.encode_many([3]).tolist() == [0.5]
        assert domain.midpoint() == 3


@pytest.mark.parametrize(
    ("categories", "log_scale", "message"),
    [
        ([2, 1], False, "strictly increasing"),
        (["a", "b"], False, "strictly increasing"),
        ([False, True], False, "strictly increasing"),
        ([0, 1], True, "0: categories must be positive on a log scale"),
    ],
)
def test_nearest_neighbour_ordinals_need_increasing_numbers(
    categories: list[Any], log_scale: bool, message: str
) -> None:
    with pytest.raises(ConfigSpaceError, match=message):
        OrdinalNearestNeighbor(categories, log_scale=log_scale)


def test_samplers_that_do_not_suit_are_refused() -> None:
    for domain in (Categorical([1, 2]), Ordinal([1, 2]), OrdinalNearestNeighbor([1, 2])):
        with pytest.raises(ConfigSpaceError, match="cannot use"):
            domain.set_sampler(LogUniform())
    with pytest.raises(ConfigSpaceError, match="always uniform"):
        OrdinalNearestNeighbor([1, 2]).grid()


def test_domains_are_shown_as_the_call_that_makes_them() -> None:
    assert repr(choice(["a"])) == "choice(['a'])"
    assert repr(choice(["a"]).grid()) == "choice(['a']).grid()"
    assert repr(ordinal(["b", "a"])) == "ordinal(['b', 'a'], kind='equal')"
    assert repr(ordinal([1, 2])) == "ordinal([1, 2], kind='nn')"
    assert repr(logordinal([1, 2])) == "ordinal([1, 2], kind='nn-log')"
    assert choice([1, 2]).domain_str == "[1, 2]"
