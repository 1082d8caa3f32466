"""Finds points where an acquisition function is high, in spaces of numbers, levels, categories and conditions.

Four steps, all of them batched:

1. *Screen* random points and neighbours of good points.
2. *Climb* from the best of them, which are kept apart, along coordinates that have a gradient.
3. *Move* single hyperparameters with levels or categories, while that helps; conditional ones may wake up on the way.
4. *Climb* again where a move was made, round to legal levels, and rank everything that was seen.

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
from syne_tune.optimizer.models.predictor import FloatArray

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
        max_climb: Batched evaluations per climb.
        max_move_rounds: Rounds of single moves.
    """

    num_random: int = 500
    num_neighbours: int = 500
    num_starts: int = 4
    max_climb: int = 15
    max_move_rounds: int = 3

    @classmethod
    def for_observations(cls, n: int) -> SearchEffort:
        """Effort at about constant cost: a prediction costs O(n^2), so more observations mean fewer points and steps.

        Args:
            n: Number of observations in the model.
        """
        points = int(np.clip(45_000 // max(1, n), 100, 500))
        steps = int(np.clip(3_000 // max(1, n), 8, 15))
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
        for index in np.argsort(-values, kind="stable"):
            if len(chosen) >= num:
                break
            if not chosen or np.min(np.max(np.abs(x[chosen] - x[index]), axis=1)) >= _APART:
                chosen.append(int(index))
        return np.array(chosen, dtype=np.intp)

    def refine(self, x: FloatArray, values: FloatArray, effort: SearchEffort) -> tuple[FloatArray, FloatArray]:
        """Climbs, moves, climbs again; values never get worse."""
        if not len(x):
            return x, values
        x, values = self._climb(x, values, effort.max_climb)
        moved_x, moved_values = self._move(x, values, effort.max_move_rounds)
        moved = moved_values > values
        if np.any(moved):
            climbed = self._climb(moved_x[moved], moved_values[moved], effort.max_climb)
            moved_x[moved], moved_values[moved] = climbed
        return moved_x, moved_values

    def _climb(self, x: FloatArray, values: FloatArray, max_evaluations: int) -> tuple[FloatArray, FloatArray]:
        """Gradient ascent, then rounding; points for which that does not pay stay where they were."""
        if not np.any(self._climbable) or max_evaluations < 1:
            return x, values
        free = np.broadcast_to(self._climbable, x.shape)
        climbed, _ = ascend(self._with_gradient, x, free, max_evaluations=max_evaluations, tolerance=self._tolerance)
        climbed = self._domain.round(climbed)
        reached = np.where(self._domain.is_legal(climbed), self.evaluate(climbed), -np.inf)
        better = reached > values
        return np.where(better[:, None], climbed, x), np.where(better, reached, values)

    def _with_gradient(self, x: FloatArray) -> tuple[FloatArray, FloatArray]:
        return self._acquisition.evaluate_with_gradient(self._domain.mask(x))

    def _move(self, x: FloatArray, values: FloatArray, max_rounds: int) -> tuple[FloatArray, FloatArray]:
        """Steepest ascent over single moves, for all points side by side."""
        x, values = x.copy(), values.copy()
        waiting = np.arange(len(x))
        for _ in range(max_rounds):
            moves = [self._domain.single_moves(x[index]) for index in waiting]
            owner = np.repeat(waiting, [len(rows) for rows in moves])
            if not len(owner):
                break
            candidates = np.vstack(moves)
            reached = self.evaluate(candidates)
            improved = []
            for index in np.unique(owner):
                best = np.flatnonzero(owner == index)[np.argmax(reached[owner == index])]
                if reached[best] > values[index]:
                    x[index], values[index] = candidates[best], reached[best]
                    improved.append(index)
            waiting = np.array(improved, dtype=np.intp)
        return x, values

    def rank(self, x: FloatArray, values: FloatArray) -> Proposals:
        """Different masked points, best first."""
        masked = self._domain.mask(x)
        order = np.argsort(-values, kind="stable")
        seen: dict[bytes, int] = {}
        for index in order:
            seen.setdefault(masked[index].tobytes(), int(index))
        kept = np.array(list(seen.values()), dtype=np.intp)
        return Proposals(masked[kept], values[kept])
