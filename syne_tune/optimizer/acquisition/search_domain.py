"""The set of points an acquisition function is maximised over: draws, neighbours, single moves, rounding.

Notation::

    x     full points (m, d): every column has a value, also those of inactive hyperparameters
    xa    masked points (m, d): the same with nan in inactive columns; this is what models see

Full points remember values of inactive hyperparameters, so that a move which activates one has a value to start from.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from syne_tune.optimizer.models.inputs import InputLayout, OneHot, Scalar
from syne_tune.optimizer.models.predictor import FloatArray

Activity: TypeAlias = Callable[[FloatArray], npt.NDArray[np.bool_]]
"""From full points (m, d) to which of the b hyperparameters are active, (m, b)."""

Legality: TypeAlias = Callable[[FloatArray], npt.NDArray[np.bool_]]
"""From masked points (m, d) to whether they satisfy all constraints, (m,)."""

_FINE = 12
"""A scalar with at least so many levels is climbed like a continuous one, then rounded."""

_REACH = 2
"""Such a scalar is then moved by up to so many levels."""

_SHORTEST_STEP, _LONGEST_STEP = 1e-3, 0.3
_ROUNDS = 20


@dataclass(frozen=True)
class SearchDomain:
    """A layout with conditions and constraints.

    Args:
        layout: Meaning of the columns.
        activity: Which hyperparameters are active; ``None``: all, always.
        legality: Which points are allowed; ``None``: all.
    """

    layout: InputLayout
    activity: Activity | None = None
    legality: Legality | None = None

    def mask(self, x: FloatArray) -> FloatArray:
        """Full points to masked points."""
        if self.activity is None:
            return x
        active = self.activity(x)[:, self.layout.block_of_column]
        return np.where(active, x, np.nan)

    def fill(self, masked: FloatArray) -> FloatArray:
        """Masked points to full points: inactive columns get the centre of their range."""
        return self.round(np.where(np.isnan(masked), self.layout.centre, masked))

    def is_legal(self, x: FloatArray) -> npt.NDArray[np.bool_]:
        """Whether full points satisfy all constraints, ``(m,)``."""
        return np.ones(len(x), dtype=np.bool_) if self.legality is None else self.legality(self.mask(x))

    def sample(self, num: int, random_state: np.random.RandomState) -> FloatArray:
        """Draws legal full points uniformly.

        Args:
            num: How many.
            random_state: Source of randomness.

        Returns:
            ``(m, d)`` with m at most ``num``: fewer if legal points are so rare that twenty rounds do not find them.
        """
        found = np.empty((0, self.layout.num_columns))
        for _ in range(_ROUNDS):
            drawn = self.round(random_state.random_sample((num, self.layout.num_columns)))
            found = np.vstack([found, drawn[self.is_legal(drawn)]])
            if len(found) >= num:
                break
        return found[:num]

    def round(self, x: FloatArray) -> FloatArray:
        """The nearest points whose scalars are at legal levels and whose categories are one-hot."""
        rounded = np.clip(x, 0.0, 1.0)
        for block, columns in zip(self.layout.blocks, self.layout.slices, strict=True):
            if isinstance(block, OneHot):
                rounded[:, columns] = np.eye(block.num_values)[np.argmax(x[:, columns], axis=1)]
            elif block.levels is not None:
                rounded[:, columns.start] = block.grid[block.nearest_level(x[:, columns.start])]
        return rounded

    def neighbours(self, centres: FloatArray, num: int, random_state: np.random.RandomState) -> FloatArray:
        """Legal full points near others: some hyperparameters change, by steps of very different lengths.

        Changing few coordinates of good points finds improvements which uniform draws miss in many dimensions
        (Regis & Shoemaker 2013, DYCORS; "RAASP" in Eriksson & Jankowiak 2021).

        Args:
            centres: Full points ``(c, d)``, used in turn.
            num: How many.
            random_state: Source of randomness.

        Returns:
            ``(m, d)`` with m at most ``num``: those that are illegal are left out.
        """
        x = centres[np.arange(num) % len(centres)].copy()
        blocks = self.layout.blocks
        changes = _changes(num, len(blocks), random_state)
        length = np.exp(random_state.uniform(np.log(_SHORTEST_STEP), np.log(_LONGEST_STEP), size=num))
        for index, (block, columns) in enumerate(zip(blocks, self.layout.slices, strict=True)):
            rows = np.flatnonzero(changes[:, index])
            if isinstance(block, OneHot):
                x[rows, columns] = _other_category(x[rows, columns], random_state)
            else:
                x[rows, columns.start] = _step(block, x[rows, columns.start], length[rows], random_state)
        return x[self.is_legal(x)]

    def candidates(
        self, centres: FloatArray, num_random: int, num_neighbours: int, random_state: np.random.RandomState
    ) -> FloatArray:
        """Neighbours of good points, and uniform draws: where to begin a search.

        Args:
            centres: Masked points ``(c, d)`` worth looking around; c may be 0.
            num_random: Number of draws.
            num_neighbours: Number of neighbours.
            random_state: Source of randomness.

        Returns:
            Legal full points ``(m, d)``.
        """
        pool = self.sample(num_random, random_state)
        if not len(centres) or not num_neighbours:
            return pool
        return np.vstack([self.neighbours(self.fill(centres), num_neighbours, random_state), pool])

    @property
    def climbable(self) -> npt.NDArray[np.bool_]:
        """Columns along which gradients make sense, ``(d,)``: continuous scalars and those with many levels."""
        return np.array(
            [isinstance(block, Scalar) and _is_fine(block) for block in self.layout.blocks], dtype=np.bool_
        )[self.layout.block_of_column]

    def single_moves(
        self, points: FloatArray, *, only_where_one_cannot_climb: bool = False
    ) -> tuple[FloatArray, npt.NDArray[np.intp]]:
        """All legal full points which differ from a given one in one active hyperparameter with levels or categories.

        Categories and scalars with few levels take all values, those with many levels the nearest.

        Args:
            points: Full points ``(k, d)``.
            only_where_one_cannot_climb: Whether those with many levels stay.

        Returns:
            The moved points ``(m, d)``, and from which of the given ones each was made ``(m,)``.
        """
        active = None if self.activity is None else self.activity(points)
        moved, owner = [points[:0]], [np.arange(0)]
        for index, (block, columns) in enumerate(zip(self.layout.blocks, self.layout.slices, strict=True)):
            if _has_moves(block, only_where_one_cannot_climb):
                rows, values = _alternatives(block, points[:, columns], None if active is None else active[:, index])
                moved.append(points[rows])
                moved[-1][:, columns] = values
                owner.append(rows)
        together, owners = np.concatenate(moved), np.concatenate(owner)
        if self.legality is None:
            return together, owners
        legal = self.is_legal(together)
        return together[legal], owners[legal]


def _is_fine(block: Scalar) -> bool:
    return block.levels is None or len(block.levels) >= _FINE


def _has_moves(block: Scalar | OneHot, only_where_one_cannot_climb: bool) -> bool:
    if isinstance(block, OneHot):
        return True
    return block.levels is not None and not (only_where_one_cannot_climb and _is_fine(block))


def _changes(num: int, num_blocks: int, random_state: np.random.RandomState) -> npt.NDArray[np.bool_]:
    """Which blocks change in which neighbour, ``(num, b)``: one, some or all of them, never none."""
    share = np.array([1 / num_blocks, 0.3, 1.0])[random_state.randint(3, size=(num, 1))]
    changes = np.asarray(random_state.random_sample((num, num_blocks)) < share)
    changes[np.arange(num), random_state.randint(num_blocks, size=num)] = True
    return changes


def _step(block: Scalar, values: FloatArray, length: FloatArray, random_state: np.random.RandomState) -> FloatArray:
    """Normal steps, reflected at the bounds; scalars with levels move by at least one level."""
    moved = values + length * random_state.standard_normal(len(values))
    moved = 1 - np.abs(1 - np.abs(moved))
    if block.levels is None:
        return np.asarray(np.maximum(np.minimum(moved, 1.0), 0.0))
    last = len(block.grid) - 1
    before, after = block.nearest_level(values), block.nearest_level(moved)
    nudge = 2 * random_state.randint(2, size=len(values)) - 1
    nudge = np.where((before + nudge < 0) | (before + nudge > last), -nudge, nudge)
    after = np.where(after == before, before + nudge, after)
    return np.asarray(block.grid[np.maximum(np.minimum(after, last), 0)])


def _other_category(one_hot: FloatArray, random_state: np.random.RandomState) -> FloatArray:
    """Another category for each row, drawn uniformly."""
    count = one_hot.shape[1]
    if count == 1:
        return one_hot
    shift = random_state.randint(1, count, size=len(one_hot))
    return np.asarray(np.eye(count)[(np.argmax(one_hot, axis=1) + shift) % count])


def _alternatives(
    block: Scalar | OneHot, current: FloatArray, active: npt.NDArray[np.bool_] | None
) -> tuple[npt.NDArray[np.intp], FloatArray]:
    """Other values of a block with levels or categories in the neighbourhood of the current ones.

    Args:
        block: The block.
        current: Its columns in k points ``(k, columns)``.
        active: Where it is active ``(k,)``; ``None``: everywhere.

    Returns:
        Places of points ``(m,)``, and values for them ``(m, columns)``.
    """
    if isinstance(block, OneHot):
        rows, places = np.nonzero(_where(current < 0.5, active))
        return rows, np.eye(block.num_values)[places]
    here, count = block.nearest_level(current), len(block.grid)
    first, choices = (here - _REACH, 2 * _REACH + 1) if _is_fine(block) else (np.zeros_like(here), count)
    levels = first + np.arange(choices)
    rows, places = np.nonzero(_where((levels != here) & (levels >= 0) & (levels < count), active))
    return rows, block.grid[levels[rows, places], None]


def _where(possible: npt.NDArray[np.bool_], active: npt.NDArray[np.bool_] | None) -> npt.NDArray[np.bool_]:
    return possible if active is None else possible & active[:, None]
