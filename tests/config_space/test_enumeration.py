"""Counting and listing configurations."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from syne_tune.config_space import (
    Domain,
    Space,
    active_if,
    at_least,
    choice,
    finrange,
    ordinal,
    quniform,
    randint,
    uniform,
)
from syne_tune.errors import ConfigSpaceError
from tests.config_space.strategies import conditional_spaces, flat_spaces

SMALL: st.SearchStrategy[Domain] = st.sampled_from(
    [choice(["a", "b"]), randint(1, 3), finrange(0, 1, 2), ordinal([1, 2, 4]), quniform(0, 1, 0.5), uniform(1, 1)]
)


@settings(max_examples=50)
@given(flat_spaces(SMALL) | conditional_spaces(SMALL))
def test_all_configurations_are_listed_once(space: Space) -> None:
    configs = list(space.configurations())
    assert len({space.match_string(config) for config in configs}) == len(configs) == space.size()
    for config in configs:
        space.check(config)
    assert list(space.configurations()) == configs


def test_the_last_parameter_varies_fastest() -> None:
    space = Space({"b": choice(["x", "y"]), "a": randint(1, 2), "k": 0})
    assert [tuple(config.values()) for config in space.configurations()] == [("x", 1), ("x", 2), ("y", 1), ("y", 2)]


def test_inactive_parameters_do_not_multiply() -> None:
    space = Space({"child": active_if(randint(1, 10), parent=at_least(2)), "parent": randint(1, 3)})
    assert space.size() == 1 + 2 * 10
    assert next(space.configurations()) == {"parent": 1}


def test_constraints_are_respected() -> None:
    space = Space({"a": randint(1, 4), "b": randint(1, 4), "c": choice([True, False])}, constraints=["a < b"])
    assert space.size() == len(list(space.configurations())) == 12


def test_infinite_spaces() -> None:
    assert Space({"x": uniform(0, 1), "n": randint(1, 3)}).size() is None
    assert Space({"x": uniform(0, 1)}, constraints=["x < 0.5"]).size() is None
    with pytest.raises(ConfigSpaceError, match="infinitely many"):
        list(Space({"x": uniform(0, 1)}).configurations())


def test_parameters_that_are_never_active_do_not_make_a_space_infinite() -> None:
    assert Space({"x": active_if(uniform(0, 1), mode="a"), "mode": "b", "n": randint(1, 3)}).size() == 3


def test_counting_stops_at_the_limit() -> None:
    space = Space({"a": randint(1, 10), "b": randint(1, 10)})
    assert (space.size(100), space.size(99)) == (100, None)
    large = Space({f"x{i}": randint(0, 9) for i in range(30)})
    assert large.size() is None
    assert large.size(upper_limit=None) == 10**30
    assert Space({"a": randint(0, 2**40), "b": randint(0, 3)}, constraints=["b < 2"]).size(upper_limit=None) is not None


def test_too_many_linked_combinations_are_not_counted() -> None:
    space = Space({"a": randint(0, 2**40), "b": randint(0, 3)}, constraints=["a + b > 1"])
    assert space.size(upper_limit=None) is None
    assert next(space.configurations()) == {"a": 0, "b": 2}
