"""All reports by two metrics, and the front among them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from syne_tune.errors import OptionError
from syne_tune.experiments.pareto import ParetoFront
from syne_tune.experiments.plots.canvas import finish, new_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def draw_pareto_front(
    results: pd.DataFrame,
    front: ParetoFront,
    title: str,
    figure_path: str | None = None,
    figsize: tuple[float, float] | None = None,
) -> Figure:
    """Draws a point per report, and the border of what the front dominates.

    Args:
        results: One row per report.
        front: Of two metrics.
        title: Heading.
        figure_path: Where to save the figure, if anywhere.
        figsize: Width and height in inches.

    Raises:
        OptionError: If the front has another number of metrics.
    """
    if len(front.metrics) != 2:
        raise OptionError(f"A front can be drawn of two metrics, not of {front.metrics}; choose two of them")
    first, second = front.metrics
    figure, axes = new_figure(title, second, figsize)
    axes.set_xlabel(first)
    axes.plot(results[first], results[second], ".", color="lightgrey", label="all reports")
    x, y = ([point.values[name] for point in front.points] for name in front.metrics)
    axes.plot(x, y, "o-", drawstyle="steps-post", label="Pareto front")
    axes.legend()
    return finish(figure, figure_path)
