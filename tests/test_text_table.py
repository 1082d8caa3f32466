from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from syne_tune.text_table import text_table


@pytest.mark.parametrize(
    ("rows", "lines"),
    [
        ([{"a": 1, "long": "x"}, {"a": 20}], [" a long", " 1    x", "20    -"]),
        ([{"a": 1}, {"a": None}, {"a": math.nan}], ["a", "1", "-", "-"]),
        ([{"a": 1}, {"a": 2.5}, {"a": 300.0}], ["    a", "    1", "  2.5", "300.0"]),
        ([{"a": 0.1234567}, {"a": -123456.7}], ["        a", " 0.123457", "-123456.7"]),
        ([{"a": math.inf, "b": -0.0}], ["  a    b", "inf -0.0"]),
        ([{"a": True}, {"a": 2**70}], ["                     a", "                  True", "1180591620717411303424"]),
        ([{"a": "x\ty\n"}, {"a": (1, 2)}], ["     a", r"x\ty\n", "(1, 2)"]),
        ([{"a": np.float64(1.5), "b": np.float32(2)}], ["  a   b", "1.5 2.0"]),
    ],
)
def test_values_are_aligned_at_the_right(rows: list[dict[str, Any]], lines: list[str]) -> None:
    names = list(dict.fromkeys(name for row in rows for name in row))
    assert text_table(rows, names).split("\n") == lines


VALUES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)


@given(rows=st.lists(st.dictionaries(st.sampled_from(["a", "bb", "a long name"]), VALUES), max_size=5))
def test_every_row_is_one_line_of_the_same_length(rows: list[dict[str, Any]]) -> None:
    lines = text_table(rows, ["a", "bb", "a long name"]).splitlines()
    if not any(isinstance(value, str) for row in rows for value in row.values()):
        assert len(lines) == len(rows) + 1
        assert len({len(line) for line in lines}) == 1


@given(st.floats(-1e9, 1e9))
def test_numbers_read_back_to_six_digits(value: float) -> None:
    _, text = text_table([{"x": value}], ["x"]).split("\n")
    assert float(text) == pytest.approx(value, abs=6e-7)
