from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from syne_tune.backend.command_line import argument, script_arguments


def parsed(name: str, value: object, **options: Any) -> Any:
    parser = argparse.ArgumentParser()
    parser.add_argument(f"--{name}", **options)
    return vars(parser.parse_args(list(argument(name, value))))[name]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("two words", ["--x", "two words"]),
        ("", ["--x", ""]),
        (True, ["--x", "True"]),
        (3, ["--x", "3"]),
        (1e-5, ["--x", "1e-05"]),
        (np.float64(0.1), ["--x", "0.1"]),
        ([1, "a b"], ["--x", '[1,"a b"]']),
        ({"a": None}, ["--x", '{"a":null}']),
        (float("inf"), ["--x", "inf"]),
        (None, []),
        ("-v", ["--x=-v"]),
    ],
)
def test_one_entry(value: object, expected: list[str]) -> None:
    """W-06: each value is one argument, and complex ones are JSON."""
    assert list(argument("x", value)) == expected


@given(st.floats(allow_nan=False))
def test_numbers_arrive_exactly(value: float) -> None:
    """W-06: whatever the sign and size, argparse gets the number that was meant."""
    assert parsed("x", value, type=float) == value


@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])))
def test_text_arrives_exactly(value: str) -> None:
    """W-06: text with spaces, quotes and leading hyphens."""
    assert parsed("x", value) == value


@given(st.recursive(st.integers() | st.text(max_size=5), lambda inner: st.lists(inner, max_size=3)).map(lambda x: [x]))
def test_lists_arrive_as_json(value: list[Any]) -> None:
    assert parsed("x", value, type=json.loads) == value


def test_checkpoint_directory_comes_last() -> None:
    assert script_arguments({"a": 1, "b": 2}, Path("/c d")) == ["--a", "1", "--b", "2", "--st_checkpoint_dir", "/c d"]


def test_configuration_as_a_file() -> None:
    assert script_arguments({"a": 1}, Path("/c"), Path("/f.json")) == [
        "--st_config_json_filename",
        "/f.json",
        "--st_checkpoint_dir",
        "/c",
    ]
