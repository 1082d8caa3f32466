"""The part of objective space that no known point dominates, as disjoint boxes.

Notation::

    k        number of objectives, all to be minimised
    front    points (p, k) that do not dominate each other
    r        reference point (k,): values beyond it are worth nothing
    box      the points y with l < y <= u; l may be -inf

A new point y dominates, within a box, all that lies above y: the box is where improvement is counted.
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np

from syne_tune.errors import OptionError
from syne_tune.optimizer.models.predictor import FloatArray
from syne_tune.optimizer.pareto.non_dominated import is_non_dominated


class Boxes(NamedTuple):
    """Disjoint boxes.

    Attributes:
        lower: ``(b, k)``, possibly ``-inf``.
        upper: ``(b, k)``, finite.
    """

    lower: FloatArray
    upper: FloatArray


def non_dominated_boxes(points: FloatArray, reference: FloatArray) -> Boxes:
    """Decomposes what lies below the reference point and is not dominated.

    Slices along the last objective between the values of the front; within a slice, the points below it count, with one
    objective less ("hypervolume by slicing objectives", While et al. 2006, turned inside out). Two objectives give
    p + 1 strips; with k, the number of boxes grows like p^(k - 1).

    Args:
        points: ``(n, k)``; those that are dominated or not better than the reference play no role; n may be 0.
        reference: r ``(k,)``.

    Raises:
        OptionError: If shapes do not fit, or a number is not finite.
    """
    if points.ndim != 2 or reference.shape != (points.shape[1],) or not len(reference):
        raise OptionError(f"points of shape {points.shape} and a reference point of shape {reference.shape} do not fit")
    if not (np.all(np.isfinite(points)) and np.all(np.isfinite(reference))):
        raise OptionError("points and reference point must be finite; leave failed evaluations out")
    relevant = points[np.all(points < reference, axis=1)]
    lower, upper = _decompose(_front(relevant), reference)
    return Boxes(lower, upper)


def _decompose(front: FloatArray, reference: FloatArray) -> tuple[FloatArray, FloatArray]:
    if len(reference) == 1:
        best = np.min(front, initial=reference[0])
        return np.array([[-np.inf]]), np.array([[best]])
    edges = np.concatenate([[-np.inf], np.unique(front[:, -1]), reference[-1:]])
    lower, upper = [], []
    for low, high in pairwise(edges):
        below = front[front[:, -1] <= low, :-1]
        inner_lower, inner_upper = _decompose(_front(below), reference[:-1])
        lower.append(np.column_stack([inner_lower, np.full(len(inner_lower), low)]))
        upper.append(np.column_stack([inner_upper, np.full(len(inner_upper), high)]))
    return np.vstack(lower), np.vstack(upper)


def _front(points: FloatArray) -> FloatArray:
    """Different points ``(p, k)`` that no other one dominates."""
    return np.unique(points[is_non_dominated(points)], axis=0)
