"""Which points are better in several objectives at once. Pure.

Notation::

    n, m   number of points, number of objectives, all to be minimised

A point dominates another if it is at least as good in all objectives and better in one.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from syne_tune.optimizer.models.predictor import FloatArray

IntArray = npt.NDArray[np.intp]


def dominates(costs: FloatArray) -> npt.NDArray[np.bool_]:
    """Whether point i dominates point j, ``(n, n)``.

    Args:
        costs: ``(n, m)``.
    """
    at_least = np.ones((len(costs), len(costs)), dtype=np.bool_)
    better = np.zeros_like(at_least)
    for column in costs.T:
        at_least &= column[:, None] <= column[None, :]
        better |= column[:, None] < column[None, :]
    return at_least & better


def layer_of_each(costs: FloatArray) -> IntArray:
    """Fast non-dominated sorting: Deb, Pratap, Agarwal, Meyarivan, *NSGA-II*, IEEE TEC 2002, section III.A.

    Args:
        costs: ``(n, m)``; ``nan`` is not allowed.

    Returns:
        Layer of each point, ``(n,)``: 0 if nothing dominates it, 1 if only points of layer 0 do, and so on.
    """
    domination = dominates(costs)
    num_above = domination.sum(axis=0)
    layers = np.zeros(len(costs), dtype=np.intp)
    current, layer = np.flatnonzero(num_above == 0), 0
    while len(current):
        layers[current] = layer
        num_above[current] = -1
        num_above = num_above - domination[current].sum(axis=0)
        current, layer = np.flatnonzero(num_above == 0), layer + 1
    return layers


def epsilon_net_order(costs: FloatArray, first: int) -> IntArray:
    """Orders points so that each one is as far as possible from all before it.

    Salinas, Perrone, Cruchant, Archambeau, *A multi-objective perspective on jointly tuning hardware and
    hyperparameters*, NAS workshop at ICLR 2021, section 3: a greedy epsilon-net. Objectives are scaled to [0, 1].

    Args:
        costs: ``(n, m)``.
        first: The point to begin with.

    Returns:
        Positions of the points in this order, ``(n,)``.
    """
    span = costs.max(axis=0) - costs.min(axis=0)
    scaled = (costs - costs.min(axis=0)) / np.where(span > 0, span, 1)
    order = [first]
    distance = np.linalg.norm(scaled - scaled[first], axis=1)
    distance[first] = -1.0
    while len(order) < len(costs):
        nearest = int(np.argmax(distance))
        order.append(nearest)
        distance = np.minimum(distance, np.linalg.norm(scaled - scaled[nearest], axis=1))
        distance[order] = -1.0
    return np.array(order, dtype=np.intp)


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
