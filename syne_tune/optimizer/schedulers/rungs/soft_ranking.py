"""Do two rungs rank the same trials alike, up to noise? The question PASHA asks.

Notation, following Bohdal et al., *PASHA: Efficient HPO and NAS with Progressive Resource Allocation*, ICLR 2023,
section 4: ``f(c, r)`` is the metric of trial ``c`` at resource ``r``; the upper rung is the highest one in use, the
lower rung the one below it; ``epsilon`` is the difference in ``f`` below which two trials count as equal.

*Soft ranking.* Let ``p[i]`` be the values at the lower rung, best first, and ``q[i]`` the value that the trial in place
``i`` of the upper rung had at the lower rung. The rankings agree if ``|p[i] - q[i]| <= epsilon`` for every ``i``.

*Noise.* Two trials whose order changes and changes back along their learning curves cannot be told apart. ``epsilon``
is the 90th percentile of the differences of such pairs at the highest resource they share.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from syne_tune.optimizer.schedulers.metrics import sign_of
from syne_tune.optimizer.schedulers.rungs.rung import interpolated_quantile

NOISE_PERCENTILE = 0.9

MOST_CURVES = 512
"""The noise is estimated from the first so many trials of the upper rung, that is, from at most 130,816 pairs."""


class SoftRanking:
    """The trials of the upper rung and how the lower rung saw them; kept up to date one trial at a time.

    Args:
        mode: ``"min"`` or ``"max"``.
        epsilon: Noise to assume until there are pairs to estimate it from.
    """

    def __init__(self, mode: str, epsilon: float = 0.0) -> None:
        self._sign = sign_of(mode)
        self._default_epsilon = epsilon
        self._upper = np.empty(0)
        self._lower = np.empty(0)
        self._lower_by_upper = np.empty(0)
        self._gaps: list[float] = []
        self._num_curves = 0
        self._columns: dict[int, NDArray[np.float64]] = {}

    @property
    def epsilon(self) -> float:
        """The current estimate of the noise."""
        return interpolated_quantile(self._gaps, NOISE_PERCENTILE) if self._gaps else self._default_epsilon

    def add(self, upper: float, lower: float, curve: Mapping[int, float]) -> None:
        """Adds a trial that has reached the upper rung.

        Args:
            upper: Its metric at the upper rung.
            lower: Its metric at the lower rung.
            curve: Resource to metric, all it reported so far.
        """
        upper, lower = self._sign * upper, self._sign * lower
        place = self._upper.searchsorted(upper, side="right")
        self._upper = np.insert(self._upper, place, upper)
        self._lower_by_upper = np.insert(self._lower_by_upper, place, lower)
        self._lower = np.insert(self._lower, self._lower.searchsorted(lower), lower)
        if self._num_curves < MOST_CURVES:
            for gap in self._noisy_gaps(curve):
                insort(self._gaps, float(gap))
            self._store(curve)

    def agrees(self) -> bool:
        """Whether both rungs rank the trials alike, up to noise."""
        return bool(np.all(np.abs(self._lower - self._lower_by_upper) <= self.epsilon))

    def _noisy_gaps(self, curve: Mapping[int, float]) -> NDArray[np.float64]:
        """Differences to those stored trials with which ``curve`` has changed order at least twice."""
        order = np.zeros(self._num_curves)
        flips = np.zeros(self._num_curves)
        gaps = np.zeros(self._num_curves)
        for resource in sorted(self._columns.keys() & curve.keys()):
            difference = curve[resource] - self._columns[resource][: self._num_curves]
            known = ~np.isnan(difference)
            sign = np.where(known, np.sign(difference), 0.0)
            flips += sign * order == -1.0
            order = np.where(sign != 0.0, sign, order)
            gaps = np.where(known, np.abs(difference), gaps)
        return gaps[flips >= 2]

    def _store(self, curve: Mapping[int, float]) -> None:
        for resource, value in curve.items():
            column = self._columns.setdefault(resource, np.full(MOST_CURVES, np.nan))
            column[self._num_curves] = value
        self._num_curves += 1
