"""Which reports no other report beats in every respect: :func:`pareto_front`, :func:`get_pareto_set`. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from syne_tune.callbacks.store_results import CONFIG_PREFIX
from syne_tune.constants import ST_TRIAL_ID
from syne_tune.errors import OptionError
from syne_tune.experiments.result_table import finite_values
from syne_tune.metric_modes import metric_name_mode
from syne_tune.optimizer.pareto.hypervolume import hypervolume
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


@dataclass(frozen=True)
class ParetoPoint:
    """A report that no other one beats.

    Args:
        trial_id: Who reported it.
        values: Metric to value.
        config: Active parameters of the trial.
    """

    trial_id: int
    values: dict[str, float]
    config: dict[str, Any]


@dataclass(frozen=True)
class ParetoFront:
    """The best compromises between several metrics.

    Args:
        metrics: Their names.
        modes: ``"min"`` or ``"max"`` for each.
        points: One per report, ordered by the first metric, the best first.
        reference_point: One value per metric; what is worse is worth nothing.
        hypervolume: Volume between points and reference.
    """

    metrics: list[str]
    modes: list[str]
    points: list[ParetoPoint]
    reference_point: list[float]
    hypervolume: float


def pareto_front(
    results: pd.DataFrame,
    metrics: Sequence[str],
    mode: str | Sequence[str] = "min",
    reference_point: Sequence[float] | None = None,
) -> ParetoFront:
    """The reports that are Pareto optimal, and how much they dominate.

    Args:
        results: One row per report.
        metrics: Names of at least two metrics. Reports in which one of them is not finite are left out.
        mode: ``"min"`` or ``"max"``, or one per metric.
        reference_point: One value per metric, in its units. Default: the worst values reported.

    Raises:
        OptionError: If there are fewer than two metrics, one is unknown, or there is not one mode, or value of the
            reference point, per metric.
    """
    names, modes = list(metrics), [mode] * len(metrics) if isinstance(mode, str) else list(mode)
    signs = np.array([-1.0 if each == "max" else 1.0 for each in modes])
    if reference_point is not None and len(reference_point) != len(names):
        raise OptionError(f"reference_point = {reference_point!r}: needs one value for each of {names}")
    rows = get_pareto_set(results, names, modes).sort_values(names[0], ascending=modes[0] == "min", kind="stable")
    finite = pd.concat({name: finite_values(results, name) for name in names}, axis="columns", join="inner")
    costs = signs * finite.to_numpy(dtype=float)
    if reference_point is None:
        reference = costs.max(axis=0) if len(costs) else np.zeros(len(names))
    else:
        reference = signs * np.asarray(reference_point, dtype=float)
    points = [_point(row, names) for row in rows.to_dict("records")]
    return ParetoFront(names, modes, points, (signs * reference).tolist(), hypervolume(costs, reference))


def _point(row: dict[Any, Any], names: Sequence[str]) -> ParetoPoint:
    config = {
        str(key).removeprefix(CONFIG_PREFIX): value
        for key, value in row.items()
        if str(key).startswith(CONFIG_PREFIX) and not (isinstance(value, float) and np.isnan(value))
    }
    return ParetoPoint(int(row[ST_TRIAL_ID]), {name: float(row[name]) for name in names}, config)
