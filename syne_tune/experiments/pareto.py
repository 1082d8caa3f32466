"""Which rows of a table no other row beats in every respect. Pure."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from syne_tune.errors import OptionError
from syne_tune.experiments.result_table import finite_values
from syne_tune.metric_modes import metric_name_mode
from syne_tune.optimizer.pareto.non_dominated import is_non_dominated

get_pareto_optimal = is_non_dominated
"""The name existing scripts use."""


def get_pareto_set(results: pd.DataFrame, metrics: Sequence[str], mode: str | Sequence[str] = "min") -> pd.DataFrame:
    """The rows of a table of results that are Pareto optimal.

    Args:
        results: One row per report.
        metrics: Names of at least two metrics. Rows in which one of them is not finite are left out.
        mode: ``"min"`` or ``"max"``, or one per metric.

    Returns:
        These rows, in their order.

    Raises:
        OptionError: If there are fewer than two metrics, one is unknown, or there is not one mode per metric.
    """
    if len(metrics) < 2 or (not isinstance(mode, str) and len(mode) != len(metrics)):
        raise OptionError(f"A Pareto set needs at least two metrics, with one mode or one each: {metrics}, {mode!r}")
    columns = {name: finite_values(results, name) for name in metrics}
    table = pd.concat(columns, axis="columns", join="inner")
    signs = [-1.0 if metric_name_mode(metrics, mode, name)[1] == "max" else 1.0 for name in metrics]
    rows = table.index.to_numpy()[is_non_dominated(table.to_numpy() * np.array(signs))]
    return pd.DataFrame(results.iloc[rows])
