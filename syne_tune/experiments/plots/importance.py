"""Bars of how much each hyperparameter matters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from syne_tune.experiments.importance import Importance
from syne_tune.experiments.plots.canvas import finish
from syne_tune.optional import require

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_HEIGHT_PER_BAR, _MARGIN, _WIDTH = 0.35, 1.2, 7.0
_ALONE, _TOGETHER = "#0072B2", "#A6CEE3"


def plot_importance(importance: Importance, figure_path: str | None = None) -> Figure:
    """Draws one bar per hyperparameter: dark what it explains alone, light what it explains together with others.

    Args:
        importance: From :func:`syne_tune.experiments.importance.importance`.
        figure_path: Where to save the figure, if anywhere; the suffix chooses the format.

    Returns:
        The figure; shown only if matplotlib is in interactive mode.

    Raises:
        MissingExtraError: If matplotlib is not installed.
    """
    pyplot = require("matplotlib.pyplot", extra="visual")
    bars = importance.parameters[::-1]
    figure, axes = pyplot.subplots(figsize=(_WIDTH, _MARGIN + _HEIGHT_PER_BAR * len(bars)))
    names = [bar.name for bar in bars]
    axes.barh(names, [bar.total for bar in bars], color=_TOGETHER, label="with interactions")
    axes.barh(names, [bar.main for bar in bars], color=_ALONE, label="alone")
    axes.set_xlim(0, 1)
    axes.set_xlabel("share of the variation explained")
    axes.set_title(f"importance for {importance.subject}")
    axes.legend(loc="lower right")
    return finish(figure, figure_path)
