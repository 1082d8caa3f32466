from __future__ import annotations

import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from syne_tune.optimizer.schedulers.rungs.rung import Rung, RungEntry, interpolated_quantile

VALUES = st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=30)


def rung_of(values, part=1 / 3, mode="min"):
    return Rung(3, part, mode, [RungEntry(str(number), value) for number, value in enumerate(values)])


@given(VALUES, st.floats(0.01, 0.99))
def test_cutoff_is_the_interpolated_quantile(values, part):
    assert rung_of(values, part).quantile() == pytest.approx(np.quantile(values, part), abs=1e-6)
    assert rung_of(values, part, "max").quantile() == pytest.approx(np.quantile(values, 1 - part), abs=1e-6)


@given(VALUES)
def test_entries_are_best_first_and_ties_in_order_of_arrival(values):
    numbered = list(enumerate(values))
    for mode, sign in (("min", 1), ("max", -1)):
        expected = [str(number) for number, _ in sorted(numbered, key=lambda pair: sign * pair[1])]
        assert [entry.trial_id for entry in rung_of(values, mode=mode)] == expected


@given(VALUES)
def test_positions_and_removal(values):
    rung = rung_of(values)
    for place, entry in enumerate(rung):
        assert rung.position(entry.trial_id) == place
    rung.remove("1")
    assert "1" not in rung
    assert "0" in rung
    assert len(rung) == len(values) - 1
    assert [entry.metric_val for entry in rung] == sorted(values[:1] + values[2:])


def test_rank_counts_strictly_better_entries():
    rung = rung_of([0.1, 0.2, 0.2, 0.3])
    assert [rung.rank(value) for value in (0.1, 0.2, 0.3, 0.4)] == [1, 2, 4, 5]
    assert rung_of([0.1, 0.2, 0.2, 0.3], mode="max").rank(0.2) == 2


def test_single_entry_has_no_cutoff():
    assert rung_of([0.5]).quantile() is None


def test_values_of_trials():
    rung = rung_of([0.5, 0.25])
    assert rung.value("1") == 0.25
    assert rung.values() == {"0": 0.5, "1": 0.25}
    assert rung[0] == RungEntry("1", 0.25)


def test_quantile_ends():
    assert interpolated_quantile([1.0, 2.0, 4.0], 0.0) == 1.0
    assert interpolated_quantile([1.0, 2.0, 4.0], 1.0) == 4.0
    assert interpolated_quantile([7.0], 0.3) == 7.0


def test_quantile_of_the_largest_numbers_is_finite():
    assert interpolated_quantile([-1.7e308, 1.7e308], 1 / 4) == pytest.approx(-0.85e308)


def test_cutoff_of_equal_values_is_that_value():
    """Or ties would be stopped for a rounding error."""
    for number in range(2, 50):
        assert rung_of([0.1] * number).quantile() == 0.1


def test_cutoff_that_is_an_entry_is_that_entry():
    """7 / 10 * 11700 is computed as slightly less than 8190."""
    assert interpolated_quantile(range(11701), 7 / 10) == 8190


@given(VALUES, st.sampled_from(["min", "max"]))
def test_a_copy_has_the_same_entries_and_adding_tells_the_rank(values, mode):
    rung = rung_of(values[1:], mode=mode)
    copy = pickle.loads(pickle.dumps(rung))
    assert list(copy) == list(rung)
    for one in (rung, copy):
        assert one.add(RungEntry("new", values[0])) == one.rank(values[0])
    assert list(copy) == list(rung)
