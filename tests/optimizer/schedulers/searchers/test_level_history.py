from __future__ import annotations

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from syne_tune.optimizer.schedulers.searchers.level_history import AT_ITS_END, LevelHistory


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
    for name, levels in {"a": (1, 3), "b": (1,), "c": (AT_ITS_END,)}.items():
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


def code(trial_id: str) -> np.ndarray:
    return np.array([float(trial_id), 0.5])


def pending(history: LevelHistory) -> set[tuple[str, int]]:
    x, resources = history.pending()
    return {(str(int(row[0])), int(level)) for row, level in zip(x, resources, strict=True)}


def test_no_values_and_nothing_pending_at_first():
    history = LevelHistory(2)
    x, resources, values = history.observations()
    assert x.shape == history.configurations().shape == history.pending()[0].shape == (0, 2)
    assert resources.shape == values.shape == (0,)
    assert len(history) == 0
    assert history.code("0") is None
    assert not history.num_values_at()


def test_values_by_trial_and_resource_in_order_of_arrival():
    history = LevelHistory(2)
    for trial_id, resource, value in [("0", 1, 3.0), ("1", 1, 2.0), ("0", 3, 1.0), ("1", 1, 5.0)]:
        history.observe(trial_id, code(trial_id), value, resource)
    x, resources, values = history.observations()
    assert x[:, 0].tolist() == [0, 0, 1]
    assert resources.tolist() == [1, 3, 1]
    assert values.tolist() == [3.0, 1.0, 5.0]
    assert history.num_values_at() == {1: 2, 3: 1}
    assert history.configurations()[:, 0].tolist() == [0, 1]
    assert history.compared_at(3)[:, 0].tolist() == [0]
    assert history.compared_at(9)[:, 0].tolist() == [0, 1]


def test_value_ends_what_is_pending_at_its_resource_only():
    history = LevelHistory(2)
    for resource in (1, 3):
        history.begin("0", code("0"), resource)
    history.observe("0", code("0"), 0.5, 1)
    assert pending(history) == {("0", 3)}


def test_end_of_a_trial_ends_its_pending_evaluations_and_those_of_no_other():
    """W1: once a trial had ended, pending evaluations of all others were erased, and its own stayed for ever."""
    history = LevelHistory(2)
    for trial_id in "012":
        history.begin(trial_id, code(trial_id), 3)
    history.end("1")
    assert pending(history) == {("0", 3), ("2", 3)}
    assert history.configurations()[:, 0].tolist() == [0, 2]


def test_forgets_one_value():
    history = LevelHistory(2)
    for resource in (1, 2):
        history.observe("0", code("0"), float(resource), resource)
    history.forget("0", 2)
    history.forget("0", 7)
    assert history.observations().values.tolist() == [1.0]


EVENTS = st.lists(
    st.tuples(st.sampled_from(["begin", "observe", "end", "forget"]), st.sampled_from("0123"), st.integers(1, 4))
)


@given(EVENTS)
@example([("begin", "0", 1), ("observe", "0", 1), ("forget", "0", 1)])
def test_keeps_the_same_books_as_two_dictionaries(events):
    history = LevelHistory(2)
    values: dict[tuple[str, int], float] = {}
    waiting: set[tuple[str, int]] = set()
    for number, (event, trial_id, resource) in enumerate(events):
        if event == "begin":
            history.begin(trial_id, code(trial_id), resource)
            waiting.add((trial_id, resource))
        elif event == "observe":
            history.observe(trial_id, code(trial_id), float(number), resource)
            values[trial_id, resource] = float(number)
            waiting.discard((trial_id, resource))
        elif event == "end":
            history.end(trial_id)
            waiting = {pair for pair in waiting if pair[0] != trial_id}
        else:
            history.forget(trial_id, resource)
            values.pop((trial_id, resource), None)
    x, resources, known = history.observations()
    found = {(str(int(row[0])), int(r)): v for row, r, v in zip(x, resources, known.tolist(), strict=True)}
    assert found == values
    assert len(history) == len(values)
    assert pending(history) == waiting
    trials = {trial_id for trial_id, _ in [*values, *waiting]}
    assert {str(int(number)) for number in history.configurations()[:, 0]} == trials
    assert history.num_pending() == len(waiting)


def test_values_of_a_trial_that_fails_stay_if_they_are_to_be_kept():
    history = LevelHistory(2, keeps_failed=True)
    history.observe("0", code("0"), 1.0, 1)
    history.begin("0", code("0"), 3)
    history.fail("0")
    assert pending(history) == set()
    assert history.observations().values.tolist() == [1.0]
