"""What is done for many configurations at once is what is done for each of them."""

from __future__ import annotations

import numpy as np
import pytest

from syne_tune.config_space import Space, choice, finrange, logfinrange, loguniform, ordinal, quniform, randint, uniform
from syne_tune.testing.spaces import conditional_space, finite_space, mixed_space

SPACES = {
    "mixed": mixed_space(),
    "conditional": conditional_space(),
    "finite": finite_space(),
    "numbers": Space(
        {
            "a": finrange(0, 9, 10, cast_int=True),
            "b": logfinrange(0.1, 10.0, 5),
            "c": uniform(-1, 1),
            "d": loguniform(1e-5, 1.0),
            "e": randint(1, 3),
            "f": quniform(0, 1, 0.25),
            "g": choice(["x", "y"]),
            "h": ordinal([1, 2, 4]),
        }
    ),
    "constants between": Space({"first": 1, "x": uniform(0, 1), "between": "no", "y": randint(0, 9), "last": None}),
    "constants last": Space({"x": uniform(0, 1), "last": None}),
}


@pytest.mark.parametrize("name", SPACES)
def test_strings_and_constants(name: str) -> None:
    space = SPACES[name]
    configs = space.sample_many(np.random.RandomState(0), 40)
    assert space.match_strings(configs) == [space.match_string(config) for config in configs]
    for config in configs:
        whole, same = space.complete_cast(config), space.with_constants(config)
        assert whole == same
        assert list(whole) == list(same)


def test_values_beside_the_grid_have_the_string_of_the_nearest_one() -> None:
    space = Space({"a": finrange(0, 9, 10, cast_int=True)})
    configs = [{"a": 3.2}, {"a": 3}]
    assert space.match_strings(configs) == ["a:3", "a:3"]
