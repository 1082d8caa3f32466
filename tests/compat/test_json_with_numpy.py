from __future__ import annotations

import datetime
import json
from pathlib import Path

import numpy as np
import pytest

from syne_tune.compat.json_with_numpy import dump_json_with_numpy

VALUE = {"lr": np.float64(0.1), "units": np.int64(3), "curve": np.array([1.5, 2.5])}
PLAIN = {"lr": 0.1, "units": 3, "curve": [1.5, 2.5]}


def test_numpy_values_become_numbers_and_lists() -> None:
    text = dump_json_with_numpy(VALUE)
    assert text is not None
    assert json.loads(text) == PLAIN


def test_file(tmp_path: Path) -> None:
    assert dump_json_with_numpy(VALUE, tmp_path / "x.json") is None
    assert json.loads((tmp_path / "x.json").read_text()) == PLAIN


def test_unknown_objects_are_refused(tmp_path: Path) -> None:
    """W25: arrays and dates were silently written as ``null``."""
    with pytest.raises(TypeError, match="datetime"):
        dump_json_with_numpy({"when": datetime.datetime.now()}, tmp_path / "x.json")
    assert not (tmp_path / "x.json").exists()
