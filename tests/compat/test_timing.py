from __future__ import annotations

import time

import pytest

from syne_tune.compat.timing import RegularCallback, catchtime

DAY = 86400.0


class FakeTime:
    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1000.0
        monkeypatch.setattr(time, "monotonic", lambda: self.now)


@pytest.fixture
def fake_time(monkeypatch: pytest.MonkeyPatch) -> FakeTime:
    return FakeTime(monkeypatch)


def test_calls_come_through_at_most_every_so_many_seconds(fake_time: FakeTime) -> None:
    calls: list[float] = []
    callback = RegularCallback(calls.append, call_seconds_frequency=10)
    for now in (1000, 1009.9, 1010, 1011, 1019, 1020.5):
        fake_time.now = now
        callback(now)
    assert calls == [1010, 1020.5]


@pytest.mark.parametrize("days", [1, 1.00001, 2.5])
def test_long_pauses_count_in_full(fake_time: FakeTime, days: float) -> None:
    """W-27: after one day and three seconds, only the three seconds counted."""
    calls: list[int] = []
    callback = RegularCallback(lambda: calls.append(1), call_seconds_frequency=10)
    fake_time.now += days * DAY
    callback()
    assert calls == [1]


def test_periods_longer_than_a_day(fake_time: FakeTime) -> None:
    """W-27."""
    calls: list[int] = []
    callback = RegularCallback(lambda: calls.append(1), call_seconds_frequency=2 * DAY)
    fake_time.now += 1.5 * DAY
    callback()
    fake_time.now += 0.5 * DAY
    callback()
    assert calls == [1]


def test_fractions_of_a_second_count(fake_time: FakeTime) -> None:
    calls: list[int] = []
    callback = RegularCallback(lambda: calls.append(1), call_seconds_frequency=0.5)
    fake_time.now += 0.6
    callback()
    assert calls == [1]


def test_block_is_timed_even_if_it_raises(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(KeyError), catchtime("loading"):
        raise KeyError
    first, last = capsys.readouterr().out.splitlines()
    assert first == "start: loading"
    assert last.startswith("time elapsed for loading: ")
