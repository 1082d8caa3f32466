"""Codes of single parameters; their values are tested with ``test_encoding.py``."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given

from syne_tune.config_space import Domain, choice, ordinal, uniform
from syne_tune.optimizer.schedulers.searchers.parameter_codes import OneHotCode, ScalarCode, make_code
from tests.config_space.strategies import DOMAINS


@pytest.mark.parametrize(
    ("domain", "code", "size"),
    [
        (uniform(0, 1), ScalarCode, 1),
        (choice(["a", "b"]), ScalarCode, 1),
        (choice(["a", "b", "c"]), OneHotCode, 3),
        (choice(["a"]), OneHotCode, 1),
        (ordinal(["a", "b", "c"]), ScalarCode, 1),
    ],
)
def test_only_choices_between_other_than_two_values_are_one_hot(domain: Domain, code: type, size: int) -> None:
    assert type(make_code(domain)) is code
    assert make_code(domain).size == size


@given(DOMAINS)
def test_codes_have_their_size(domain: Domain) -> None:
    code = make_code(domain)
    values = domain.sample(size=3, random_state=np.random.RandomState(0))
    codes = code.encode(values)
    assert codes.shape == (3, code.size)
    assert len(code.decode(codes)) == 3
    assert len(code.bounds(domain)) == code.size


def test_the_largest_coordinate_wins() -> None:
    assert make_code(choice(["a", "b", "c"])).decode(np.array([[0.2, 0.9, 0.3], [0.1, 0.1, 0.2]])) == ["b", "c"]


def test_coordinates_beyond_the_cube_are_clipped() -> None:
    assert make_code(uniform(2, 4)).decode(np.array([[-0.5], [1.5]])) == [2.0, 4.0]
