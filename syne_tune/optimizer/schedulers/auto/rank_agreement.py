"""Whether values at a low level say who will be good at the highest one: :class:`RankAgreement`."""

from __future__ import annotations

import math
from collections import deque

_WINDOW = 32
"""Agreement is that of the last so many trials which have both values."""

_FEWEST = 6
"""With fewer trials, nothing is known about a level."""

_STOPS_ON_TRUST = 4
_STOPS_PER_TRIAL = 2
"""As long as nothing is known: so many stops, and so many more per trial with both values."""


class RankAgreement:
    """Estimates, for one level, the probability that two trials are ordered there as they are at the highest level.

    The estimate is the share of equally ordered pairs among the m trials that have both values, which is (1 + tau) / 2
    for Kendall's tau. A level is trusted if this share exceeds one half, which is no relation at all, by more than its
    standard deviation would be if there were none. While m is small, a few stops are made on trust; the trials beyond
    them go on, and show.

    Trials that were stopped at a low level have no final value. Those that were not differ less, so that their
    agreement is rather underestimated. The error is on the side of not stopping, and then the next trials correct it.
    """

    def __init__(self) -> None:
        self._pairs: deque[tuple[float, float]] = deque(maxlen=_WINDOW)
        self._share = 0.5
        self._num_stops = 0

    def add(self, low: float, high: float) -> None:
        """A trial has the value ``low`` at the level, and ``high`` at the highest one."""
        self._pairs.append((low, high))
        pairs = list(self._pairs)
        if len(pairs) > 1:
            agreements = [_agreement(a, b) for place, a in enumerate(pairs) for b in pairs[:place]]
            self._share = sum(agreements) / len(agreements)

    def note_stop(self) -> None:
        """A trial was stopped at the level."""
        self._num_stops += 1

    @property
    def num_trials(self) -> int:
        """Number m of trials behind the estimate."""
        return len(self._pairs)

    @property
    def share(self) -> float:
        """Share of pairs in the same order, between 0 and 1; one half as long as there is none."""
        return self._share

    @property
    def least_share(self) -> float:
        """What the share has to exceed: one half, and the standard deviation if there is no relation.

        Kendall, *A New Measure of Rank Correlation*, 1938: the variance of tau is then ``2 (2m + 5) / (9 m (m - 1))``.
        """
        m = max(2, self.num_trials)
        return 0.5 + math.sqrt(2 * (2 * m + 5) / (9 * m * (m - 1))) / 2

    @property
    def is_known(self) -> bool:
        """Whether there are enough trials for an estimate."""
        return self.num_trials >= _FEWEST

    @property
    def allows_stop(self) -> bool:
        """Whether a trial may be stopped at the level."""
        if not self.is_known:
            return self._num_stops < _STOPS_ON_TRUST + _STOPS_PER_TRIAL * self.num_trials
        return self._share > self.least_share


def _agreement(first: tuple[float, float], second: tuple[float, float]) -> float:
    """1 if two trials are in the same order at both levels, 0 if not, one half if they are equal at one of them."""
    product = _sign(first[0] - second[0]) * _sign(first[1] - second[1])
    return (product + 1) / 2


def _sign(difference: float) -> int:
    return (difference > 0) - (difference < 0)
