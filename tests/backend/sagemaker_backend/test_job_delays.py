"""What users are told about slow starts and stops: only if they are slow, and only once."""

from __future__ import annotations

import pytest

from syne_tune.backend.sagemaker_backend.job_delays import JobDelays


def advice(caplog: pytest.LogCaptureFixture, delays: JobDelays, starts_without_delay: bool = True) -> str:
    caplog.clear()
    delays.advise(starts_without_delay)
    return caplog.text


def measured(start: float, stop: float, has_warm_pool: bool = False) -> JobDelays:
    delays = JobDelays(has_warm_pool)
    for _ in range(3):
        delays.note_start(start)
        delays.note_stop(stop)
    return delays


def test_nothing_is_said_about_quick_jobs(caplog: pytest.LogCaptureFixture) -> None:
    assert advice(caplog, measured(2.0, 2.0)) == ""


def test_nothing_is_said_before_there_is_enough_to_go_by(caplog: pytest.LogCaptureFixture) -> None:
    delays = JobDelays(has_warm_pool=False)
    delays.note_start(500.0)
    delays.note_stop(500.0)
    assert advice(caplog, delays) == ""


def test_slow_starts_call_for_warm_pools(caplog: pytest.LogCaptureFixture) -> None:
    delays = measured(120.0, 1.0)
    said = advice(caplog, delays)
    assert "120 seconds to start" in said
    assert "keep_alive_period_in_seconds" in said
    assert advice(caplog, delays) == ""
    assert advice(caplog, measured(120.0, 1.0, has_warm_pool=True)) == ""


def test_slow_stops_call_for_promotion_and_for_counting_stopping_jobs(caplog: pytest.LogCaptureFixture) -> None:
    said = advice(caplog, measured(1.0, 60.0))
    assert 'type="promotion"' in said
    assert "start_jobs_without_delay=False" in said
    said = advice(caplog, measured(1.0, 60.0), starts_without_delay=False)
    assert 'type="promotion"' in said
    assert "start_jobs_without_delay" not in said
