"""Finds points where an acquisition function is high, in spaces of numbers, levels, categories and conditions.

Four steps, all of them batched:

1. *Screen* random points and neighbours of good points.
2. *Move* single hyperparameters of the best of them, which are kept apart, as far as they have few levels or
   categories, while that helps; conditional ones may wake up on the way.
3. *Climb* from there along coordinates that have a gradient, and round to legal levels.
4. *Move* the best one again, level by level as well, and rank everything that was seen.

To move before climbing makes one climb enough: where a category changes, the way up often begins anew.

The result is a ranking, not one point: the caller takes the first one it has not used yet.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from syne_tune.optimizer.acquisition.acquisition import AcquisitionFunction
from syne_tune.optimizer.acquisition.ascent import ascend
from syne_tune.optimizer.acquisition.search_domain import SearchDomain
from syne_tune.optimizer.models.blas_threads import single_blas_thread
from syne_tune.optimizer.models.predictor import FloatArray, shortest_length_scales

_RELATIVE_TOLERANCE = 1e-3
"""A step that promises less than this share of the range of screened values is not taken."""

_APART = 0.05
"""Starting points differ by at least this much in some column."""


@dataclass(frozen=True)
class SearchEffort:
    """How many evaluations a search may spend.

    Args:
        num_random: Points drawn uniformly.
        num_neighbours: Points drawn near good ones.
        num_starts: Points to climb from; 0: screening only.
        max_climb: Batched evaluations of the climb.
        max_move_rounds: Rounds of single moves, before the climb and after it.
    """

    num_random: int = 250
    num_neighbours: int = 250
    num_starts: int = 8
    max_climb: int = 12
    max_move_rounds: int = 2

    @classmethod
    def for_observations(cls, n: int, *, screening_only: bool = False) -> SearchEffort:
        """Effort at about constant cost: a prediction costs O(n^2), so more observations mean fewer points and steps.

        Args:
            n: Number of observations in the model.
            screening_only: Whether points are taken as they were drawn: then there are twice as many.
        """
        points = (2 if screening_only else 1) * int(np.clip(15_000 // max(1, n), 100, 250))
        steps = int(np.clip(3_000 // max(1, n), 8, 12))
        return cls(num_random=points, num_neighbours=points, max_climb=steps)


class Proposals(NamedTuple):
    """Different points, best first.

    Attributes:
        x: Masked points ``(m, d)``, ``nan`` where inactive.
        values: Acquisition values ``(m,)``, decreasing.
    """

    x: FloatArray
    values: FloatArray


@single_blas_thread()
def optimize(
    acquisition: AcquisitionFunction,
    domain: SearchDomain,
    random_state: np.random.RandomState,
    *,
    centres: FloatArray,
    effort: SearchEffort | None = None,
) -> Proposals:
    """Points where ``acquisition`` is high.

    Args:
        acquisition: To be maximised.
        domain: Where.
        random_state: Source of randomness: the same state and arguments give the same result.
        centres: Masked points ``(c, d)`` worth looking around, for instance the best ones so far; c may be 0.
        effort: How long to search.

    Returns:
        A ranking; empty only if the domain has hardly any legal point.
    """
    limits = effort or SearchEffort()
    pool = domain.candidates(centres, limits.num_random, limits.num_neighbours, random_state)
    if not len(pool):
        return Proposals(pool, np.empty(0))
    search = _Search(acquisition, domain)
    values = search.screen(pool)
    best = search.starts(pool, values, limits.num_starts)
    refined, refined_values = search.refine(pool[best], values[best], limits)
    return search.rank(np.vstack([refined, pool]), np.concatenate([refined_values, values]))


class _Search:
    """One search: full points outside, masked points towards the acquisition function."""

    def __init__(self, acquisition: AcquisitionFunction, domain: SearchDomain) -> None:
        self._acquisition, self._domain = acquisition, domain
        self._climbable = domain.climbable
        self._scales = shortest_length_scales(acquisition)
        self._tolerance = 0.0

    def screen(self, x: FloatArray) -> FloatArray:
        """Values of many points, whose range sets the scale for what counts as a gain."""
        values = self.evaluate(x)
        self._tolerance = _RELATIVE_TOLERANCE * float(np.max(values) - np.median(values))
        return values

    def evaluate(self, x: FloatArray) -> FloatArray:
        return self._acquisition.evaluate(self._domain.mask(x))

    def starts(self, x: FloatArray, values: FloatArray, num: int) -> npt.NDArray[np.intp]:
        """Indices of the best points that keep their distance from each other."""
        chosen: list[int] = []
        left = np.argsort(-values, kind="stable")
        while len(chosen) < num and len(left):
            chosen.append(int(left[0]))
            left = left[np.max(np.abs(x[left] - x[left[0]]), axis=1) >= _APART]
        return np.array(chosen, dtype=np.intp)

    def refine(self, x: FloatArray, values: FloatArray, effort: SearchEffort) -> tuple[FloatArray, FloatArray]:
        """Moves, climbs, and moves the best one again; values never get worse."""
        if not len(x):
            return x, values
        x, values = self._move(x, values, effort.max_move_rounds, only_where_one_cannot_climb=effort.max_climb > 0)
        x, values = self._climb(x, values, effort.max_climb)
        best = [int(np.argmax(values))]
        x[best], values[best] = self._move(x[best], values[best], effort.max_move_rounds)
        return x, values

    def _climb(self, x: FloatArray, values: FloatArray, max_evaluations: int) -> tuple[FloatArray, FloatArray]:
        """Gradient ascent, then rounding; points for which that does not pay stay where they were."""
        if not np.any(self._climbable) or max_evaluations < 1:
            return x, values
        free = np.broadcast_to(self._climbable, x.shape)
        climbed, _ = ascend(
            self._with_gradient,
            x,
            free,
            max_evaluations=max_evaluations,
            tolerance=self._tolerance,
            scales=self._scales,
        )
        climbed = self._domain.round(climbed)
        reached = np.where(self._domain.is_legal(climbed), self.evaluate(climbed), -np.inf)
        better = reached > values
        return np.where(better[:, None], climbed, x), np.where(better, reached, values)

    def _with_gradient(self, x: FloatArray) -> tuple[FloatArray, FloatArray]:
        return self._acquisition.evaluate_with_gradient(self._domain.mask(x))

    def _move(
        self, x: FloatArray, values: FloatArray, max_rounds: int, *, only_where_one_cannot_climb: bool = False
    ) -> tuple[FloatArray, FloatArray]:
        """Steepest ascent over single moves, for all points side by side."""
        x, values = x.copy(), values.copy()
        waiting = np.arange(len(x))
        for _ in range(max_rounds):
            candidates, place = self._domain.single_moves(
                x[waiting], only_where_one_cannot_climb=only_where_one_cannot_climb
            )
            if not len(place):
                break
            owner, reached = waiting[place], self.evaluate(candidates)
            waiting, best = _best_of_each(owner, reached)
            better = reached[best] > values[waiting]
            waiting, best = waiting[better], best[better]
            x[waiting], values[waiting] = candidates[best], reached[best]
        return x, values

    def rank(self, x: FloatArray, values: FloatArray) -> Proposals:
        """Different masked points, best first."""
        masked = self._domain.mask(x)
        order = np.argsort(-values, kind="stable")
        seen: dict[bytes, int] = {}
        for index, row in zip(order.tolist(), _rows_as_bytes(masked[order]), strict=True):
            seen.setdefault(row, index)
        kept = np.array(list(seen.values()), dtype=np.intp)
        return Proposals(masked[kept], values[kept])


def _best_of_each(owner: npt.NDArray[np.intp], values: FloatArray) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Different owners, increasing, and for each the place of its largest value, the first one of equals."""
    order = np.lexsort((-values, owner))
    owners, first = np.unique(owner[order], return_index=True)
    return owners, order[first]


def _rows_as_bytes(x: FloatArray) -> list[bytes]:
    """Each row of ``x`` ``(m, d)`` as something that can be looked up."""
    content, width = x.tobytes(), x.shape[1] * x.itemsize
    return [content[start : start + width] for start in range(0, len(content), width)]
