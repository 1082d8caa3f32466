"""How much a suggestion may cost."""

from __future__ import annotations

import math
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from syne_tune.optimizer.schedulers.auto.pace import (
    BATCH,
    FRESH,
    LIGHT_BATCH,
    RANDOM,
    Circumstances,
    choose_pace,
    lost_share,
    necessary_batch,
)

SPENT = 1e9
"""Worker seconds: nothing is free any more."""

SECONDS = st.floats(1e-4, 1e6)
WORKERS = st.integers(1, 1000)
LIMITS = st.floats(0.001, 1.0)


def test_unknown_length_counts_as_long() -> None:
    assert choose_pace(Circumstances(None, 64, 1000, SPENT)).source == FRESH


def test_sources_get_cheaper_as_trials_get_shorter() -> None:
    sources = [choose_pace(Circumstances(seconds, 64, 100, SPENT)).source for seconds in (100.0, 1.0, 0.1, 0.001)]
    assert sources == [FRESH, BATCH, LIGHT_BATCH, RANDOM]


@given(SECONDS, WORKERS, LIMITS, st.integers(0, 50_000), st.booleans())
def test_limits_hold(seconds: float, workers: int, limit: float, observations: int, in_batches: bool) -> None:
    pace = choose_pace(Circumstances(seconds, workers, observations, SPENT, in_batches), limit)
    assert pace.batch_size >= 1
    if pace.source != RANDOM:
        assert lost_share(pace.source.seconds, seconds, workers, pace.batch_size) <= limit * (1 + 1e-9)
        assert workers * pace.source.seconds / (pace.batch_size * seconds) <= 0.25


@given(SECONDS, WORKERS, LIMITS)
def test_batch_is_as_small_as_it_may_be(seconds: float, workers: int, limit: float) -> None:
    size = necessary_batch(0.05, seconds, workers, limit)
    assert lost_share(0.05, seconds, workers, size) <= limit * (1 + 1e-9)
    assert math.isfinite(size)
    assert size <= necessary_batch(0.05, seconds / 2, workers, limit)


def test_does_not_flicker() -> None:
    """Where both would do, what was chosen last is chosen again."""
    between = Circumstances(9.0, 1, 100, SPENT)
    assert choose_pace(between).source == FRESH
    assert choose_pace(replace(between, in_batches=True)).source != FRESH


def test_batches_grow_with_what_is_known() -> None:
    few, many = (choose_pace(Circumstances(1.0, 64, number, SPENT)).batch_size for number in (100, 20_000))
    assert few < many == 100


def test_half_a_minute_of_one_worker_is_free() -> None:
    assert choose_pace(Circumstances(0.001, 1, 10, 0.0)).source == FRESH
    assert choose_pace(Circumstances(0.001, 1, 10, 30.0)).source == RANDOM
