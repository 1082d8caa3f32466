from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from syne_tune.optimizer.schedulers.searchers.history import History


def code(number: float) -> np.ndarray:
    return np.array([number, 0.5])


@pytest.fixture
def history() -> History:
    return History(num_columns=2)


def test_nothing_is_known_at_first(history):
    x, values = history.observations()
    assert x.shape == history.pending().shape == (0, 2)
    assert values.shape == (0,)
    assert len(history) == 0


def test_pending_until_there_is_a_value(history):
    history.begin("0", code(0.1))
    history.begin("1", code(0.2))
    history.observe("0", code(0.1), 3.0)
    assert history.pending().tolist() == [[0.2, 0.5]]
    x, values = history.observations()
    assert x.tolist() == [[0.1, 0.5]]
    assert values.tolist() == [3.0]


def test_latest_value_counts(history):
    for trial_id, value in [("0", 3.0), ("1", 2.0), ("0", 1.0)]:
        history.observe(trial_id, code(int(trial_id)), value)
    x, values = history.observations()
    assert x[:, 0].tolist() == [1, 0]
    assert values.tolist() == [2.0, 1.0]


def test_failed_trial_is_neither_value_nor_pending(history):
    history.begin("0", code(0.1))
    history.observe("0", code(0.1), 3.0)
    history.fail("0")
    assert len(history) == len(history.pending()) == 0


def test_forgotten_value(history):
    history.observe("0", code(0.1), 3.0)
    history.forget("0")
    history.forget("unknown")
    assert len(history) == 0


EVENTS = st.lists(st.tuples(st.sampled_from(["begin", "end", "observe", "forget", "fail"]), st.integers(0, 3)))


@given(EVENTS)
def test_pending_are_those_begun_neither_ended_nor_observed(events):
    history, begun, observed = History(2), set(), set()
    for event, number in events:
        trial_id = str(number)
        if event == "begin":
            history.begin(trial_id, code(number))
            begun.add(number)
        elif event == "observe":
            history.observe(trial_id, code(number), 1.0)
            observed.add(number)
        else:
            getattr(history, event)(trial_id)
            if event != "forget":
                begun.discard(number)
            if event != "end":
                observed.discard(number)
        assert {int(row[0]) for row in history.pending()} == begun - observed
        assert {int(row[0]) for row in history.observations()[0]} == observed
