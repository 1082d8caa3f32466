"""When parameters are active."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from syne_tune.config_space import Condition, active_if, at_least, at_most, between, uniform
from syne_tune.config_space.conditions import as_predicate, parents_first
from syne_tune.errors import ConfigSpaceError


@pytest.mark.parametrize(
    ("wanted", "holding", "failing"),
    [
        ("sgd", ["sgd"], ["adam", 1, None]),
        (["sgd", "adam"], ["sgd", "adam"], ["rms"]),
        (2, [2, 2.0], [3]),
        ((1, 2), [(1, 2)], [1]),
        (np.int64(2), [2], [3]),
        (at_least(2), [2, 7.5], [1.9]),
        (at_most(2), [2, -1], [3]),
        (between(2, 4), [2, 3.3, 4], [1, 5]),
    ],
)
def test_predicates(wanted: Any, holding: list[Any], failing: list[Any]) -> None:
    condition = Condition("parent", as_predicate(wanted))
    assert all(condition.holds({"parent": value}) for value in holding)
    assert not any(condition.holds({"parent": value}) for value in failing)


def test_without_its_parent_a_condition_does_not_hold() -> None:
    assert not Condition("parent", at_least(0)).holds({"other": 1})


@pytest.mark.parametrize("wanted", [[], {1, 2}, {"a": 1}])
def test_what_is_no_predicate_is_refused(wanted: Any) -> None:
    with pytest.raises(ConfigSpaceError, match="active_if"):
        as_predicate(wanted)


def test_empty_intervals_are_refused() -> None:
    with pytest.raises(ConfigSpaceError, match="lower must not exceed upper"):
        between(3, 2)


def test_conditions_are_shown_as_they_are_written() -> None:
    assert repr(active_if(uniform(0, 1), a="x", b=at_most(2))) == "active_if(uniform(0, 1), a='x', b=at_most(2))"
    assert repr(active_if(uniform(0, 1), {"a b": [1, 2]})) == "active_if(uniform(0, 1), {'a b': [1, 2]})"
    twice = active_if(active_if(uniform(0, 1), a=at_least(1)), a=between(0, 3))
    assert repr(twice) == "active_if(active_if(uniform(0, 1), {'a': at_least(1)}), {'a': between(0, 3)})"


def order_of(**parents: str) -> tuple[str, ...]:
    return parents_first({name: [Condition(p, as_predicate(1)) for p in of] for name, of in parents.items()})


def test_parents_come_first_and_the_given_order_is_kept_otherwise() -> None:
    assert order_of(a="d", b="", c="a", d="") == ("d", "a", "b", "c")
    assert order_of(a="z", b="") == ("a", "b")


@pytest.mark.parametrize(
    ("parents", "cycle"), [({"a": "a"}, "a -> a"), ({"a": "b", "b": "c", "c": "a"}, "a -> b -> c -> a")]
)
def test_cycles_are_refused_and_spelled_out(parents: dict[str, str], cycle: str) -> None:
    with pytest.raises(ConfigSpaceError, match=cycle):
        order_of(**parents)
