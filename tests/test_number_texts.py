"""Numbers become the same text with and without ``orjson``, and it is that of ``repr``."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from syne_tune import number_texts
from syne_tune.number_texts import json_text, row_texts, texts


class OwnInteger(int):
    def __repr__(self) -> str:
        return "own"


EDGES = [
    *(0.0, -0.0, 1e-4, 9.999999999999999e-05, 1e-5, 1e-6, 1.5e-7, 5e-324, 2.2250738585072014e-308),
    *(1e15, 9999999999999998.0, 1e16, 1e17, 1e22, 1.7976931348623157e308, 10.00001, 0.1 + 0.2, 9007199254740993.0),
    *(0, -1, 2**53 + 1, 2**63, 2**64 - 1, 2**64, -(2**63), -(2**63) - 1, 10**30),
]
ODD: list[Any] = [float("nan"), float("inf"), True, False, np.float64(0.5), np.int64(3), OwnInteger(3)]
NUMBERS = st.one_of(st.floats(allow_nan=False, allow_infinity=False), st.integers(), st.sampled_from(EDGES))
USUAL = st.one_of(st.floats(-1e3, 1e3), st.integers(0, 100))
ANYTHING = st.one_of(NUMBERS, st.sampled_from(ODD), st.floats(), st.none(), st.text(max_size=3))


@pytest.fixture(params=["orjson", "nothing"])
def installed(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    if request.param == "orjson":
        pytest.importorskip("orjson")
    else:
        monkeypatch.setitem(sys.modules, "orjson", None)
    number_texts._quick_dumps.cache_clear()
    yield
    number_texts._quick_dumps.cache_clear()


def by_repr(row: list[Any]) -> str:
    return ",".join(map(repr, row))


@given(st.one_of(st.lists(NUMBERS), st.lists(USUAL), st.lists(ANYTHING)))
@example(EDGES)
@example(ODD)
@example([-number for number in EDGES])
def test_texts_are_those_of_repr(numbers: list[Any]) -> None:
    assert texts(numbers) == list(map(repr, numbers))


@given(st.integers(0, 4).flatmap(lambda n: st.lists(st.lists(st.one_of(NUMBERS, USUAL), min_size=n, max_size=n))))
@example([[0.5, number] for number in EDGES])
@example([[], []])
def test_rows_are_the_texts_of_their_numbers(rows: list[list[float]]) -> None:
    assert row_texts(rows) == list(map(by_repr, rows))
    assert row_texts(list(map(tuple, rows))) == list(map(by_repr, rows))


@given(st.one_of(st.lists(NUMBERS), st.lists(USUAL)))
@example([1, 2.5, 3])
def test_json_is_that_of_the_standard_library_where_it_is_known(numbers: list[float]) -> None:
    for values in (numbers, [numbers, numbers[:1]], tuple(numbers)):
        assert json_text(values) in (None, json.dumps(values, separators=(",", ":")))


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize("numbers", [[], EDGES, ODD, [1, 2, 3], [0.25, 3], [0.25, 1e-5, 3]], ids=str)
def test_it_makes_no_difference_what_is_installed(numbers: list[Any]) -> None:
    assert texts(numbers) == list(map(repr, numbers))
    assert row_texts([numbers, [0.5] * len(numbers)]) == [by_repr(numbers), by_repr([0.5] * len(numbers))]


def test_the_quick_way_is_taken_where_it_can_be(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("orjson")
    slowly: list[object] = []
    monkeypatch.setattr(number_texts, "_row_text", lambda row: slowly.append(row) or by_repr(row))
    assert row_texts([[0.5, 1], [1e-5, 2], [-3.0, 4]]) == ["0.5,1", "1e-05,2", "-3.0,4"]
    assert slowly == [[1e-5, 2]]
    assert json_text([[0.5, 1], (), [2]]) == "[[0.5,1],[],[2]]"
    assert [json_text([value]) for value in (1e-5, None, True, "1", float("nan"))] == [None] * 5


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize("convert", [texts, row_texts])
def test_nothing_has_no_texts(convert: Callable[[list[Any]], list[str]]) -> None:
    assert convert([]) == []
