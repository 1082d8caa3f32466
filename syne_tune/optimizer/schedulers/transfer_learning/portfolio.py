"""Lists that complement themselves: each entry is what helps most in addition to all before it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from syne_tune.optimizer.models.predictor import FloatArray


class Choice(NamedTuple):
    """The next entry of a list.

    Attributes:
        candidate: Its index.
        number: Of the entry, from 1.
        before: Average over tasks of the best rank of all entries before; the worst possible one for the first.
        after: The same with this entry.
    """

    candidate: int
    number: int
    before: float
    after: float


class Portfolio:
    """Greedy choice of candidates by their ranks on several tasks.

    Where no candidate lowers the average any more, the list goes on as if it were new, with the candidates left.

    Args:
        ranks: ``(tasks, candidates)``, 1 is best.
    """

    def __init__(self, ranks: FloatArray) -> None:
        self._ranks = np.asarray(ranks, dtype=np.float64)
        self._left = np.ones(self._ranks.shape[1], dtype=np.bool_)
        self._number = 0
        self._start_again()

    def _start_again(self) -> None:
        self._best = np.full((len(self._ranks), 1), float(self._ranks.shape[1]))

    def next(self) -> Choice | None:
        """The candidate that most lowers the average of best ranks, of equals the one with the best average rank."""
        if not self._left.any():
            return None
        averages = self._averages()
        if averages.min() >= self._best.mean():
            self._start_again()
            averages = self._averages()
        best = np.flatnonzero(averages == averages.min())
        index = int(best[np.argmin(self._ranks[:, best].mean(axis=0))])
        before = float(self._best.mean())
        self._best = np.minimum(self._best, self._ranks[:, [index]])
        self._left[index] = False
        self._number += 1
        return Choice(index, self._number, before, float(self._best.mean()))

    def _averages(self) -> FloatArray:
        """Average of best ranks with each candidate that is left."""
        averages = np.minimum(self._ranks, self._best).mean(axis=0)
        return np.where(self._left, averages, np.inf)
