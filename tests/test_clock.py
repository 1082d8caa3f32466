from __future__ import annotations

import pickle
import time

import pytest

from syne_tune.clock import ManualClock, WallClock


def test_wall_clock_tells_seconds_since_the_epoch() -> None:
    before = time.time()
    now = WallClock().now()
    assert before - 1 <= now <= time.time() + 1


def test_wall_clock_ignores_steps_of_the_system_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = WallClock()
    before = clock.now()
    monkeypatch.setattr(time, "time", lambda: 0.0)
    assert clock.now() >= before


def test_wall_clock_sleeps_at_least_as_long_as_asked() -> None:
    clock = WallClock()
    start = clock.now()
    clock.sleep(0.01)
    assert clock.now() - start >= 0.01


def test_negative_sleep_returns_at_once() -> None:
    WallClock().sleep(-1.0)


def test_wall_clock_reads_the_time_anew_in_another_process() -> None:
    """A monotonic clock has another origin there, so an offset that travels along would be wrong."""
    clock = WallClock()
    clock._offset = -1e9
    assert abs(pickle.loads(pickle.dumps(clock)).now() - time.time()) < 60


def test_manual_clock_moves_only_when_told() -> None:
    clock = ManualClock(start=100.0)
    assert clock.now() == clock.now() == 100.0
    clock.sleep(2.5)
    assert clock.now() == 102.5
    clock.sleep(-5.0)
    assert clock.now() == 102.5
