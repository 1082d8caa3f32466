from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syne_tune.backend.devices import DeviceSlots


def test_free_devices_come_first_then_the_least_used_then_the_lowest() -> None:
    slots = DeviceSlots(3)
    assert [slots.allocate(trial_id) for trial_id in range(3)] == [[0], [1], [2]]
    slots.release(1)
    assert slots.allocate(3) == [1]
    for trial_id in (0, 3):
        slots.release(trial_id)
    assert slots.allocate(4) == [0]  # assigned once so far, device 1 twice


@pytest.mark.parametrize(
    ("num_devices", "per_trial", "num_trials", "expected_load"),
    [(2, 1, 6, [3, 3]), (3, 2, 3, [2, 2, 2]), (3, 1, 4, [2, 1, 1])],
)
def test_too_many_trials_are_spread_evenly(
    num_devices: int, per_trial: int, num_trials: int, expected_load: list[int]
) -> None:
    """W-05: six trials on two GPUs are three on each."""
    slots = DeviceSlots(num_devices, per_trial)
    for trial_id in range(num_trials):
        slots.allocate(trial_id)
    assert slots.load == expected_load


def test_allocating_twice_gives_back_the_first() -> None:
    slots = DeviceSlots(2)
    slots.allocate(0)
    slots.allocate(0)
    assert sum(slots.load) == 1


def test_restored_devices_count_as_assigned() -> None:
    slots = DeviceSlots(2)
    slots.restore(5, [0, 7])  # there are fewer devices than before
    assert slots.held == {5: [0]}
    assert slots.allocate(6) == [1]


@given(
    num_devices=st.integers(1, 5),
    share=st.floats(0.01, 1.0),
    events=st.lists(st.tuples(st.booleans(), st.integers(0, 12)), max_size=60),
)
def test_nothing_leaks_and_nothing_is_shared_needlessly(
    num_devices: int, share: float, events: list[tuple[bool, int]]
) -> None:
    slots = DeviceSlots(num_devices, max(1, int(share * num_devices)))
    running: set[int] = set()
    for is_start, trial_id in events:
        if not is_start:
            slots.release(trial_id)
            running.discard(trial_id)
            continue
        slots.release(trial_id)
        load = slots.load
        devices = slots.allocate(trial_id)
        running.add(trial_id)
        assert len(set(devices)) == len(devices) == slots.per_trial
        left_out = [load[device] for device in range(num_devices) if device not in devices]
        assert not left_out or max(load[device] for device in devices) <= min(left_out)
    assert slots.held.keys() == running
    assert sum(slots.load) == len(running) * slots.per_trial
    for trial_id in running:
        slots.release(trial_id)
    assert slots.load == [0] * num_devices
