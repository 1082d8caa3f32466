"""How much a suggestion may cost: :func:`choose_pace`.

Notation::

    T      seconds a trial takes
    w      workers
    c      seconds a model needs for a decision, from the table below; never measured, so that a replay decides alike
    k      suggestions made by one such decision
    limit  share of the time of workers that may be lost by waiting for decisions

A decision keeps the worker that asks waiting for c. In the meantime w c / T other trials end, and each of their workers
waits c / 2 on average. The share of worker time lost is::

    (c + w c^2 / (2 T)) / (k T)        without the first c if the decision is made ahead, while nobody waits

and the tuner, which decides for all workers, is busy for the share ``w c / (k T)`` of its time. Beyond a seventh,
workers begin to queue; so that is a second limit. Together they say how large k has to be. Fresh suggestions, k = 1,
are the best ones, and cost no noticeable time where trials take minutes. Where they would, batches are made ahead.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

from syne_tune.errors import OptionError

DEFAULT_OVERHEAD = 0.05

FRESH_SECONDS = 0.06
"""A suggestion of its own, from all that is known at that moment. CPU seconds on one core of 2023, rather too many: ten
hyperparameters, some hundred observations, one refit included."""

BATCH_SECONDS = 0.08
LIGHT_BATCH_SECONDS = 0.03
"""Likewise, for a batch whose model sees up to 300 observations, or 100 and a coarser search."""

_FRESH_SHARE = 0.2
"""Each suggestion is made for itself as long as that costs at most this part of the limit."""

_STAY = 0.5
"""Having made batches, it must cost even less than before: this part. So the choice does not flicker."""

_BUSY_SHARE = 0.15
_LIGHT_ROUNDS = 4
"""A batch is for at most one trial per worker; one of the light model for at most so many."""

_FREE_WORKER_SECONDS = 30.0
"""Nobody minds half a minute of one worker. It gives short studies of fast functions a model."""

_GROWTH = 200
"""With many observations, a batch of one part in so many cannot change the model much."""


class Source(NamedTuple):
    """Where suggestions come from.

    Attributes:
        name: For people and for the log.
        seconds: c, what a decision costs; 0 if that does not matter.
        subset: Number of observations the model sees.
    """

    name: str
    seconds: float
    subset: int


FRESH = Source("model", FRESH_SECONDS, 300)
BATCH = Source("batch", BATCH_SECONDS, 300)
LIGHT_BATCH = Source("light batch", LIGHT_BATCH_SECONDS, 100)
RANDOM = Source("random", 0.0, 0)


@dataclass(frozen=True)
class Circumstances:
    """What the choice depends on.

    Args:
        trial_seconds: T; ``None`` if no report tells the time.
        workers: w.
        observations: Number of values known.
        waited: Worker seconds lost so far, by the table.
        in_batches: Whether the last choice was a batch.
    """

    trial_seconds: float | None
    workers: int
    observations: int
    waited: float = 0.0
    in_batches: bool = False


@dataclass(frozen=True)
class Pace:
    """The choice.

    Args:
        source: Where suggestions come from.
        batch_size: k.
        reason: One clause for a person.
    """

    source: Source
    batch_size: int
    reason: str


def check_overhead(max_overhead: object) -> float:
    """The limit as a number.

    Raises:
        OptionError: If it is not in (0, 1].
    """
    is_number = isinstance(max_overhead, (int, float)) and not isinstance(max_overhead, bool)
    if not is_number or not 0 < float(max_overhead) <= 1:  # type: ignore[arg-type]
        raise OptionError(
            f"max_overhead = {max_overhead!r}: must be a number above 0 and at most 1, the share of the time of "
            "workers that may be lost by waiting for suggestions, as 0.05"
        )
    return float(max_overhead)  # type: ignore[arg-type]


def lost_share(seconds: float, trial_seconds: float, workers: int, batch_size: int = 1) -> float:
    """Share of worker time lost by decisions of ``seconds``, each for ``batch_size`` suggestions; see above."""
    others = workers * seconds**2 / (2 * trial_seconds)
    return (seconds + others) / (batch_size * trial_seconds)


def necessary_batch(seconds: float, trial_seconds: float, workers: int, limit: float) -> int:
    """The smallest batch for which neither workers nor the tuner lose more than they may; see above."""
    by_workers = lost_share(seconds, trial_seconds, workers) / limit
    by_tuner = workers * seconds / (trial_seconds * _BUSY_SHARE)
    return max(1, math.ceil(max(by_workers, by_tuner)))


def choose_pace(circumstances: Circumstances, limit: float = DEFAULT_OVERHEAD) -> Pace:
    """Which source of suggestions the workers can afford.

    Args:
        circumstances: What is known.
        limit: Share of worker time that may be lost.
    """
    seconds, workers = circumstances.trial_seconds, circumstances.workers
    if seconds is None:
        return Pace(FRESH, 1, "no report tells how long trials take, so they count as long")
    about = f"trials take about {seconds:.2g} s on {workers} worker{'s' if workers > 1 else ''}"
    if _is_fresh_cheap(circumstances, limit):
        return Pace(FRESH, 1, f"{about}, so each suggestion can be made for itself")
    if circumstances.waited + workers * FRESH.seconds <= _FREE_WORKER_SECONDS:
        return Pace(FRESH, 1, f"{about}, but the study has hardly waited for the model yet")
    for source, rounds in ((BATCH, 1), (LIGHT_BATCH, _LIGHT_ROUNDS)):
        size = necessary_batch(source.seconds, seconds, workers, limit)
        if size <= rounds * workers:
            size = max(size, circumstances.observations // _GROWTH)
            return Pace(source, size, f"{about}, so {size} suggestions are made at a time, while trials run")
    return Pace(RANDOM, 1, f"{about}, too fast for a model")


def _is_fresh_cheap(circumstances: Circumstances, limit: float) -> bool:
    seconds, workers = circumstances.trial_seconds, circumstances.workers
    assert seconds is not None
    if seconds <= 0 or workers * FRESH.seconds > _BUSY_SHARE * seconds:
        return False
    share = _FRESH_SHARE * (_STAY if circumstances.in_batches else 1.0)
    return lost_share(FRESH.seconds, seconds, workers) <= share * limit
