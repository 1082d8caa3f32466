"""How long jobs take to start and to stop, and what to do about it."""

from __future__ import annotations

import logging
import statistics
from collections.abc import Iterator

logger = logging.getLogger(__name__)

_ENOUGH = 3
_LONG_START = 20.0
_LONG_STOP = 15.0

_WARM_POOL = (
    "Jobs take {:.0f} seconds to start. keep_alive_period_in_seconds (of an estimator; KeepAlivePeriodInSeconds in "
    "ResourceConfig) keeps machines for the next job; it needs a quota for warm pools, and "
    "start_jobs_without_delay=False of Tuner"
)
_PROMOTION = (
    "Jobs take {:.0f} seconds to stop. Schedulers that end jobs early by stopping them waste this time. Use "
    'type="promotion" or a synchronous scheduler, with max_resource_attr, so that jobs end by themselves at the next '
    "rung"
)
_STARTS_WITH_DELAY = (
    "More than n_workers jobs exist while others are stopping. With start_jobs_without_delay=False of Tuner, machines "
    "and quota are never exceeded"
)


class JobDelays:
    """Collects start and stop delays of jobs, and advises, once, what would save time.

    Args:
        has_warm_pool: Whether machines are kept for the next job.

    Attributes:
        starts: Seconds from the creation of each job until its script ran.
        stops: Seconds from the request to stop until the machines were free, of each job that was asked to.
    """

    def __init__(self, has_warm_pool: bool) -> None:
        self.starts: list[float] = []
        self.stops: list[float] = []
        self._has_warm_pool = has_warm_pool
        self._advised: set[str] = set()

    def note_start(self, seconds: float) -> None:
        """A script has been started."""
        self.starts.append(seconds)

    def note_stop(self, seconds: float) -> None:
        """A job that was asked to stop has ended."""
        self.stops.append(seconds)

    def advise(self, starts_without_delay: bool) -> None:
        """Tells the user, if there are enough measurements and this has not been told yet.

        Args:
            starts_without_delay: Whether workers count as free while their jobs are still stopping.
        """
        for advice in self._advice(starts_without_delay):
            topic = advice.partition(".")[2]  # without the figure, which changes
            if topic not in self._advised:
                self._advised.add(topic)
                logger.warning("%s", advice)

    def _advice(self, starts_without_delay: bool) -> Iterator[str]:
        start, stop = _typical(self.starts), _typical(self.stops)
        if start > _LONG_START and not self._has_warm_pool:
            yield _WARM_POOL.format(start)
        if stop > _LONG_STOP:
            yield _PROMOTION.format(stop)
            if starts_without_delay:
                yield _STARTS_WITH_DELAY


def _typical(seconds: list[float]) -> float:
    return statistics.median(seconds) if len(seconds) >= _ENOUGH else 0.0
