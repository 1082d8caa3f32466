from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from syne_tune.optimizer.schedulers.searchers.multi_fidelity_history import MultiFidelityHistory


def code(trial_id: str) -> np.ndarray:
    return np.array([float(trial_id), 0.5])


@pytest.fixture
def history() -> MultiFidelityHistory:
    return MultiFidelityHistory(num_columns=2)


def pending(history: MultiFidelityHistory) -> set[tuple[str, int]]:
    x, resources = history.pending()
    return {(str(int(row[0])), int(level)) for row, level in zip(x, resources, strict=True)}


def test_nothing_is_known_at_first(history):
    x, resources, values = history.observations()
    assert x.shape == history.configurations().shape == history.pending()[0].shape == (0, 2)
    assert resources.shape == values.shape == (0,)
    assert len(history) == 0
    assert history.code("0") is None
    assert not history.num_values_at()


def test_values_by_trial_and_resource_in_order_of_arrival(history):
    for trial_id, resource, value in [("0", 1, 3.0), ("1", 1, 2.0), ("0", 3, 1.0), ("1", 1, 5.0)]:
        history.observe(trial_id, code(trial_id), resource, value)
    x, resources, values = history.observations()
    assert x[:, 0].tolist() == [0, 0, 1]
    assert resources.tolist() == [1, 3, 1]
    assert values.tolist() == [3.0, 1.0, 5.0]
    assert history.num_values_at() == {1: 2, 3: 1}
    assert history.configurations()[:, 0].tolist() == [0, 1]
    assert history.at_level(3)[:, 0].tolist() == [0]
    assert history.at_level(9)[:, 0].tolist() == [0, 1]


def test_value_ends_what_is_pending_at_its_resource_only(history):
    for resource in (1, 3):
        history.begin("0", code("0"), resource)
    history.observe("0", code("0"), 1, 0.5)
    assert pending(history) == {("0", 3)}


def test_end_of_a_trial_ends_its_pending_evaluations_and_those_of_no_other():
    """W1: once a trial had ended, pending evaluations of all others were erased, and its own stayed for ever."""
    history = MultiFidelityHistory(2)
    for trial_id in "012":
        history.begin(trial_id, code(trial_id), 3)
    history.end("1")
    assert pending(history) == {("0", 3), ("2", 3)}
    assert history.configurations()[:, 0].tolist() == [0, 2]


def test_forgets_one_value(history):
    for resource in (1, 2):
        history.observe("0", code("0"), resource, float(resource))
    history.forget("0", 2)
    history.forget("0", 7)
    assert history.observations().values.tolist() == [1.0]


EVENTS = st.lists(
    st.tuples(st.sampled_from(["begin", "observe", "end", "forget"]), st.sampled_from("0123"), st.integers(1, 4))
)


@given(EVENTS)
@example([("begin", "0", 1), ("observe", "0", 1), ("forget", "0", 1)])
def test_keeps_the_same_books_as_two_dictionaries(events):
    history = MultiFidelityHistory(2)
    values: dict[tuple[str, int], float] = {}
    waiting: set[tuple[str, int]] = set()
    for number, (event, trial_id, resource) in enumerate(events):
        if event == "begin":
            history.begin(trial_id, code(trial_id), resource)
            waiting.add((trial_id, resource))
        elif event == "observe":
            history.observe(trial_id, code(trial_id), resource, float(number))
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
