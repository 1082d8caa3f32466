"""Values by level, in arrays that grow."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from syne_tune.optimizer.models.predictor import FloatArray
from syne_tune.optimizer.schedulers.auto.observations import GrowingArray, Observations
from syne_tune.trial import Config


def encode(configs: Sequence[Config]) -> FloatArray:
    return np.array([[config["x"]] for config in configs])


def test_first_rows_never_change() -> None:
    """A batch may be made later than it was ordered."""
    array = GrowingArray(2)
    array.append(np.array([1.0, 2.0]))
    early = array.first(1)
    for number in range(200):
        array.append(np.full(2, number))
    assert len(array) == 201
    np.testing.assert_array_equal(early, [[1.0, 2.0]])
    np.testing.assert_array_equal(array.first(2)[1], [0.0, 0.0])


def test_highest_level_with_enough_values() -> None:
    known = Observations(encode, 1)
    for level, count in ((1, 9), (3, 4), (9, 1)):
        for number in range(count):
            known.observe({"x": float(number)}, -number, level)
    assert known.highest_level(4) == 3
    assert known.highest_level(100) == 1
    assert len(known) == 14
    x, y = known.at_level(3, 2)
    np.testing.assert_array_equal(x, [[0.0], [1.0]])
    np.testing.assert_array_equal(y, [0.0, -1.0])


def test_pending_and_renamed_levels() -> None:
    known = Observations(encode, 1)
    assert known.pending().shape == (0, 1)
    known.begin("0", {"x": 0.5})
    np.testing.assert_array_equal(known.pending(), [[0.5]])
    known.end("0")
    known.end("0")
    known.observe({"x": 0.5}, 1.0, 0)
    known.rename_level(0, 27)
    known.rename_level(5, 6)
    assert known.sizes() == {27: 1}
