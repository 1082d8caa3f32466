from __future__ import annotations

import numpy as np

from syne_tune.compat.number_checks import is_increasing, is_integer, is_positive_integer


def test_increasing_means_strictly() -> None:
    assert is_increasing([])
    assert is_increasing([1])
    assert is_increasing([1, 2.5, 3])
    assert not is_increasing([1, 1, 2])
    assert not is_increasing([2, 1])


def test_integers() -> None:
    assert is_integer([1, -2, np.int64(3)])
    assert not is_integer([1, 2.0])
    assert not is_integer([True])


def test_positive_integers_begin_at_one() -> None:
    assert is_positive_integer([1, 27])
    assert not is_positive_integer([0, 1])
    assert not is_positive_integer([1, 2.5])
