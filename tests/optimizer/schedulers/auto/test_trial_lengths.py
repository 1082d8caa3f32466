"""Lengths and workers, from reports alone."""

from __future__ import annotations

from typing import Any

import pytest

from syne_tune.optimizer.schedulers.auto.trial_lengths import TrialLengths, elapsed_seconds


@pytest.mark.parametrize(
    ("result", "seconds"),
    [
        ({"loss": 1.0, "st_worker_time": 2.5}, 2.5),
        ({"metric_elapsed_time": 3}, 3.0),
        ({"st_worker_time": 2.0, "elapsed_time": 9.0}, 2.0),
        ({"st_worker_time": float("nan"), "elapsed_time": 9.0}, 9.0),
        ({"elapsed_time": "long"}, None),
        ({"elapsed_time": -1.0}, None),
        ({"loss": 1.0}, None),
    ],
)
def test_time_in_reports(result: dict[str, Any], seconds: float | None) -> None:
    assert elapsed_seconds(result) == seconds


def test_typical_is_the_median_of_trials_that_ended() -> None:
    lengths = TrialLengths()
    for number, seconds in enumerate([1.0, 100.0, 2.0]):
        lengths.start(str(number))
        lengths.report(str(number), {"st_worker_time": seconds / 2})
        lengths.report(str(number), {"st_worker_time": seconds})
    assert lengths.typical is None
    for number in range(3):
        lengths.end(str(number))
    assert lengths.typical == 2.0
    assert lengths.workers == 3


def test_trials_without_time_do_not_count() -> None:
    """Neither those that failed before they reported, nor reports of trials that are not known."""
    lengths = TrialLengths(workers=4)
    lengths.start("0")
    lengths.end("0")
    lengths.end("0")
    lengths.report("7", {"st_worker_time": 3.0})
    assert lengths.typical is None
    assert lengths.workers == 4
