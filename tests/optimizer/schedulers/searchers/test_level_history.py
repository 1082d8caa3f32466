from __future__ import annotations

import numpy as np

from syne_tune.optimizer.schedulers.searchers.level_history import LevelHistory


def history():
    it = LevelHistory(2)
    for number in range(4):
        it.begin(str(number), np.full(2, number / 10), 9)
        it.observe(str(number), np.full(2, number / 10), float(number), level=1)
    it.observe("1", np.full(2, 0.1), 10.0, level=3)
    it.observe("3", np.full(2, 0.3), 30.0, level=3)
    return it


def test_levels():
    it = history()
    assert len(it) == 6
    assert [it.highest_level_with(num) for num in (1, 2, 3, 4, 5)] == [3, 3, 1, 1, None]
    x, y = it.at_level(3)
    np.testing.assert_array_equal(x[:, 0], [0.1, 0.3])
    np.testing.assert_array_equal(y, [10, 30])


def test_latest_value_is_that_at_the_highest_level():
    np.testing.assert_array_equal(history().latest()[1], [0, 10, 2, 30])


def test_pending():
    """What has been observed is not pending any more; what is to come at the end is, until the end."""
    it = LevelHistory(1)
    for name, levels in {"a": (1, 3), "b": (1,), "c": (None,)}.items():
        for level in levels:
            it.begin(name, np.array([ord(name)]), level)
    assert it.pending_without(1).ravel().tolist() == [97, 98, 99]
    for name in "abc":
        it.observe(name, np.array([ord(name)]), 0.0, 1)
    assert it.pending_without(1).shape == (0, 1)
    assert it.pending_without(3).ravel().tolist() == [97, 99]
    it.end("a")
    it.end("unknown")
    assert it.pending_without(3).ravel().tolist() == [99]


def test_others():
    """Those with something to come, and those that did not get that far."""
    it = history()
    it.begin("new", np.full(2, 0.9), 1)
    assert it.others_without(3)[:, 0].tolist() == [0.0, 0.2, 0.9]
    assert it.others_without(1)[:, 0].tolist() == [0.9]


def test_forgetting_and_failing():
    it = history()
    it.forget("1", 1)
    it.forget("1", 7)
    it.forget("unknown")
    it.fail("3")
    np.testing.assert_array_equal(it.latest()[1], [0, 10, 2])
    assert len(it.pending_without(9)) == 3


def test_a_value_replaces_the_one_before():
    it = LevelHistory(1)
    for value in (1.0, 2.0):
        it.observe("a", np.zeros(1), value)
    np.testing.assert_array_equal(it.latest()[1], [2.0])


def test_nothing_known():
    it = LevelHistory(3)
    assert it.latest()[0].shape == it.at_level(0)[0].shape == it.pending_without(0).shape == (0, 3)
    assert it.highest_level_with(1) is None
