"""Mean ranks on one axis, with a bar over setups that cannot be told apart (Demšar, JMLR 2006, figure 1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from syne_tune.experiments.comparison.ranks import Ranking
from syne_tune.experiments.plots.palette import colour
from syne_tune.optional import require

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_WIDTH, _ROW_HEIGHT = 7.0, 0.32
_MARGIN = 0.08
"""Of a bar beyond the outermost ranks it covers."""


def draw_critical_difference(ranking: Ranking) -> Figure:
    """Draws mean ranks with their intervals, the best one at the top, and bars over cliques.

    Args:
        ranking: The outcome.

    Raises:
        MissingExtraError: If matplotlib is not installed.
    """
    pyplot = require("matplotlib.pyplot", extra="visual")
    count, cliques = len(ranking.setups), ranking.cliques()
    figure, ax = pyplot.subplots(figsize=(_WIDTH, 1.2 + _ROW_HEIGHT * (count + len(cliques))))
    _draw_ranks(ax, ranking)
    for place, (first, last) in enumerate(cliques):
        row = -1.0 - 0.6 * place
        ends = ranking.mean_ranks[[first, last]] + np.array([-_MARGIN, _MARGIN])
        ax.plot(ends, [row, row], color="black", linewidth=3, solid_capstyle="butt")
    ax.set_yticks(range(count), ranking.setups)
    ax.set_ylim(count - 0.5, -1.0 - 0.6 * len(cliques))
    ax.set_xlabel(f"mean rank over {ranking.num_problems} problems (1 is best){_verdict(ranking)}")
    ax.spines[["top", "right", "left"]].set_visible(False)
    ax.tick_params(axis="y", length=0)
    figure.tight_layout()
    figure_: Figure = figure
    return figure_


def _draw_ranks(ax: Axes, ranking: Ranking) -> None:
    for row, (rank, interval) in enumerate(zip(ranking.mean_ranks, ranking.intervals, strict=True)):
        ax.plot(interval, [row, row], color=colour(0), linewidth=2, alpha=0.5)
        ax.plot(rank, row, "o", color=colour(0))
        ax.annotate(f"{rank:.2f}", (rank, row), textcoords="offset points", xytext=(0, 6), ha="center", fontsize=8)


def _verdict(ranking: Ranking) -> str:
    if np.isnan(ranking.friedman_p):
        return ""
    bars = "; no pair under a bar can be told apart by itself" if ranking.cliques() else ""
    return f"\np = {ranking.friedman_p:.2g} if all are alike{bars}"
