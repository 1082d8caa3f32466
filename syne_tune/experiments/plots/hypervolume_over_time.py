"""The hypervolume dominated so far over the running time of the tuner."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from syne_tune.errors import OptionError
from syne_tune.experiments.plots.canvas import Curve, tuner_time
from syne_tune.experiments.result_table import finite_values
from syne_tune.optimizer.pareto.hypervolume import hypervolume_growth


def hypervolume_over_time(
    results: pd.DataFrame,
    metrics_and_modes: Sequence[tuple[str, str]],
    reference_point: Sequence[float] | None = None,
) -> Curve:
    """How the hypervolume grows.

    Args:
        results: One row per report, in any order.
        metrics_and_modes: Name and ``"min"`` or ``"max"`` of at least two metrics.
        reference_point: One value per metric, in units of the metric; by default the worst values reported.

    Returns:
        One point per report in which all metrics are finite, ordered by time.

    Raises:
        OptionError: If there are fewer than two metrics, one is unknown, or the reference point has another length.
    """
    if len(metrics_and_modes) < 2:
        raise OptionError(f"A hypervolume needs at least two metrics, not {[name for name, _ in metrics_and_modes]}")
    signs = np.array([1.0 if mode == "min" else -1.0 for _, mode in metrics_and_modes])
    columns = {name: finite_values(results, name) for name, _ in metrics_and_modes}
    table = pd.concat(columns, axis="columns", join="inner")
    seconds = tuner_time(results)[table.index.to_numpy()]
    order = np.argsort(seconds, kind="stable")
    points = (table.to_numpy() * signs)[order]
    reference = _reference(points, signs, reference_point)
    return Curve(seconds[order], hypervolume_growth(points, reference), "hypervolume")


def _reference(points: np.ndarray, signs: np.ndarray, given: Sequence[float] | None) -> np.ndarray:
    if given is not None and len(given) != len(signs):
        raise OptionError(f"reference_point={list(given)!r} needs one value for each of the {len(signs)} metrics")
    if given is not None:
        return np.asarray(np.array(given, dtype=float) * signs)
    return np.asarray(points.max(axis=0)) if len(points) else np.zeros_like(signs)
