"""Resource levels: where metric values are compared, and what belongs to each of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from syne_tune.errors import OptionError
from syne_tune.optimizer.models.predictor import FloatArray


class ResourceLevels:
    """An increasing sequence of resources, as shares of the largest one.

    Args:
        resources: Positive integers, increasing; the last one is r_max.

    Attributes:
        resources: As given.
        shares: ``r / r_max`` for each, ``(k,)``.

    Raises:
        OptionError: If resources are not positive and increasing.
    """

    def __init__(self, resources: Sequence[int]) -> None:
        self.resources = tuple(resources)
        if not self.resources or np.any(np.diff((0, *self.resources)) <= 0):
            raise OptionError(f"levels = {self.resources} must be one or more positive integers, increasing")
        self.shares: FloatArray = np.array(self.resources) / self.max_resource
        self._borders = np.sqrt(self.shares[1:] * self.shares[:-1])

    def __len__(self) -> int:
        return len(self.resources)

    @property
    def max_resource(self) -> int:
        """The largest resource r_max."""
        return self.resources[-1]

    def index(self, shares: FloatArray) -> npt.NDArray[np.intp]:
        """Index of the level whose ratio to each ``r / r_max`` is nearest to one, ``(n,)``."""
        return np.asarray(np.searchsorted(self._borders, shares), dtype=np.intp)
