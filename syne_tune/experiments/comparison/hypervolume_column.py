"""The hypervolume so far, as a column that comparisons can draw."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from syne_tune.errors import OptionError
from syne_tune.experiments.plots.canvas import tuner_time
from syne_tune.experiments.plots.hypervolume_over_time import hypervolume_over_time


def hypervolume_indicator_column_generator(
    metrics_and_modes: Sequence[tuple[str, str]],
    reference_point: Sequence[float] | None = None,
    increment: int = 1,
) -> Callable[[pd.DataFrame], pd.Series]:
    """Makes a ``dataframe_column_generator`` for :class:`~.comparative_results.ComparativeResults`.

    Larger is better: draw it with ``PlotParameters(metric="hypervolume", mode="max", convert_to_min=False)``.

    Args:
        metrics_and_modes: Name and ``"min"`` or ``"max"`` of at least two metrics.
        reference_point: One value per metric, in units of the metric. By default the worst values of each experiment,
            which makes experiments incomparable: give one whenever several are drawn.
        increment: The value is kept for so many reports before it is brought up to date.

    Returns:
        A function from the results of an experiment to the hypervolume of all reports up to each row's time; ``nan``
        in rows in which a metric is not finite and before the first that is.

    Raises:
        OptionError: If increment is smaller than 1; later if there are fewer than two metrics or one is unknown.
    """
    if increment < 1:
        raise OptionError(f"increment = {increment!r}: must be at least 1")

    def column(frame: pd.DataFrame) -> pd.Series:
        curve = hypervolume_over_time(frame, metrics_and_modes, reference_point)
        if not len(curve.seconds):
            return pd.Series(np.nan, index=frame.index)
        kept = np.arange(len(curve.values)) // increment * increment
        places = np.searchsorted(curve.seconds, tuner_time(frame), side="right") - 1
        values = np.where(places >= 0, curve.values[kept][places], np.nan)
        return pd.Series(values, index=frame.index)

    return column
