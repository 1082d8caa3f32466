"""What the columns of an encoded input mean: one block of columns per hyperparameter.

Notation::

    d   number of columns of an encoded input x (n, d), all in [0, 1]
    b   number of blocks, one per hyperparameter

Models need the blocks to give a hyperparameter one length scale, whatever the number of its columns; candidate
optimisation needs them to move along a hyperparameter. Neither knows names or values: those stay with the encoding.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from syne_tune.errors import OptionError
from syne_tune.optimizer.models.predictor import FloatArray


@dataclass(frozen=True)
class Scalar:
    """A hyperparameter with an order, encoded in one column.

    Args:
        levels: The legal positions in ``[0, 1]``, increasing; ``None`` if all of ``[0, 1]`` is legal.
        conditional: Whether the hyperparameter may be inactive; its column is ``nan`` in such rows.

    Raises:
        OptionError: If levels are not increasing inside of ``[0, 1]``.
    """

    levels: tuple[float, ...] | None = None
    conditional: bool = False

    def __post_init__(self) -> None:
        if self.levels is None:
            return
        steps = np.diff(np.array([-np.inf, *self.levels]))
        if not self.levels or np.any(steps <= 0) or self.levels[0] < 0 or self.levels[-1] > 1:
            raise OptionError(f"levels = {self.levels!r} must be one or more increasing numbers in [0, 1]")

    @property
    def num_columns(self) -> int:
        """Always 1."""
        return 1

    @cached_property
    def grid(self) -> FloatArray:
        """The levels as an array ``(k,)``; empty if there are none."""
        return np.array(self.levels or (), dtype=np.float64)

    @cached_property
    def _borders(self) -> FloatArray:
        return np.asarray((self.grid[1:] + self.grid[:-1]) / 2)

    def nearest_level(self, positions: FloatArray) -> npt.NDArray[np.intp]:
        """Index of the level nearest to each position, of the same shape; levels must exist."""
        return np.asarray(np.searchsorted(self._borders, positions), dtype=np.intp)


@dataclass(frozen=True)
class OneHot:
    """A hyperparameter without order: one column per value, a single 1 among 0s.

    Args:
        num_values: Number of values, which is the number of columns.
        conditional: Whether the hyperparameter may be inactive; all of its columns are ``nan`` in such rows.

    Raises:
        OptionError: If there is no value.
    """

    num_values: int
    conditional: bool = False

    def __post_init__(self) -> None:
        if self.num_values < 1:
            raise OptionError(f"num_values = {self.num_values!r} must be at least 1")

    @property
    def num_columns(self) -> int:
        """One per value."""
        return self.num_values


@dataclass(frozen=True)
class InputLayout:
    """All blocks of an encoded input, in the order of the columns.

    Args:
        blocks: One per hyperparameter.

    Example:
        ``InputLayout.of([Scalar(), OneHot(3)])`` describes inputs of four columns: a number, then three for a category.
    """

    blocks: tuple[Scalar | OneHot, ...]

    @classmethod
    def of(cls, blocks: Sequence[Scalar | OneHot]) -> InputLayout:
        """The layout of these blocks."""
        return cls(tuple(blocks))

    @cached_property
    def slices(self) -> tuple[slice, ...]:
        """Columns of each block, (b,)."""
        edges = np.cumsum([0, *(block.num_columns for block in self.blocks)]).tolist()
        return tuple(slice(start, end) for start, end in pairwise(edges))

    @property
    def num_columns(self) -> int:
        """The number d of columns."""
        return sum(block.num_columns for block in self.blocks)

    @cached_property
    def block_of_column(self) -> npt.NDArray[np.intp]:
        """Index of the block of each column, (d,)."""
        sizes = np.array([block.num_columns for block in self.blocks], dtype=np.intp)
        return np.repeat(np.arange(len(self.blocks)), sizes)

    @cached_property
    def is_one_hot(self) -> npt.NDArray[np.bool_]:
        """Whether a column belongs to a :class:`OneHot` block, (d,)."""
        return np.array([isinstance(block, OneHot) for block in self.blocks], dtype=np.bool_)[self.block_of_column]

    @cached_property
    def centre(self) -> FloatArray:
        """The point in the middle, (d,): 1/2 for scalars, equal weights for categories."""
        share = [1 / block.num_values if isinstance(block, OneHot) else 0.5 for block in self.blocks]
        return np.array(share)[self.block_of_column]

    def activity(self, x: FloatArray) -> npt.NDArray[np.bool_]:
        """Which hyperparameters are active in which rows.

        Args:
            x: Encoded inputs ``(n, d)``.

        Returns:
            ``(n, b)``: False where the columns of a block are ``nan``.
        """
        first_columns = [columns.start for columns in self.slices]
        active: npt.NDArray[np.bool_] = ~np.isnan(x[:, first_columns])
        return active
