from __future__ import annotations

import io
import os
import pickle
from collections import OrderedDict
from typing import Any

import numpy as np
import pytest

from syne_tune.blackbox_repository.restricted_pickle import load_data
from syne_tune.errors import OptionError


class RunsCode:
    def __reduce__(self) -> tuple[Any, ...]:
        return os.system, ("true",)


def test_containers_numbers_and_arrays_are_read() -> None:
    data = {"a": OrderedDict(x=[1, 2.5, None, "t"]), "b": {1, 2}, "c": np.float64(0.5), "d": np.arange(3)}
    loaded = load_data(io.BytesIO(pickle.dumps(data)))
    assert loaded["a"] == data["a"]
    assert loaded["b"] == {1, 2}
    assert loaded["c"] == 0.5
    assert loaded["d"].tolist() == [0, 1, 2]


def test_names_of_old_numpy_are_understood() -> None:
    content = pickle.dumps(np.float64(0.5), protocol=2).replace(b"numpy._core.multiarray", b"numpy.core.multiarray")
    assert load_data(io.BytesIO(content)) == 0.5


@pytest.mark.parametrize("value", [RunsCode(), print, OptionError])
def test_anything_else_is_refused(value: object) -> None:
    """Section 10.4: a published pickle cannot run code."""
    with pytest.raises(OptionError, match="could run code"):
        load_data(io.BytesIO(pickle.dumps({"x": value})))


def test_damaged_pickle() -> None:
    with pytest.raises(OptionError, match="damaged"):
        load_data(io.BytesIO(pickle.dumps([1, 2, 3])[:-2]))
