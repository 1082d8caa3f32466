"""The best value so far over the running time of the tuner."""

from __future__ import annotations

import numpy as np
import pandas as pd

from syne_tune.experiments.plots.canvas import Curve, tuner_time
from syne_tune.experiments.result_table import finite_values


def best_over_time(results: pd.DataFrame, metric: str, mode: str) -> Curve:
    """The running minimum or maximum of a metric.

    Args:
        results: One row per report, in any order.
        metric: Name of the metric; values that are not finite are left out.
        mode: ``"min"`` or ``"max"``.

    Returns:
        One point per finite report, ordered by time.

    Raises:
        OptionError: If there is no such metric.
    """
    values = finite_values(results, metric)
    seconds = tuner_time(results)[values.index.to_numpy()]
    order = np.argsort(seconds, kind="stable")
    accumulate = np.minimum.accumulate if mode == "min" else np.maximum.accumulate
    return Curve(seconds[order], accumulate(values.to_numpy()[order]), f"best {metric} so far")
