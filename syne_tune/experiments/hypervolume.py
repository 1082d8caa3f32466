"""Hypervolume of points that are to be minimised, and how it grows as points arrive. Pure.

Notation:
    ``m``: number of objectives, all minimised; ``r``: reference point, shape ``(m,)``; ``P``: points, shape ``(n, m)``.
    The hypervolume is the volume of the union of the boxes ``[p, r]`` over all ``p`` in ``P`` with ``p < r``.

The volume that a point adds is that of its box minus the hypervolume of all other points clipped to that box (the
"exclusive hypervolume" of While, Bradstreet and Barone, "A fast way of calculating exact hypervolumes", IEEE
Transactions on Evolutionary Computation 16(1), 2012, equation 6).
"""

from __future__ import annotations

import numpy as np


def hypervolume(points: np.ndarray, reference: np.ndarray) -> float:
    """Exact hypervolume.

    Args:
        points: Shape ``(n, m)``, to be minimised; points that do not dominate the reference add nothing.
        reference: Shape ``(m,)``.
    """
    growth = hypervolume_growth(points, reference)
    return float(growth[-1]) if len(growth) else 0.0


def hypervolume_growth(points: np.ndarray, reference: np.ndarray) -> np.ndarray:
    """Hypervolume of the first 1, 2, ..., n points.

    Args:
        points: Shape ``(n, m)``, to be minimised, in order of arrival.
        reference: Shape ``(m,)``.

    Returns:
        Non-decreasing values, shape ``(n,)``.
    """
    front = np.empty((0, points.shape[1]))
    volumes, total = np.empty(len(points)), 0.0
    for i, point in enumerate(points):
        if np.all(point < reference) and not _dominated(point, front):
            total += _exclusive(point, front, reference)
            front = np.vstack([front[~np.all(front >= point, axis=1)], point])
        volumes[i] = total
    return volumes


def _dominated(point: np.ndarray, front: np.ndarray) -> bool:
    return bool(np.any(np.all(front <= point, axis=1)))


def _exclusive(point: np.ndarray, front: np.ndarray, reference: np.ndarray) -> float:
    """Volume of the box of ``point`` that no point of ``front`` covers."""
    box = float(np.prod(reference - point))
    if len(front) == 0:
        return box
    clipped = np.unique(np.maximum(front, point), axis=0)
    if len(point) == 2:
        return box - _area(clipped, reference)
    return box - hypervolume(clipped, reference)


def _area(points: np.ndarray, reference: np.ndarray) -> float:
    """Hypervolume for ``m = 2``: a sum of strips, from left to right."""
    area, ceiling = 0.0, float(reference[1])
    for x, y in points[np.argsort(points[:, 0], kind="stable")]:
        if y < ceiling and x < reference[0]:
            area += float(reference[0] - x) * (ceiling - float(y))
            ceiling = float(y)
    return area
