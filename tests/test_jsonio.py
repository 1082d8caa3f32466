from __future__ import annotations

import errno
import json
import os
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from syne_tune import jsonio

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
KEYS = st.text().filter(lambda key: key != jsonio.NON_FINITE_KEY)
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(KEYS, inner), max_leaves=20)


def bits(value: float) -> bytes:
    return struct.pack("<d", value)


def equal(left: Any, right: Any) -> bool:
    """Equality that also holds for NaN, and tells 0.0 from -0.0 and 1 from 1.0 and True."""
    if type(left) is not type(right):
        return False
    if isinstance(left, float):
        return bits(left) == bits(right) or (left != left and right != right)
    if isinstance(left, list):
        return len(left) == len(right) and all(equal(a, b) for a, b in zip(left, right, strict=True))
    if isinstance(left, dict):
        return list(left) == list(right) and all(equal(left[key], right[key]) for key in left)
    return bool(left == right)


@given(VALUES)
def test_what_is_written_is_read(value: Any) -> None:
    assert equal(jsonio.loads(jsonio.dumps(value)), value)


@given(VALUES)
def test_text_is_strict_json_on_one_line(value: Any) -> None:
    def refuse(token: str) -> None:
        raise AssertionError(f"{token} is not JSON")

    text = jsonio.dumps(value)
    json.loads(text, parse_constant=refuse)
    assert "\n" not in text


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_floats_keep_every_bit(value: float) -> None:
    assert bits(jsonio.loads(jsonio.dumps(value))) == bits(value)


@pytest.mark.parametrize("value", [0.1 + 0.2, 1e-308, 5e-324, -0.0, 1.7976931348623157e308])
def test_awkward_floats_keep_every_bit(value: float) -> None:
    assert bits(jsonio.loads(jsonio.dumps({"x": [value]}))["x"][0]) == bits(value)


@pytest.mark.parametrize("value", [float("inf"), float("-inf")])
def test_infinities_survive(value: float) -> None:
    assert jsonio.loads(jsonio.dumps([value])) == [value]


def test_nan_survives() -> None:
    (value,) = jsonio.loads(jsonio.dumps([float("nan")]))
    assert value != value


def test_tokens_of_other_writers_are_read() -> None:
    nan, infinity, negative = jsonio.loads("[NaN, Infinity, -Infinity]")
    assert nan != nan
    assert (infinity, negative) == (float("inf"), float("-inf"))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (np.float64(0.1), 0.1),
        (np.float32(0.5), 0.5),
        (np.int64(3), 3),
        (np.bool_(True), True),
        (np.array([[1, 2], [3, 4]]), [[1, 2], [3, 4]]),
        (np.array([1.0, np.inf]), [1.0, {"$float": "inf"}]),
        (np.float64("nan"), {"$float": "nan"}),
        ((1, 2), [1, 2]),
        ({2, 1}, [1, 2]),
        (Path("a/b"), "a/b"),
    ],
)
def test_values_of_other_types_become_plain(value: object, expected: object) -> None:
    plain = jsonio.plain(value)
    assert plain == expected
    assert type(plain) is type(expected)


@pytest.mark.parametrize("value", [object(), 1j, b"bytes", {"x": [object()]}])
def test_what_has_no_json_form_is_refused_and_never_written_as_null(value: object) -> None:
    """W25: unknown objects silently became ``null``."""
    with pytest.raises(TypeError, match="cannot be written as JSON"):
        jsonio.dumps(value)


def test_keys_must_be_strings() -> None:
    with pytest.raises(TypeError, match="JSON key 1 must be a string"):
        jsonio.dumps({1: "x"})


class TestFiles:
    def test_round_trip(self, tmp_path: Path) -> None:
        jsonio.write_json(tmp_path / "x.json", {"loss": float("nan"), "name": "größe"})
        value = jsonio.read_json(tmp_path / "x.json")
        assert value["loss"] != value["loss"]
        assert value["name"] == "größe"

    def test_damaged_file_is_named(self, tmp_path: Path) -> None:
        (tmp_path / "x.json").write_text('{"loss": ')
        with pytest.raises(ValueError, match=r"x\.json: not valid JSON"):
            jsonio.read_json(tmp_path / "x.json")

    def test_file_that_is_not_text_is_named(self, tmp_path: Path) -> None:
        (tmp_path / "x.json").write_bytes(b"\xff\xfe\x00")
        with pytest.raises(ValueError, match=r"x\.json: not valid JSON"):
            jsonio.read_json(tmp_path / "x.json")

    def test_missing_file_is_an_os_error(self, tmp_path: Path) -> None:
        with pytest.raises(FileNotFoundError):
            jsonio.read_json(tmp_path / "x.json")


class TestAtomicWrites:
    @pytest.mark.parametrize("sync", [False, True])
    def test_content_is_replaced(self, tmp_path: Path, sync: bool) -> None:
        target = tmp_path / "x"
        jsonio.write_atomically(target, b"old", sync=sync)
        jsonio.write_atomically(target, b"new", sync=sync)
        assert target.read_bytes() == b"new"
        assert os.listdir(tmp_path) == ["x"]

    @pytest.mark.parametrize("failing", ["replace", "fsync"])
    def test_failure_leaves_the_old_content_and_no_litter(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: str
    ) -> None:
        def fail(*_: object) -> None:
            raise OSError("No space left on device")

        target = tmp_path / "x"
        jsonio.write_atomically(target, b"old")
        monkeypatch.setattr(os, failing, fail)
        with pytest.raises(OSError, match="No space left"):
            jsonio.write_atomically(target, b"new", sync=True)
        assert target.read_bytes() == b"old"
        assert os.listdir(tmp_path) == ["x"]

    def test_failure_names_the_file_that_was_to_be_written(self, tmp_path: Path) -> None:
        with pytest.raises(OSError, match="No space left") as error, jsonio.replaced_atomically(tmp_path / "x"):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        assert error.value.filename == str(tmp_path / "x")

    def test_interrupt_leaves_the_old_content_and_no_litter(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def interrupt(*_: object) -> None:
            raise KeyboardInterrupt

        target = tmp_path / "x"
        jsonio.write_atomically(target, b"old")
        monkeypatch.setattr(os, "replace", interrupt)
        with pytest.raises(KeyboardInterrupt):
            jsonio.write_atomically(target, b"new")
        assert target.read_bytes() == b"old"
        assert os.listdir(tmp_path) == ["x"]

    def test_value_without_json_form_leaves_the_old_content(self, tmp_path: Path) -> None:
        jsonio.write_json(tmp_path / "x.json", {"a": 1})
        with pytest.raises(TypeError):
            jsonio.write_json(tmp_path / "x.json", {"a": object()})
        assert jsonio.read_json(tmp_path / "x.json") == {"a": 1}

    def test_directory_must_exist(self, tmp_path: Path) -> None:
        with pytest.raises(FileNotFoundError):
            jsonio.write_atomically(tmp_path / "missing" / "x", b"")

    def test_what_is_written_piece_by_piece_appears_at_the_end(self, tmp_path: Path) -> None:
        target = tmp_path / "x"
        jsonio.write_atomically(target, b"old")
        with jsonio.replaced_atomically(target) as file:
            file.write(b"n")
            file.write(b"ew")
            assert target.read_bytes() == b"old"
        assert target.read_bytes() == b"new"

        def write_a_part() -> None:
            with jsonio.replaced_atomically(target) as file:
                file.write(b"newer")
                raise ValueError("stop")

        with pytest.raises(ValueError, match="stop"):
            write_a_part()
        assert target.read_bytes() == b"new"
        assert os.listdir(tmp_path) == ["x"]
