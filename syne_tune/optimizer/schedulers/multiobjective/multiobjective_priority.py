"""How points with several objectives are put into one order: :class:`MOPriority` and its kinds.

Notation::

    n, m   number of points, number of objectives, all to be minimised
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence

import numpy as np

from syne_tune.errors import OptionError, nearest
from syne_tune.optimizer.models.predictor import FloatArray
from syne_tune.optimizer.models.ranks import smallest_ranks
from syne_tune.optimizer.pareto.non_dominated import epsilon_net_order, layer_of_each


class MOPriority(ABC):
    """Gives every point a number, the smaller the better. Users derive their own from it.

    Args:
        metrics: Names of the objectives, if columns are to be named rather than counted.
    """

    def __init__(self, metrics: Sequence[str] | None = None) -> None:
        self.metrics = None if metrics is None else list(metrics)

    @abstractmethod
    def priority_unsafe(self, objectives: FloatArray) -> FloatArray:
        """As calling this object, but the argument is known to be a matrix of finite numbers."""

    def __call__(self, objectives: FloatArray) -> FloatArray:
        """Priorities of all points.

        Args:
            objectives: ``(n, m)``, all to be minimised.

        Returns:
            ``(n,)``; permuting points permutes priorities.

        Raises:
            OptionError: If the argument is not a matrix of finite numbers, or has not one column per metric.
        """
        costs = np.asarray(objectives, dtype=np.float64)
        if costs.ndim != 2 or not np.all(np.isfinite(costs)):
            raise OptionError(f"objectives of shape {costs.shape}: must be a matrix of finite numbers, a row per point")
        if self.metrics is not None and costs.shape[1] != len(self.metrics):
            raise OptionError(f"objectives of shape {costs.shape}: needs one column per metric {self.metrics}")
        return self.priority_unsafe(costs) if len(costs) else np.empty(0)


class FixedObjectivePriority(MOPriority):
    """One objective decides.

    Args:
        metrics: Names of the objectives.
        dim: Name or position of the one that decides. Default: the first.

    Raises:
        OptionError: If there is no such objective.
    """

    def __init__(self, metrics: Sequence[str] | None = None, dim: int | str | None = None) -> None:
        super().__init__(metrics)
        self.dim = _position(dim, self.metrics)

    def priority_unsafe(self, objectives: FloatArray) -> FloatArray:
        """The column that decides."""
        return objectives[:, self.dim]


class LinearScalarizationPriority(MOPriority):
    """A weighted mean of the objectives.

    Args:
        metrics: Names of the objectives.
        weights: One per objective. Default: equal ones.

    Raises:
        OptionError: If there is not one finite weight per metric.
    """

    def __init__(self, metrics: Sequence[str] | None = None, weights: Sequence[float] | None = None) -> None:
        super().__init__(metrics)
        self.weights = None if weights is None else np.asarray(weights, dtype=np.float64)
        if self.weights is None:
            return
        if self.weights.ndim != 1 or not np.all(np.isfinite(self.weights)):
            raise OptionError(f"weights = {weights!r}: must be a list of finite numbers")
        if self.metrics is not None and len(self.weights) != len(self.metrics):
            raise OptionError(f"weights = {weights!r}: needs one per metric {self.metrics}")

    def priority_unsafe(self, objectives: FloatArray) -> FloatArray:
        """Weighted means.

        Raises:
            OptionError: If there is not one weight per objective.
        """
        if self.weights is None:
            return np.asarray(objectives.mean(axis=1))
        if len(self.weights) != objectives.shape[1]:
            raise OptionError(f"weights = {self.weights.tolist()}: needs one for each of {objectives.shape[1]} columns")
        return np.asarray(objectives @ self.weights / objectives.shape[1])


class NonDominatedPriority(MOPriority):
    """Layer by layer of non-dominated points; within a layer, points far from those before come first.

    The priority of a point is the number of points before it in this order; equal points have equal priorities. See
    :mod:`~syne_tune.optimizer.pareto.non_dominated` for both parts.

    Args:
        metrics: Names of the objectives.
        dim: Within a layer, the point that is best in this objective comes first. ``None``: the one with the best mean.
        max_num_samples: Only so many points are ordered by distance; all that follow have the same, worst priority.

    Raises:
        OptionError: If there is no such objective.
    """

    def __init__(
        self,
        metrics: Sequence[str] | None = None,
        dim: int | str | None = 0,
        max_num_samples: int | None = None,
    ) -> None:
        super().__init__(metrics)
        self.dim = None if dim is None else _position(dim, self.metrics)
        if max_num_samples is not None and max_num_samples < 1:
            raise OptionError(f"max_num_samples = {max_num_samples!r}: must be at least 1")
        self.max_num_samples = max_num_samples

    def priority_unsafe(self, objectives: FloatArray) -> FloatArray:
        """Positions in the order, which depends on the set of points only, not on their own order."""
        points, of_each, counts = np.unique(objectives, axis=0, return_inverse=True, return_counts=True)
        layers, in_order = layer_of_each(points), []
        for layer in range(int(layers.max()) + 1):
            members = np.flatnonzero(layers == layer)
            in_order.append(members[epsilon_net_order(points[members], self._first(points[members]))])
        order = np.concatenate(in_order)
        before = np.empty(len(points))
        before[order] = np.cumsum(counts[order]) - counts[order]
        limit = len(objectives) if self.max_num_samples is None else self.max_num_samples
        return np.asarray(np.minimum(before[of_each.reshape(-1)], limit))

    def _first(self, costs: FloatArray) -> int:
        return int(np.argmin(costs.mean(axis=1) if self.dim is None else costs[:, self.dim]))


class RankVolumePriority(MOPriority):
    """The hypervolume of each point by itself, where ranks stand for objectives and the worst rank for the reference.

    That is the product, over objectives, of the share of points that are not better. A dominated point comes after
    those that dominate it, but compromises come before extremes: a point that is best in one objective and among the
    worst in another has hardly any volume. Scales of objectives play no role, nor do outliers.

    Args:
        metrics: Names of the objectives.
    """

    def priority_unsafe(self, objectives: FloatArray) -> FloatArray:
        """One minus the volume, in [0, 1)."""
        better = np.stack([smallest_ranks(column) for column in objectives.T], axis=1) - 1
        return np.asarray(1.0 - np.prod(1.0 - better / len(objectives), axis=1))


def _position(dim: int | str | None, metrics: list[str] | None) -> int:
    if dim is None:
        return 0
    if isinstance(dim, str):
        if metrics is None or dim not in metrics:
            raise OptionError(f"dim = {dim!r}: {nearest(dim, metrics or [])}")
        return metrics.index(dim)
    if dim < 0 or (metrics is not None and dim >= len(metrics)):
        raise OptionError(f"dim = {dim!r}: must be the position of an objective, from 0")
    return dim
