"""Hypervolume of points that are to be minimised, and how it grows as points arrive.

Notation::

    n, m   number of points, number of objectives, all to be minimised
    r      reference point (m,): values beyond it are worth nothing

The hypervolume is the volume of the union of the boxes ``[p, r]`` over all points ``p < r``. The volume that a point
adds is that of its box minus the hypervolume of all other points clipped to that box (the "exclusive hypervolume" of
While, Bradstreet and Barone, *A fast way of calculating exact hypervolumes*, IEEE Transactions on Evolutionary
Computation 16(1), 2012, equation 6).
"""

from __future__ import annotations

import numpy as np

from syne_tune.errors import OptionError
from syne_tune.optimizer.models.predictor import FloatArray


def default_reference_point(results_array: FloatArray) -> FloatArray:
    """A point ``(m,)`` a little worse than the worst of the points ``(n, m)`` in each objective."""
    worst = np.asarray(results_array, dtype=np.float64).max(axis=0)
    return np.asarray(worst * (1 + 1e-6) + 1e-6)


def hypervolume(results_array: FloatArray, reference_point: FloatArray | None = None) -> float:
    """Exact hypervolume.

    Args:
        results_array: ``(n, m)``, to be minimised; points that do not dominate the reference add nothing.
        reference_point: r ``(m,)``. Default: :func:`default_reference_point`.

    Raises:
        OptionError: If shapes do not fit, or a number is not finite.
    """
    growth = hypervolume_growth(results_array, reference_point)
    return float(growth[-1]) if len(growth) else 0.0


def hypervolume_growth(results_array: FloatArray, reference_point: FloatArray | None = None) -> FloatArray:
    """Hypervolume of the first 1, 2, ..., n points.

    Args:
        results_array: ``(n, m)``, to be minimised, in order of arrival.
        reference_point: r ``(m,)``. Default: :func:`default_reference_point` of all points.

    Returns:
        Non-decreasing values ``(n,)``.

    Raises:
        OptionError: If shapes do not fit, or a number is not finite.
    """
    points, reference = _checked(results_array, reference_point)
    front = np.empty((0, points.shape[1]))
    volumes, total = np.empty(len(points)), 0.0
    for i, point in enumerate(points):
        if np.all(point < reference) and not np.any(np.all(front <= point, axis=1)):
            total += _exclusive(point, front, reference)
            front = np.vstack([front[~np.all(front >= point, axis=1)], point])
        volumes[i] = total
    return volumes


def hypervolume_cumulative(
    results_array: FloatArray, reference_point: FloatArray | None = None, increment: int = 1
) -> FloatArray:
    """As :func:`hypervolume_growth`, exact at every so-manyth point and at the last, linear in between.

    Args:
        results_array: See there.
        reference_point: See there.
        increment: Distance of the points at which the value is exact.

    Raises:
        OptionError: As there, or if ``increment`` is smaller than 1.
    """
    if increment < 1:
        raise OptionError(f"increment = {increment!r}: must be at least 1")
    values = hypervolume_growth(results_array, reference_point)
    if len(values):
        linear_interpolate(values, sorted({*range(0, len(values), increment), len(values) - 1}))
    return values


def linear_interpolate(hv_indicator: FloatArray, indices: list[int]) -> None:
    """Replaces all values between given ones, in place.

    Args:
        hv_indicator: ``(n,)``.
        indices: Increasing; values at these positions stay, those between are interpolated linearly.
    """
    between = np.arange(indices[0], indices[-1] + 1)
    hv_indicator[between] = np.interp(between, indices, hv_indicator[indices])


def _checked(results_array: FloatArray, reference_point: FloatArray | None) -> tuple[FloatArray, FloatArray]:
    points = np.asarray(results_array, dtype=np.float64)
    if points.ndim != 2 or points.shape[1] < 1:
        raise OptionError(f"points of shape {points.shape}: must be a matrix, one row per point")
    if reference_point is None:
        reference = default_reference_point(points) if len(points) else np.zeros(points.shape[1])
    else:
        reference = np.asarray(reference_point, dtype=np.float64)
    if reference.shape != (points.shape[1],):
        raise OptionError(f"points of shape {points.shape} and a reference point of shape {reference.shape} do not fit")
    if not (np.all(np.isfinite(points)) and np.all(np.isfinite(reference))):
        raise OptionError("points and reference point must be finite; leave failed evaluations out")
    return points, reference


def _volume(points: FloatArray, reference: FloatArray) -> float:
    """Hypervolume of checked points."""
    if points.shape[1] == 2:
        return _area(points, reference)
    growth = hypervolume_growth(points, reference)
    return float(growth[-1]) if len(growth) else 0.0


def _exclusive(point: FloatArray, front: FloatArray, reference: FloatArray) -> float:
    """Volume of the box of ``point`` that no point of ``front`` covers."""
    box = float(np.prod(reference - point))
    if len(front) == 0:
        return box
    return box - _volume(np.unique(np.maximum(front, point), axis=0), reference)


def _area(points: FloatArray, reference: FloatArray) -> float:
    """Hypervolume for ``m = 2``: a sum of strips, from left to right."""
    area, ceiling = 0.0, float(reference[1])
    for x, y in points[np.argsort(points[:, 0], kind="stable")]:
        if y < ceiling and x < reference[0]:
            area += float(reference[0] - x) * (ceiling - float(y))
            ceiling = float(y)
    return area
