"""Which points are better in several objectives at once.

Notation::

    n, m   number of points, number of objectives, all to be minimised

A point dominates another if it is at least as good in all objectives and better in one. Equal points do not dominate
each other.
"""

from __future__ import annotations

from bisect import bisect_left

import numpy as np
import numpy.typing as npt

from syne_tune.optimizer.models.predictor import FloatArray

IntArray = npt.NDArray[np.intp]


def is_non_dominated(costs: FloatArray) -> npt.NDArray[np.bool_]:
    """Which points no other point dominates.

    Args:
        costs: ``(n, m)``; ``nan`` is not allowed.

    Returns:
        ``(n,)``. Of equal points, all are kept or none.
    """
    kept = np.ones(len(costs), dtype=np.bool_)
    for place in np.lexsort(costs.T[::-1]):
        if kept[place]:
            no_better = np.all(costs >= costs[place], axis=1)
            kept &= ~(no_better & np.any(costs > costs[place], axis=1))
    return kept


def layer_of_each(costs: FloatArray) -> IntArray:
    """Non-dominated sorting.

    The layers are those of Deb, Pratap, Agarwal, Meyarivan, *NSGA-II*, IEEE TEC 2002, section III.A. They are found as
    in Zhang, Tian, Cheng, Jin, *An Efficient Approach to Nondominated Sorting*, IEEE TEC 2015, algorithm 1 with binary
    search: in lexicographic order, a point can only be dominated by those before it.

    Args:
        costs: ``(n, m)``; ``nan`` is not allowed.

    Returns:
        Layer of each point, ``(n,)``: 0 if nothing dominates it, 1 if only points of layer 0 do, and so on.
    """
    order = np.lexsort(costs.T[::-1])
    layers = np.empty(len(costs), dtype=np.intp)
    layers[order] = _layers_of_two(costs[order]) if costs.shape[1] == 2 else _layers_of_many(costs[order])
    return layers


def _layers_of_two(ordered: FloatArray) -> list[int]:
    """As :func:`layer_of_each`, for points ``(n, 2)`` in lexicographic order; O(n log n).

    The last point of a layer is its lowest in the second objective, and dominates what any of its points does.
    """
    last: list[tuple[float, float]] = []
    layers = []
    for first, second in ordered.tolist():
        layer = bisect_left(last, (second, first))
        last[layer : layer + 1] = [(second, first)]
        layers.append(layer)
    return layers


def _layers_of_many(ordered: FloatArray) -> list[int]:
    """As :func:`layer_of_each`, for points in lexicographic order."""
    members: list[list[int]] = []
    layers = []
    for place, point in enumerate(ordered):
        low, high = 0, len(members)
        while low < high:
            middle = (low + high) // 2
            if _dominated_by_one_of(ordered[members[middle]], point):
                low = middle + 1
            else:
                high = middle
        if low == len(members):
            members.append([])
        members[low].append(place)
        layers.append(low)
    return layers


def _dominated_by_one_of(points: FloatArray, point: FloatArray) -> bool:
    return bool(np.any(np.all(points <= point, axis=1) & np.any(points < point, axis=1)))


def epsilon_net_order(costs: FloatArray, first: int) -> IntArray:
    """Orders points so that each one is as far as possible from all before it.

    Salinas, Perrone, Cruchant, Archambeau, *A multi-objective perspective on jointly tuning hardware and
    hyperparameters*, NAS workshop at ICLR 2021, section 3: a greedy epsilon-net. Objectives are scaled to [0, 1].

    Args:
        costs: ``(n, m)``, n at least 1.
        first: The point to begin with.

    Returns:
        Positions of the points in this order, ``(n,)``. Of points equally far, the first one is next.
    """
    scaled = _scaled(costs)
    order = [first]
    distance = np.linalg.norm(scaled - scaled[first], axis=1)
    distance[first] = -1.0
    while len(order) < len(costs):
        furthest = int(np.argmax(distance))
        order.append(furthest)
        distance = np.minimum(distance, np.linalg.norm(scaled - scaled[furthest], axis=1))
        distance[furthest] = -1.0
    return np.array(order, dtype=np.intp)


def _scaled(costs: FloatArray) -> FloatArray:
    """Each objective in [0, 1]; halved before it is subtracted, so that the largest numbers do not overflow."""
    half = costs / 2
    low, span = half.min(axis=0), np.ptp(half, axis=0)
    return np.asarray((half - low) / np.where(span > 0, span, 1))


def crowding_distance(costs: FloatArray) -> FloatArray:
    """How far the neighbours of each point are, summed over objectives: Deb et al., *NSGA-II*, section III.B.

    Args:
        costs: Points of one layer, ``(n, m)``.

    Returns:
        ``(n,)``; infinite for the extreme points of each objective.
    """
    distance = np.zeros(len(costs))
    for column in costs.T:
        order = np.argsort(column, kind="stable")
        span = column[order[-1]] - column[order[0]]
        distance[order[[0, -1]]] = np.inf
        if span > 0 and len(costs) > 2:
            distance[order[1:-1]] += (column[order[2:]] - column[order[:-2]]) / span
    return distance
