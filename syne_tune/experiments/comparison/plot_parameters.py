"""How comparisons are drawn: options that are given once for all plots and refined for single ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any

from syne_tune.errors import OptionError, nearest
from syne_tune.experiments.comparison.aggregation import AGGREGATE_MODES

MODES = ("min", "max")


@dataclass(frozen=True)
class SubplotParameters:
    """A figure of several panels. Panels are filled column by column.

    Args:
        nrows: Number of rows.
        ncols: Number of columns.
        titles: Title of each column, or of each panel if ``title_each_figure``.
        title_each_figure: Whether each panel has a title of its own; otherwise only the first row.
        kwargs: Further arguments of ``matplotlib.pyplot.subplots``, such as ``{"sharey": "all"}``.
        legend_no: Panels that carry a legend, counted from 0. By default the first one.
        xlims: Right limit of the time axis of each panel.
        subplot_indices: Which subplots are shown, in the order of the panels. By default all.

    Raises:
        OptionError: If there is no panel.
    """

    nrows: int | None = None
    ncols: int | None = None
    titles: Sequence[str] | None = None
    title_each_figure: bool | None = None
    kwargs: Mapping[str, Any] | None = None
    legend_no: int | Sequence[int] | None = None
    xlims: Sequence[float] | None = None
    subplot_indices: Sequence[int] | None = None

    def __post_init__(self) -> None:
        for name in ("nrows", "ncols"):
            value = getattr(self, name)
            if value is not None and value < 1:
                raise OptionError(f"SubplotParameters({name}={value!r}): must be at least 1")

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns.

        Raises:
            OptionError: If one of them was never given.
        """
        if self.nrows is None or self.ncols is None:
            raise OptionError(
                f"SubplotParameters(nrows={self.nrows!r}, ncols={self.ncols!r}): both are needed to lay out the panels"
            )
        return self.nrows, self.ncols

    def title(self, panel: int) -> str:
        """Title of a panel; empty if it has none."""
        rows, _ = self.shape
        row, column = panel % rows, panel // rows
        if self.titles is None or (row > 0 and not self.title_each_figure):
            return ""
        position = panel if self.title_each_figure else column
        return self.titles[position] if position < len(self.titles) else ""

    def has_legend(self, panel: int) -> bool:
        """Whether a panel carries the legend."""
        chosen = 0 if self.legend_no is None else self.legend_no
        return panel in ([chosen] if isinstance(chosen, int) else chosen)


@dataclass(frozen=True)
class ShowTrialParameters:
    """An extra curve: how good the first trials alone were, extended to the right.

    Args:
        setup_name: The setup whose trials are taken.
        trial_id: Trials up to this one count.
        new_setup_name: Name of the extra curve.
    """

    setup_name: str
    trial_id: int = 0
    new_setup_name: str = "first trial"


@dataclass(frozen=True)
class PlotParameters:
    """How a comparison is drawn. ``None`` stands for: not decided here.

    Args:
        metric: Name of the metric. Default: the one that the experiments of a benchmark optimise, the first of several.
        mode: ``"min"`` (default) or ``"max"``.
        title: Title of the figure.
        xlabel: Label of the time axis. Default: ``"wall-clock time (secs)"``.
        ylabel: Label of the other one. Default: name of the metric.
        xlim: Limits of the time axis.
        ylim: Limits of the other one. Default: what is seen after a twentieth of the time.
        metric_multiplier: Values are multiplied by this. Default: 1.
        convert_to_min: Whether a metric to be maximised is drawn as 1 minus its value, so that lower is always better.
            Default: yes.
        tick_params: Arguments of ``Axes.tick_params``.
        aggregate_mode: How runs with different seeds become one curve with a band: ``"iqm_bootstrap"`` (default),
            ``"mean_and_ci"`` or ``"median_percentiles"``.
        dpi: Resolution of saved figures. Default: 200.
        grid: Whether a grid is drawn.
        subplots: Panels.
        show_init_trials: An extra curve.

    Raises:
        OptionError: If a value is not allowed.
    """

    metric: str | None = None
    mode: str | None = None
    title: str | None = None
    xlabel: str | None = None
    ylabel: str | None = None
    xlim: tuple[float | None, float | None] | None = None
    ylim: tuple[float | None, float | None] | None = None
    metric_multiplier: float | None = None
    convert_to_min: bool | None = None
    tick_params: Mapping[str, Any] | None = None
    aggregate_mode: str | None = None
    dpi: int | None = None
    grid: bool | None = None
    subplots: SubplotParameters | None = None
    show_init_trials: ShowTrialParameters | None = None

    def __post_init__(self) -> None:
        for name, legal in (("mode", MODES), ("aggregate_mode", tuple(AGGREGATE_MODES))):
            value = getattr(self, name)
            if value is not None and value not in legal:
                raise OptionError(f"PlotParameters({name}={value!r}): {nearest(str(value), legal)}")

    def merge_defaults(self, default_params: PlotParameters | None = None) -> PlotParameters:
        """Fills what is not decided here from ``default_params``, then from the documented defaults.

        Args:
            default_params: Parameters that stand behind these.
        """
        behind = [_DEFAULTS] if default_params is None else [default_params, _DEFAULTS]
        merged = self
        for other in behind:
            merged = replace(_filled(merged, other), subplots=_filled_subplots(merged.subplots, other.subplots))
        return merged

    @property
    def sign(self) -> float:
        """What values are multiplied by to be minimised."""
        return -1.0 if self.mode == "max" else 1.0

    def named_metric(self) -> str:
        """The metric.

        Raises:
            OptionError: If none was given.
        """
        if self.metric is None:
            raise OptionError("PlotParameters(metric=None): name the metric to be compared, metric='...'")
        return self.metric


_DEFAULTS = PlotParameters(
    mode="min",
    title="",
    xlabel="wall-clock time (secs)",
    metric_multiplier=1.0,
    convert_to_min=True,
    aggregate_mode="iqm_bootstrap",
    dpi=200,
    grid=False,
)


def _filled(given: Any, behind: Any) -> Any:
    missing = {it.name: getattr(behind, it.name) for it in fields(given) if getattr(given, it.name) is None}
    return replace(given, **missing)


def _filled_subplots(given: SubplotParameters | None, behind: SubplotParameters | None) -> SubplotParameters | None:
    if given is None or behind is None:
        return given if behind is None else behind
    filled: SubplotParameters = _filled(given, behind)
    return filled


@dataclass(frozen=True)
class MultiFidelityParameters:
    """Which setups stop or pause trials, and at which resources.

    Args:
        rung_levels: Resources at which trials are compared, increasing.
        multifidelity_setups: Names of the setups that do so; or by name, whether they pause and resume trials.
    """

    rung_levels: Sequence[int]
    multifidelity_setups: Sequence[str] | Mapping[str, bool] = field(default_factory=tuple)

    def applies_to(self, setup: str) -> bool:
        """Whether the setup compares trials at rung levels."""
        return setup in self.multifidelity_setups

    def pauses(self, setup: str) -> bool:
        """Whether the setup pauses trials and resumes them."""
        return isinstance(self.multifidelity_setups, Mapping) and bool(self.multifidelity_setups.get(setup, False))
