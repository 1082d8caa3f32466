from __future__ import annotations

from syne_tune.compat.lookups import dict_get, find_first_of_type


def test_none_counts_as_missing() -> None:
    assert dict_get({"a": None}, "a", 3) == 3
    assert dict_get({}, "a", 3) == 3
    assert dict_get({"a": 0}, "a", 3) == 0


def test_first_object_of_a_type() -> None:
    assert find_first_of_type([1, "a", True, "b"], str) == "a"
    assert find_first_of_type([True], int) is True
    assert find_first_of_type([1], str) is None
