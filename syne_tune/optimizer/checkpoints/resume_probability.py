"""How probable it is that a paused trial is resumed before the experiment ends.

At a rung level of promotion-type successive halving, the best ``quantile`` of all trials that arrived there go on. A
paused trial has a rank among those that arrived so far. As time goes on, others arrive, each of which ranks before it
with some probability ``p``. So the number of better trials performs a random walk, while the number of those that go on
grows steadily, and the trial is resumed as soon as the latter exceeds the former. The probability that this happens
within a given number of arrivals is computed here, by a dynamic programme over the distribution of the number of better
trials among those for which it has not happened yet. Many arrivals are taken in a few leaps, each of them binomial.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from syne_tune.errors import OptionError

_MOST_ARRIVALS_PER_STEP = 50
"""Beyond, the walk has long moved away from the boundary, or long crossed it."""


class BetaBinomialEstimator:
    """Estimates the probability of an event from trials of it, with a Beta distribution as prior.

    Args:
        beta_mean: Mean of the prior, in (0, 1).
        beta_size: Its weight, in terms of observations; positive.

    Raises:
        OptionError: If an argument is outside of its range.

    Attributes:
        num_one: How often the event was observed.
        num_total: Number of observations.
    """

    def __init__(self, beta_mean: float, beta_size: float) -> None:
        if not 0 < beta_mean < 1:
            raise OptionError(f"beta_mean = {beta_mean!r}: must be between 0 and 1, both excluded")
        if not beta_size > 0:
            raise OptionError(f"beta_size = {beta_size!r}: must be positive")
        self._beta_mean, self._beta_size = beta_mean, beta_size
        self.num_one = self.num_total = 0

    def update(self, num_one: int, num_total: int = 1) -> None:
        """Adds observations.

        Args:
            num_one: How often the event was among them; ``True`` and ``False`` do for a single one.
            num_total: Number of observations.
        """
        self.num_one += int(num_one)
        self.num_total += num_total

    def posterior_mean(self) -> float:
        """The estimate, strictly between 0 and 1."""
        return (self._beta_mean * self._beta_size + self.num_one) / (self._beta_size + self.num_total)


def probability_of_resuming(
    rank: int, size: int, quantile: float, p_better: float, num_arrivals: int, approx_steps: int = 25
) -> float:
    """The probability that a paused trial is resumed, see the top of this file.

    Args:
        rank: Its rank among the trials at its level, 1 for the best.
        size: Number of these trials.
        quantile: Share of them that goes on, in (0, 1).
        p_better: Probability that a trial that arrives ranks before it.
        num_arrivals: How many will arrive before the end.
        approx_steps: In how many leaps, at most; more is more exact.

    Returns:
        A number in [0, 1]; 1 if it is among the best already.
    """
    if size > 1 and rank - 1 <= _last_position(size, quantile):
        return 1.0
    num_arrivals = min(num_arrivals, _MOST_ARRIVALS_PER_STEP * approx_steps)
    steps = min(approx_steps, num_arrivals)
    waiting, resumed, arrived = np.ones(1), 0.0, 0
    for step in range(1, steps + 1):
        leap = round(step * num_arrivals / steps) - arrived
        arrived += leap
        waiting = np.convolve(waiting, _binomial(leap, p_better))
        reached = max(0, _last_position(size + arrived, quantile) - (rank - 1) + 1)
        resumed += float(waiting[:reached].sum())
        waiting[:reached] = 0.0
    return min(1.0, resumed)


def _last_position(size: int, quantile: float) -> int:
    """Position (0 for the best) of the last of ``size`` trials that goes on."""
    return math.floor(quantile * (size - 1) + 1e-9)


@lru_cache(maxsize=1024)
def _binomial(number: int, p: float) -> NDArray[np.float64]:
    """Probabilities of 0, 1, ..., ``number`` successes, shape ``(number + 1,)``."""
    log_p, log_q, log_all = math.log(p), math.log1p(-p), math.lgamma(number + 1)
    return np.exp(
        [
            log_all - math.lgamma(k + 1) - math.lgamma(number - k + 1) + k * log_p + (number - k) * log_q
            for k in range(number + 1)
        ]
    )
