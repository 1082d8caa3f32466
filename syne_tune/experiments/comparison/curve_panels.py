"""Curves with bands, one per setup, in one panel or several."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from syne_tune.errors import OptionError
from syne_tune.experiments.comparison.aggregation import AggregatedCurve, Band
from syne_tune.experiments.comparison.plot_parameters import PlotParameters, SubplotParameters
from syne_tune.experiments.plots.palette import colour, line_style
from syne_tune.optional import require

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_PANEL_WIDTH, _PANEL_HEIGHT = 5, 4
_BAND_OPACITY = 0.18
_LEGEND_OPACITY = 0.85
_MOST_INSIDE = 5
"""Longer legends would hide the curves."""
_BELOW = (0.5, -0.18)
_LINE_WIDTH = 1.8
_MOST_STEPS = 2000
"""More than anybody sees, also after zooming in; a study may have many times as many."""
_FIRST_MOMENTS = 0.05
_VIEW_MARGIN = 0.05


def draw_comparison(
    panels: Mapping[int, Mapping[str, AggregatedCurve]], setups: Sequence[str], parameters: PlotParameters
) -> tuple[Figure, np.ndarray]:
    """Draws one panel per subplot.

    Args:
        panels: By subplot, the curve of each setup; setups that have none in a panel are left out there.
        setups: All setups; the place of one decides on its colour.
        parameters: Fully merged.

    Returns:
        The figure and its axes, ``(nrows, ncols)``.

    Raises:
        OptionError: If there are more subplots than panels.
        MissingExtraError: If matplotlib is not installed.
    """
    figure, axes = new_panels(parameters)
    is_crowded = parameters.subplots is None and len(panels.get(0, {})) > _MOST_INSIDE
    for panel, subplot in enumerate(shown_subplots(parameters.subplots, panels)):
        ax = panel_axes(axes, panel)
        _draw_panel(ax, panels.get(subplot, {}), setups, parameters)
        label_panel(ax, panel, axes.shape, parameters)
        if not is_crowded and (parameters.subplots is None or parameters.subplots.has_legend(panel)):
            ax.legend(edgecolor="none", framealpha=_LEGEND_OPACITY)
    if parameters.title and parameters.subplots is not None:
        figure.suptitle(parameters.title)
    figure.tight_layout()
    if is_crowded:  # afterwards, so that the curves keep their room
        axes[0, 0].legend(frameon=False, loc="upper center", bbox_to_anchor=_BELOW, ncols=2)
    return figure, axes


def new_panels(parameters: PlotParameters) -> tuple[Figure, np.ndarray]:
    """An empty figure and its axes ``(nrows, ncols)``."""
    pyplot = require("matplotlib.pyplot", extra="visual")
    nrows, ncols = (1, 1) if parameters.subplots is None else parameters.subplots.shape
    more = {} if parameters.subplots is None else dict(parameters.subplots.kwargs or {})
    figsize = (_PANEL_WIDTH * ncols, _PANEL_HEIGHT * nrows)
    figure, axes = pyplot.subplots(nrows, ncols, squeeze=False, **{"figsize": figsize, **more})
    return figure, axes


def panel_axes(axes: np.ndarray, panel: int) -> Axes:
    """The axes of a panel; panels are filled column by column.

    Raises:
        OptionError: If there is no such panel.
    """
    nrows, ncols = axes.shape
    if panel >= nrows * ncols:
        raise OptionError(
            f"SubplotParameters(nrows={nrows}, ncols={ncols}) has {nrows * ncols} panels, but more are to be drawn. "
            "Raise nrows or ncols, or choose some by subplot_indices"
        )
    ax: Axes = axes[panel % nrows, panel // nrows]
    return ax


def shown_subplots(subplots: SubplotParameters | None, found: Mapping[int, object]) -> Sequence[int]:
    """Which subplot each panel shows."""
    if subplots is not None and subplots.subplot_indices is not None:
        return subplots.subplot_indices
    return range(max(found, default=-1) + 1)


def label_panel(ax: Axes, panel: int, shape: tuple[int, ...], parameters: PlotParameters) -> None:
    """Titles, axis labels, limits, ticks and grid of one panel; labels only at the left and the bottom."""
    nrows = shape[0]
    subplots = parameters.subplots
    title = (parameters.title or "") if subplots is None else subplots.title(panel)
    if title:
        ax.set_title(title)
    if panel % nrows == nrows - 1:
        ax.set_xlabel(parameters.xlabel or "")
    if panel < nrows:
        ax.set_ylabel(parameters.ylabel or parameters.named_metric())
    limits = parameters.xlim
    if subplots is not None and subplots.xlims is not None and panel < len(subplots.xlims):
        limits = (0, subplots.xlims[panel])
    _restyle(ax, limits, parameters)


def _restyle(ax: Axes, xlim: tuple[float | None, float | None] | None, parameters: PlotParameters) -> None:
    if xlim is not None:
        ax.set_xlim(*xlim)
    if parameters.ylim is not None:
        ax.set_ylim(*parameters.ylim)
    if parameters.tick_params is not None:
        ax.tick_params(**parameters.tick_params)
    ax.spines[["top", "right"]].set_visible(False)
    if parameters.grid:
        ax.grid(visible=True, linewidth=0.5, alpha=0.5)


def _draw_panel(
    ax: Axes, curves: Mapping[str, AggregatedCurve], setups: Sequence[str], parameters: PlotParameters
) -> None:
    for index, setup in enumerate(setups):
        if setup not in curves:
            continue
        seconds, band = as_fine_as_seen(curves[setup])
        ax.plot(
            seconds,
            band.middle,
            label=setup,
            color=colour(index),
            linestyle=line_style(index),
            linewidth=_LINE_WIDTH,
            drawstyle="steps-post",
        )
        if np.any(band.upper > band.lower):
            ax.fill_between(
                seconds, band.lower, band.upper, color=colour(index), alpha=_BAND_OPACITY, step="post", linewidth=0
            )
    if parameters.xlim is None and curves:
        ax.set_xlim(left=0)
    if parameters.ylim is None and curves:
        _focus(ax, [it for setup, it in curves.items() if setup in setups])


def as_fine_as_seen(curve: AggregatedCurve) -> AggregatedCurve:
    """The same curve with at most so many steps that nobody sees a difference: the last one of each short time."""
    seconds, band = curve
    if len(seconds) <= _MOST_STEPS:
        return curve
    slots = np.floor(seconds * (_MOST_STEPS / seconds[-1]))
    is_last = np.append(slots[1:] != slots[:-1], True)
    is_last[0] = True
    return AggregatedCurve(seconds[is_last], Band(*(values[is_last] for values in band)))


def _focus(ax: Axes, curves: Sequence[AggregatedCurve]) -> None:
    """Leaves the first moments out of the picture, in which values are so bad that all others would look alike."""
    start = _FIRST_MOMENTS * max(it.seconds[-1] for it in curves)
    late = [(it.band, it.seconds >= start) for it in curves if it.seconds[-1] >= start]
    middles = np.concatenate([band.middle[kept] for band, kept in late])
    ends = np.concatenate([[band.lower[-1], band.upper[-1]] for band, _ in late])
    lowest, highest = min(middles.min(), ends.min()), max(middles.max(), ends.max())
    if highest > lowest:
        margin = _VIEW_MARGIN * (highest - lowest)
        ax.set_ylim(lowest - margin, highest + margin)
