from __future__ import annotations

from typing import Any

import pytest

from syne_tune.blackbox_repository.yahpo.space import read_space
from syne_tune.config_space import Space, active_if, choice, lograndint, loguniform, ordinal, randint, uniform
from syne_tune.errors import ConfigSpaceError

HYPERPARAMETERS: list[dict[str, Any]] = [
    {"name": "f", "type": "uniform_float", "log": False, "lower": 0.0, "upper": 1.0},
    {"name": "lf", "type": "uniform_float", "log": True, "lower": 0.1, "upper": 1.0},
    {"name": "i", "type": "uniform_int", "log": False, "lower": 1, "upper": 5},
    {"name": "li", "type": "uniform_int", "log": True, "lower": 1, "upper": 5},
    {"name": "c", "type": "categorical", "choices": ["x", "y", "z"]},
    {"name": "o", "type": "ordinal", "sequence": ["s", "m", "l"]},
    {"name": "k", "type": "constant", "value": 3},
]
DOMAINS: dict[str, Any] = {
    "f": uniform(0.0, 1.0),
    "lf": loguniform(0.1, 1.0),
    "i": randint(1, 5),
    "li": lograndint(1, 5),
    "c": choice(["x", "y", "z"]),
    "o": ordinal(["s", "m", "l"]),
    "k": 3,
}


def read(*conditions: dict[str, Any]) -> Space:
    return read_space({"hyperparameters": HYPERPARAMETERS, "conditions": list(conditions), "forbiddens": []})


def test_every_kind_of_hyperparameter() -> None:
    assert read() == Space(DOMAINS)


@pytest.mark.parametrize(
    ("condition", "values"),
    [
        ({"type": "EQ", "value": "x"}, ["x"]),
        ({"type": "IN", "values": ["x", "z"]}, ["x", "z"]),
        ({"type": "NEQ", "value": "x"}, ["y", "z"]),
    ],
)
def test_conditions(condition: dict[str, Any], values: list[str]) -> None:
    expected = Space({**DOMAINS, "f": active_if(uniform(0.0, 1.0), c=values)})
    assert read({"child": "f", "parent": "c", **condition}) == expected


def test_conjunction() -> None:
    parts = [
        {"child": "f", "parent": "c", "type": "EQ", "value": "x"},
        {"child": "f", "parent": "o", "type": "EQ", "value": "m"},
    ]
    space = read({"child": "f", "type": "AND", "conditions": parts})
    assert "f" in space.active({"c": "x", "o": "m"})
    assert "f" not in space.active({"c": "x", "o": "l"})


@pytest.mark.parametrize(
    "description",
    [
        {"hyperparameters": [{"name": "n", "type": "normal_float"}]},
        {"hyperparameters": HYPERPARAMETERS, "forbiddens": [{}]},
        {"hyperparameters": HYPERPARAMETERS, "conditions": [{"child": "f", "type": "OR", "conditions": []}]},
    ],
)
def test_what_cannot_be_translated_is_refused(description: dict[str, Any]) -> None:
    with pytest.raises(ConfigSpaceError):
        read_space(description)
