"""Better domains for carelessly written spaces."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syne_tune.config_space import (
    FiniteRange,
    Space,
    active_if,
    choice,
    logfinrange,
    logordinal,
    lograndint,
    loguniform,
    ordinal,
    quniform,
    randint,
    reverseloguniform,
    streamline_config_space,
    uniform,
)


@pytest.mark.parametrize(
    ("domain", "expected"),
    [
        (uniform(1e-5, 1), loguniform(1e-5, 1)),
        (uniform(0.01, 1), uniform(0.01, 1)),
        (uniform(0, 1), uniform(0, 1)),
        (uniform(1e-21, 1), uniform(1e-21, 1)),
        (uniform(-5, 1000), uniform(-5, 1000)),
        (randint(1, 1000), lograndint(1, 1000)),
        (randint(1, 100), randint(1, 100)),
        (reverseloguniform(0.001, 0.9), reverseloguniform(0.001, 0.9)),
        (quniform(0.001, 1, 0.001), quniform(0.001, 1, 0.001)),
        (choice(["a", "b", "c"]), choice(["a", "b", "c"])),
        (choice([1, 1000]), choice([1, 1000])),
        (choice([True, False]), choice([True, False])),
        (choice([1, 2, 100, 101]), ordinal([1, 2, 100, 101], kind="nn-log")),
        (choice([-100, -1, 0, 1, 100]), ordinal([-100, -1, 0, 1, 100], kind="nn")),
        (choice([100, 1, 2, 5000]), logordinal([1, 2, 100, 5000])),
        (ordinal([1, 2, 3]), ordinal([1, 2, 3])),
        (active_if(uniform(1e-5, 1), a=1), active_if(loguniform(1e-5, 1), a=1)),
        (27, 27),
    ],
)
def test_replacements(domain: Any, expected: Any) -> None:
    assert streamline_config_space({"x": domain, "a": 1}) == {"x": expected, "a": 1}


def test_equally_spaced_choices_become_finite_ranges() -> None:
    domain = streamline_config_space({"x": choice([3, 1, 2, 4])})["x"]
    assert isinstance(domain, FiniteRange)
    assert (domain.values, domain.log_scale) == ([1, 2, 3, 4], False)
    domain = streamline_config_space({"x": choice([1e-1, 1e-3, 1e-2])})["x"]
    assert domain.values == pytest.approx([1e-3, 1e-2, 1e-1])
    assert domain.log_scale
    assert streamline_config_space({"x": choice([8, 16, 32, 64])}) == {"x": logfinrange(8, 64, 4, cast_int=True)}


@given(
    st.lists(st.integers(-50, 200), min_size=3, max_size=10, unique=True)
    | st.lists(st.integers(1, 9), min_size=3, unique=True)
)
def test_any_choice_of_integers_can_be_streamlined(categories: list[int]) -> None:
    domain = streamline_config_space({"x": choice(categories)})["x"]
    assert domain.value_type is int
    assert len(domain) <= len(categories)


def test_excluded_names_stay_and_the_input_is_not_changed() -> None:
    space = {"x": uniform(1e-5, 1), "y": uniform(1e-5, 1)}
    assert streamline_config_space(space, exclude_names=["x"]) == {"x": uniform(1e-5, 1), "y": loguniform(1e-5, 1)}
    assert space["y"] == uniform(1e-5, 1)


def test_constraints_are_kept() -> None:
    space = Space({"x": uniform(1e-5, 1)}, ["x < 0.9"])
    assert streamline_config_space(space) == Space({"x": loguniform(1e-5, 1)}, ["x < 0.9"])


def test_replacements_are_logged_on_request(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        streamline_config_space({"x": uniform(1e-5, 1), "n": randint(1, 3)}, verbose=True)
    assert caplog.messages == ["x: uniform(1e-05, 1) replaced by loguniform(1e-05, 1)"]
