from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syne_tune.compat.nested_dicts import recursive_merge
from syne_tune.errors import OptionError

FLAT = st.dictionaries(st.sampled_from("abc"), st.integers())


def test_second_wins_and_levels_are_merged() -> None:
    a = {"x": 1, "y": {"p": 1, "q": {"r": 1}}}
    b = {"y": {"q": {"s": 2}, "p": 5}, "z": 3}
    assert recursive_merge(a, b) == {"x": 1, "y": {"p": 5, "q": {"r": 1, "s": 2}}, "z": 3}


def test_stop_keys_are_taken_over_whole() -> None:
    assert recursive_merge({"x": {"p": 1}}, {"x": {"q": 2}}, stop_keys=["x"]) == {"x": {"q": 2}}


@pytest.mark.parametrize(("a", "b"), [({"x": 1}, {"x": {}}), ({"x": {}}, {"x": 1})])
def test_dictionary_against_plain_value_is_refused(a: dict[str, Any], b: dict[str, Any]) -> None:
    with pytest.raises(OptionError, match="'x' is a dictionary on one side only"):
        recursive_merge(a, b)


@given(FLAT, FLAT)
def test_flat_dictionaries_are_merged_like_python_does(a: dict[str, int], b: dict[str, int]) -> None:
    assert recursive_merge(a, b) == {**a, **b}


def test_arguments_stay_as_they_are() -> None:
    a, b = {"x": {"p": {"q": 1}}}, {"x": {"p": {"r": 2}}}
    before = copy.deepcopy((a, b))
    recursive_merge(a, b)
    assert (a, b) == before
