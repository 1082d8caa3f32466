from __future__ import annotations

import pickle

from syne_tune.backend.simulator_backend.clock import SimulatedClock


def test_begins_at_zero_and_moves_when_told_to() -> None:
    clock = SimulatedClock()
    assert clock.now() == 0.0
    clock.sleep(2.5)
    clock.advance(1.0)
    clock.advance_to(10.0)
    assert clock.now() == 10.0


def test_never_goes_back() -> None:
    clock = SimulatedClock()
    clock.advance_to(10.0)
    clock.advance_to(5.0)
    clock.sleep(-1.0)
    assert clock.now() == 10.0


def test_time_counts_from_the_start_of_time() -> None:
    clock = SimulatedClock()
    clock.advance(5.0)
    assert clock.time() == 5.0
    clock.start_of_time()
    clock.advance(2.0)
    assert clock.time() == 2.0


def test_real_time_counts_if_asked_for() -> None:
    clock = SimulatedClock(counts_real_time=True)
    times = [clock.now() for _ in range(100)]
    assert times == sorted(times)
    assert clock.now() > 0.0


def test_real_time_does_not_count_while_standing_still() -> None:
    clock = SimulatedClock(counts_real_time=True)
    with clock.standing_still():
        before = clock._now
    assert clock._now == before


def test_is_pickled_with_its_time() -> None:
    clock = SimulatedClock()
    clock.advance(3.0)
    assert pickle.loads(pickle.dumps(clock)).now() == 3.0
