"""The learning curve of every trial over the running time of the tuner."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from syne_tune.constants import ST_DECISION, ST_TRIAL_ID
from syne_tune.experiments.plots.canvas import finish, new_figure, tuner_time
from syne_tune.experiments.result_table import finite_values

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_STOP = "STOP"


@dataclass(frozen=True)
class TrialCurve:
    """The reports of one trial.

    Args:
        trial_id: The trial.
        seconds: Running time of the tuner at each report, ascending, shape ``(n,)``.
        values: Reported values, shape ``(n,)``.
        stopped: Whether the scheduler decided to stop after the report, shape ``(n,)``.
    """

    trial_id: int
    seconds: np.ndarray
    values: np.ndarray
    stopped: np.ndarray


def trials_over_time(results: pd.DataFrame, metric: str) -> list[TrialCurve]:
    """One curve per trial, in order of their ids.

    Args:
        results: One row per report, in any order.
        metric: Name of the metric; values that are not finite are left out.

    Raises:
        OptionError: If there is no such metric.
    """
    values = finite_values(results, metric)
    rows = values.index.to_numpy()
    table = pd.DataFrame(
        {
            "trial": results[ST_TRIAL_ID].to_numpy()[rows],
            "seconds": tuner_time(results)[rows],
            "value": values.to_numpy(),
            "stopped": (results[ST_DECISION] == _STOP).to_numpy()[rows],
        }
    ).sort_values(["trial", "seconds"], kind="stable")
    return [
        TrialCurve(int(str(trial)), part["seconds"].to_numpy(), part["value"].to_numpy(), part["stopped"].to_numpy())
        for trial, part in table.groupby("trial")
    ]


def draw_trials_over_time(
    curves: list[TrialCurve],
    metric: str,
    title: str,
    figure_path: str | None = None,
    figsize: tuple[float, float] = (12, 4),
) -> Figure:
    """Draws one line per trial and a red cross at each decision to stop.

    Args:
        curves: From :func:`trials_over_time`.
        metric: Label of the vertical axis.
        title: Heading.
        figure_path: Where to save the figure, if anywhere.
        figsize: Width and height in inches.
    """
    figure, axes = new_figure(title, metric, figsize)
    for curve in curves:
        axes.plot(curve.seconds, curve.values, marker=".", linewidth=1, label=f"trial {curve.trial_id}")
        axes.plot(curve.seconds[curve.stopped], curve.values[curve.stopped], "x", color="red", zorder=3)
    if any(curve.stopped.any() for curve in curves):
        axes.legend(handles=axes.plot([], [], "x", color="red", label="stopped"))
    return finish(figure, figure_path)
