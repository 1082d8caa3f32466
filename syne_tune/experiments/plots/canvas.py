"""What all plots share: the time axis, a curve over it, an empty figure, saving and showing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from syne_tune.constants import ST_TUNER_TIME
from syne_tune.errors import OptionError
from syne_tune.optional import require

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

DPI = 150
"""Resolution of saved pixel images, in dots per inch."""


@dataclass(frozen=True)
class Curve:
    """A curve over time.

    Args:
        seconds: Running time of the tuner, ascending, shape ``(n,)``.
        values: What is drawn, shape ``(n,)``.
        label: What the values are.
    """

    seconds: np.ndarray
    values: np.ndarray
    label: str


def tuner_time(results: pd.DataFrame) -> np.ndarray:
    """Seconds of running time of the tuner at each report, shape ``(n,)``.

    Raises:
        OptionError: If the results were stored without it.
    """
    if ST_TUNER_TIME not in results:
        raise OptionError(
            f"The results have no column {ST_TUNER_TIME!r}, so there is nothing to draw over. "
            "Store them with StoreResultsCallback(add_wallclock_time=True)"
        )
    return results[ST_TUNER_TIME].to_numpy(dtype=float)


def new_figure(title: str, ylabel: str, figsize: tuple[float, float] | None = None) -> tuple[Figure, Axes]:
    """An empty figure with one pair of axes over the running time of the tuner.

    Args:
        title: Heading.
        ylabel: Label of the vertical axis.
        figsize: Width and height in inches.

    Raises:
        MissingExtraError: If matplotlib is not installed.
    """
    pyplot = require("matplotlib.pyplot", extra="visual")
    figure, axes = pyplot.subplots(figsize=figsize)
    axes.set_title(title)
    axes.set_xlabel("running time of the tuner (seconds)")
    axes.set_ylabel(ylabel)
    return figure, axes


def finish(figure: Figure, figure_path: str | None) -> Figure:
    """Saves the figure if a path is given, and shows it if matplotlib is in interactive mode."""
    if figure_path is not None:
        figure.savefig(figure_path, dpi=DPI, bbox_inches="tight")
    if require("matplotlib", extra="visual").is_interactive():
        figure.show()
    return figure


def draw_curve(
    curve: Curve, title: str, figure_path: str | None = None, style: Mapping[str, Any] | None = None
) -> Figure:
    """Draws one curve as steps.

    Args:
        curve: What is drawn.
        title: Heading.
        figure_path: Where to save the figure, if anywhere.
        style: Line properties of matplotlib.
    """
    figure, axes = new_figure(title, curve.label)
    axes.plot(curve.seconds, curve.values, **{"drawstyle": "steps-post", **(style or {})})
    return finish(figure, figure_path)
