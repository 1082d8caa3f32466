"""What spaces must obey."""

from __future__ import annotations

from typing import Any

import pytest

from syne_tune.config_space import Space, active_if, at_least, choice, finrange, ordinal, randint, uniform
from syne_tune.errors import ConfigSpaceError


class ForeignDomain:
    def sample(self) -> float:
        return 0.5


@pytest.mark.parametrize(
    ("entries", "message"),
    [
        ({}, "the search space is empty"),
        ([("x", 1)], "is a dictionary from name to domain"),
        (None, "is a dictionary from name to domain"),
        ({1: uniform(0, 1)}, "1 cannot be the name of a parameter"),
        ({"": uniform(0, 1)}, "'' cannot be the name of a parameter"),
        ({"st_x": uniform(0, 1)}, "'st_x': names starting with 'st_' are reserved"),
        ({"x": uniform}, "did you mean to call it, as in uniform(...)"),
        ({"x": int}, "did you mean to call it, as in int(...)"),
        ({"x": ForeignDomain()}, "looks like a domain of another library"),
    ],
)
def test_entries(entries: Any, message: str) -> None:
    with pytest.raises(ConfigSpaceError) as raised:
        Space.of(entries)
    assert message in str(raised.value)


def test_machine_of_a_trial_may_be_a_parameter() -> None:
    Space.of({"st_instance_type": choice(["ml.m5.large", "ml.c5.xlarge"]), "st_instance_count": randint(1, 4)})


@pytest.mark.parametrize(
    ("parent", "wanted", "message"),
    [
        (choice(["sgd", "adam"]), "sdg", "x: active_if(parent='sdg'): 'sdg' is not a value of parent"),
        (choice(["sgd", "adam"]), at_least(3), "parent is not a number but choice(['sgd', 'adam']); list its values"),
        (choice([True, False]), 1, "1 is not a value of parent"),
        (uniform(0, 1), 0.5, "parent is continuous"),
        (randint(1, 3), 4, "4 is not a value of parent"),
        (randint(1, 3), at_least(4), "never holds: parent is randint(1, 3)"),
        (randint(1, 3), [1, [2]], "[2] is not a value of parent"),
    ],
)
def test_conditions(parent: Any, wanted: Any, message: str) -> None:
    with pytest.raises(ConfigSpaceError) as raised:
        Space({"parent": parent, "x": active_if(uniform(0, 1), parent=wanted)})
    assert message in str(raised.value)


@pytest.mark.parametrize(
    ("parent", "wanted"),
    [
        (uniform(0, 1), at_least(1)),
        (finrange(0, 1, 3), 0.5),
        (ordinal([1, 2, 4]), at_least(2)),
        (randint(1, 3), [1, 3]),
    ],
)
def test_conditions_that_can_hold(parent: Any, wanted: Any) -> None:
    Space({"parent": parent, "x": active_if(uniform(0, 1), parent=wanted)})


def test_unknown_and_cyclic_parents_are_refused() -> None:
    with pytest.raises(
        ConfigSpaceError, match=r"x: active_if refers to the unknown parameter 'layer'; did you mean 'layers'"
    ):
        Space({"layers": randint(1, 3), "x": active_if(uniform(0, 1), layer=1)})
    with pytest.raises(ConfigSpaceError, match="cycle: a -> b -> a"):
        Space({"a": active_if(randint(0, 1), b=1), "b": active_if(randint(0, 1), a=1)})


def test_constraints_on_unknown_names_are_refused() -> None:
    with pytest.raises(ConfigSpaceError, match=r"constraint 'layer < 3': unknown name 'layer'; did you mean 'layers'"):
        Space({"layers": randint(1, 3)}, constraints=["layer < 3"])


def test_constraints_on_values_of_the_wrong_type_are_refused_at_construction() -> None:
    with pytest.raises(ConfigSpaceError, match="cannot be computed for o = "):
        Space({"o": choice(["a", "b"])}, constraints=["o * 2 < 3"])
