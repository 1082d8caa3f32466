from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from syne_tune.backend.simulator_backend.events import (
    CompleteEvent,
    OnTrialResultEvent,
    SimulatorState,
    StartEvent,
)


def drain(state: SimulatorState, until: float = math.inf) -> list[tuple[float, object]]:
    events = []
    while (event := state.next_until(until)) is not None:
        events.append(event)
    return events


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 3))))
def test_events_come_in_order_of_time_and_equal_times_in_order_of_pushing(pushed: list[tuple[int, int]]) -> None:
    state = SimulatorState()
    for number, (time, trial_id) in enumerate(pushed):
        state.push(OnTrialResultEvent(trial_id, {"number": number}), time)
    found = [(time, event.result["number"]) for time, event in drain(state)]  # type: ignore[attr-defined]
    assert found == sorted((time, number) for number, (time, _) in enumerate(pushed))


def test_later_events_stay() -> None:
    state = SimulatorState()
    state.push(StartEvent(0), 1.0)
    state.push(CompleteEvent(0, "Completed"), 3.0)
    assert drain(state, until=1.0) == [(1.0, StartEvent(0))]
    assert state.next_time() == 3.0
    assert drain(state) == [(3.0, CompleteEvent(0, "Completed"))]
    assert state.next_time() is None


def test_removed_events_of_a_trial_do_not_come_back_with_its_new_ones() -> None:
    state = SimulatorState()
    for trial_id in (0, 1):
        state.push(OnTrialResultEvent(trial_id, {}), 2.0)
    state.remove_events(0)
    state.push(StartEvent(0), 1.0)
    assert drain(state) == [(1.0, StartEvent(0)), (2.0, OnTrialResultEvent(1, {}))]


def test_events_with_one_number_come_before_later_numbers_whenever_they_are_pushed() -> None:
    state = SimulatorState()
    number = state.new_number()
    state.push(OnTrialResultEvent(1), 2.0)
    state.push(OnTrialResultEvent(0), 1.0, number)
    assert state.first() == (1.0, number, 0, OnTrialResultEvent(0))
    state.replace_first(CompleteEvent(0, "Completed"), 2.0)
    assert [event for _, event in drain(state)] == [CompleteEvent(0, "Completed"), OnTrialResultEvent(1)]


def test_removing_events_of_an_unknown_trial_does_nothing() -> None:
    state = SimulatorState()
    state.remove_events(5)
    assert state.next_time() is None
