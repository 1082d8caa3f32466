"""From the curves of several seeds to one curve with a band.

Notation::

    n, t   number of runs, number of times
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from syne_tune.experiments.plots.canvas import Curve

FloatArray: TypeAlias = npt.NDArray[np.float64]

_NORMAL_97_5 = 1.96
_NUM_RESAMPLES = 1000
_BOOTSTRAP_SEED = 0
"""Drawing the same comparison twice gives the same picture."""


class Band(NamedTuple):
    """One curve with an interval around it, each ``(t,)``."""

    middle: FloatArray
    lower: FloatArray
    upper: FloatArray


class AggregatedCurve(NamedTuple):
    """A band over time.

    Attributes:
        seconds: ``(t,)``, increasing.
        band: Over these times.
    """

    seconds: FloatArray
    band: Band


def on_common_times(curves: Sequence[Curve]) -> tuple[FloatArray, FloatArray]:
    """Brings step curves onto one time axis; a value holds until the next one.

    Args:
        curves: At least one, each with at least one point.

    Returns:
        Times ``(t,)``, which begin when the last of the curves begins, and values ``(n, t)``.
    """
    start = max(float(curve.seconds[0]) for curve in curves)
    times = np.unique(np.concatenate([curve.seconds for curve in curves]))
    times = times[times >= start]
    places = [np.searchsorted(curve.seconds, times, side="right") - 1 for curve in curves]
    return times, np.array([curve.values[place] for curve, place in zip(curves, places, strict=True)])


def aggregate(curves: Sequence[Curve], mode: str) -> AggregatedCurve:
    """Aggregates the curves of several runs.

    Args:
        curves: One per run, at least one.
        mode: Name in :data:`AGGREGATE_MODES`.
    """
    seconds, values = on_common_times(curves)
    return AggregatedCurve(seconds, AGGREGATE_MODES[mode](values))


def mean_and_ci(values: FloatArray) -> Band:
    """Mean, and its 95 % confidence interval under the normal approximation.

    Args:
        values: ``(n, t)``.
    """
    middle = values.mean(axis=0)
    width = _NORMAL_97_5 * values.std(axis=0, ddof=1 if len(values) > 1 else 0) / np.sqrt(len(values))
    return Band(middle, middle - width, middle + width)


def median_percentiles(values: FloatArray) -> Band:
    """Median, and the range of the middle half of the runs.

    Args:
        values: ``(n, t)``.
    """
    lower, middle, upper = np.percentile(values, (25, 50, 75), axis=0)
    return Band(middle, lower, upper)


def iqm_bootstrap(values: FloatArray) -> Band:
    """Interquartile mean, and its 95 % confidence interval from a bootstrap over runs.

    Agarwal, Schwarzer, Castro, Courville, Bellemare, *Deep Reinforcement Learning at the Edge of the Statistical
    Precipice*, NeurIPS 2021. The interval has the standard deviation over resampled runs, and ends at the best and the
    worst run: no resample has an interquartile mean beyond them.

    Args:
        values: ``(n, t)``.
    """
    middle = interquartile_mean(values)
    if len(values) == 1:
        return Band(middle, middle, middle)
    random_state = np.random.RandomState(_BOOTSTRAP_SEED)
    counts = random_state.multinomial(len(values), np.full(len(values), 1 / len(values)), size=_NUM_RESAMPLES)
    order = np.argsort(values, axis=0, kind="stable")
    ordered = np.take_along_axis(values, order, axis=0)
    width = _NORMAL_97_5 * np.sqrt(_resampled_variance(ordered, order, counts))
    return Band(middle, np.maximum(middle - width, ordered[0]), np.minimum(middle + width, ordered[-1]))


def interquartile_mean(values: FloatArray) -> FloatArray:
    """Mean of the middle half: a quarter of the mass is cut off on each side, values in part where n/4 is no integer.

    Args:
        values: ``(n, t)``.

    Returns:
        ``(t,)``.
    """
    count = len(values)
    mass = _middle_half(np.ones((1, count)))[0]
    return np.asarray(mass @ np.sort(values, axis=0) / (count / 2))


def _middle_half(counts: FloatArray) -> FloatArray:
    """How much of each sorted value, counted so many times, lies in the middle half: ``(s, n)``, rows sum to n/2."""
    total = counts.sum(axis=1, keepdims=True)
    upper = np.cumsum(counts, axis=1)
    lower = upper - counts
    kept = np.minimum(upper, 0.75 * total) - np.maximum(lower, 0.25 * total)
    return np.asarray(np.maximum(kept, 0))


def _resampled_variance(ordered: FloatArray, order: npt.NDArray[np.intp], counts: npt.NDArray[np.int64]) -> FloatArray:
    """Variance over bootstrap samples of the interquartile mean, ``(t,)``.

    Args:
        ordered: Sorted values ``(n, t)``.
        order: Which run each of them is from, ``(n, t)``.
        counts: How often each run was drawn, ``(s, n)``.
    """
    variances = np.empty(ordered.shape[1])
    for column in range(ordered.shape[1]):
        is_new = column == 0 or not np.array_equal(ordered[:, column], ordered[:, column - 1])
        if is_new or not np.array_equal(order[:, column], order[:, column - 1]):
            mass = _middle_half(counts[:, order[:, column]].astype(np.float64))
            variances[column] = np.var(mass @ ordered[:, column] / (len(ordered) / 2))
        else:
            variances[column] = variances[column - 1]
    return variances


AGGREGATE_MODES: Mapping[str, Callable[[FloatArray], Band]] = {
    "iqm_bootstrap": iqm_bootstrap,
    "mean_and_ci": mean_and_ci,
    "median_percentiles": median_percentiles,
}
"""Ways to aggregate, by the name of ``PlotParameters.aggregate_mode``."""

AGGREGATE_CAPTIONS: Mapping[str, str] = {
    "iqm_bootstrap": "interquartile mean over seeds, 95 % bootstrap interval",
    "mean_and_ci": "mean over seeds, 95 % interval",
    "median_percentiles": "median over seeds, range of their middle half",
}
"""What readers are told about a curve and its band."""
