"""Functions over spaces and domains."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syne_tune.config_space import (
    Domain,
    Float,
    Space,
    active_if,
    cast_config_values,
    choice,
    config_space_from_json_dict,
    config_space_size,
    config_space_to_json_dict,
    config_to_match_string,
    finrange,
    is_log_space,
    is_reverse_log_space,
    is_uniform_space,
    logfinrange,
    logordinal,
    lograndint,
    loguniform,
    non_constant_hyperparameter_keys,
    normal,
    ordinal,
    qloguniform,
    qrandint,
    quniform,
    randint,
    restrict_domain,
    reverseloguniform,
    uniform,
)
from syne_tune.errors import ConfigSpaceError

SPACE: dict[str, Any] = {
    "x": uniform(0, 1),
    "i": randint(1, 5),
    "f": finrange(0, 1, 5),
    "c": choice(["a", "b"]),
    "epochs": 9,
}


@pytest.mark.parametrize(
    ("domain", "scale"),
    [
        (uniform(0, 1), "linear"),
        (randint(0, 1), "linear"),
        (quniform(0, 1, 0.5), "linear"),
        (finrange(0, 1, 3), "linear"),
        (ordinal([1, 2, 3]), "linear"),
        (choice([1, 2]), "linear"),
        (loguniform(1, 2), "log"),
        (lograndint(1, 2), "log"),
        (qloguniform(1, 2, 1), "log"),
        (logfinrange(1, 2, 3), "log"),
        (logordinal([1, 2]), "log"),
        (reverseloguniform(0, 0.5), "reverse-log"),
        (reverseloguniform(0, 0.5).quantized(0.5), "reverse-log"),
        (normal(0, 1, 0, 1), "none"),
    ],
)
def test_scales(domain: Domain, scale: str) -> None:
    answers = [is_uniform_space(domain), is_log_space(domain), is_reverse_log_space(domain)]
    assert answers == [scale == "linear", scale == "log", scale == "reverse-log"]


def test_keys_and_size() -> None:
    assert non_constant_hyperparameter_keys(SPACE) == ["x", "i", "f", "c"]
    finite = {name: domain for name, domain in SPACE.items() if name != "x"}
    assert config_space_size(SPACE) is None
    assert config_space_size(finite) == 50
    assert config_space_size(finite, upper_limit=49) is None


def test_casting_drops_unknown_keys_and_keeps_constants() -> None:
    config = {"x": "0.5", "i": 2.0, "epochs": "9", "other": 1}
    assert cast_config_values(config, SPACE) == {"x": 0.5, "i": 2, "epochs": "9"}
    with pytest.raises(ConfigSpaceError, match="i = 'two': "):
        cast_config_values({"i": "two"}, SPACE)


def test_match_strings() -> None:
    config = {"x": 0.1234568, "i": 3, "f": 0.5, "c": "b", "epochs": 1}
    assert config_to_match_string(config, SPACE) == "c:1,f:2,i:3,x:1.234568e-01"
    assert config_to_match_string(config, SPACE, ["i", "c"]) == "i:3,c:1"


def test_inactive_parameters_are_left_out_of_match_strings() -> None:
    space = {"c": choice(["a", "b"]), "x": active_if(uniform(0, 1), c="a")}
    assert config_to_match_string({"c": "b", "x": 0.5}, space) == config_to_match_string({"c": "b"}, space) == "c:1"


@pytest.mark.parametrize(
    ("domain", "lower", "upper", "expected"),
    [
        (uniform(0, 1), 0.2, 0.4, uniform(0.2, 0.4)),
        (uniform(0, 1), -5, 0.4, uniform(0, 0.4)),
        (loguniform(1, 100), 10, 1000, loguniform(10, 100)),
        (reverseloguniform(0, 0.9), 0.5, 0.8, reverseloguniform(0.5, 0.8)),
        (randint(1, 9), 3, 4, randint(3, 4)),
        (randint(1, 9), 2.5, 4.9, randint(3, 4)),
        (qrandint(0, 100, 5), 3, 12, qrandint(5, 10, 5)),
        (quniform(0, 1, 0.1), 0.25, 0.62, quniform(0.3, 0.6, 0.1)),
        (Float(0, 1), 0.5, 2, uniform(0.5, 1)),
        (active_if(uniform(0, 1), a=1), 0, 0.5, active_if(uniform(0, 0.5), a=1)),
        (finrange(0, 1, 5), 0.2, 0.8, finrange(0.25, 0.75, 3)),
        (finrange(0, 1, 5), 0.5, 0.5, finrange(0.5, 0.5, 1)),
    ],
)
def test_restricted_domains(domain: Domain, lower: float, upper: float, expected: Domain) -> None:
    assert restrict_domain(domain, lower, upper) == expected


def test_restricted_grids_keep_their_values() -> None:
    domain = logfinrange(1, 100, 5, cast_int=True)
    assert domain.values == [1, 3, 10, 32, 100]
    assert restrict_domain(domain, 2, 50).values == [3, 10, 32]


@pytest.mark.parametrize(
    ("domain", "lower", "upper"),
    [
        (uniform(0, 1), 2, 3),
        (qrandint(0, 9, 4), 5, 7),
        (finrange(0, 1, 3), 0.1, 0.2),
        (choice([1, 2]), 1, 2),
        (ordinal([1, 2]), 1, 2),
    ],
)
def test_nothing_left_is_an_error(domain: Any, lower: float, upper: float) -> None:
    with pytest.raises(ConfigSpaceError):
        restrict_domain(domain, lower, upper)


@given(st.dictionaries(st.text("abc", min_size=1), st.sampled_from(list(SPACE.values())), min_size=1))
def test_json_dictionaries(space: dict[str, Any]) -> None:
    again = config_space_from_json_dict(config_space_to_json_dict(space))
    assert again == space
    assert type(again) is dict


def test_dictionaries_as_constants_survive_json() -> None:
    """2.4: a dict-valued constant could not be round-tripped."""
    space = {"x": uniform(0, 1), "model": {"layers": [1, 2], "norm": {"domain_cls": "batch"}}}
    assert config_space_from_json_dict(config_space_to_json_dict(space)) == space


def test_constraints_are_part_of_the_json_form() -> None:
    space = Space({"i": randint(1, 5)}, ["i < 5"])
    assert Space.from_json_dict(config_space_to_json_dict(space)) == space
    assert config_space_from_json_dict(config_space_to_json_dict(space)) == dict(space)
