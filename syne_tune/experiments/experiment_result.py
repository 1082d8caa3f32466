"""One experiment as loaded from its folder: results, metadata, best configuration, first plots."""

from __future__ import annotations

import datetime
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from syne_tune.callbacks.store_results import CONFIG_PREFIX
from syne_tune.constants import ST_RESERVED_PREFIX, ST_TRIAL_ID, ST_TUNER_CREATION_TIMESTAMP
from syne_tune.errors import ExperimentNotFoundError
from syne_tune.experiments.pareto import ParetoFront, pareto_front
from syne_tune.experiments.plots.best_over_time import best_over_time
from syne_tune.experiments.plots.canvas import draw_curve
from syne_tune.experiments.plots.hypervolume_over_time import hypervolume_over_time
from syne_tune.experiments.plots.pareto_front import draw_pareto_front
from syne_tune.experiments.plots.trials_over_time import draw_trials_over_time, trials_over_time
from syne_tune.experiments.result_table import finite_values
from syne_tune.metric_modes import metric_name_mode

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from syne_tune.tuner import Tuner

logger = logging.getLogger(__name__)


@dataclass
class ExperimentResult:
    """What is known about an experiment. Parts that its folder lacks are ``None``.

    Args:
        name: Name of the experiment.
        results: One row per report, see :mod:`syne_tune.experiments.result_table`.
        metadata: Content of ``metadata.json``.
        tuner: The tuner, if it was asked for.
        path: Folder of the experiment.
    """

    name: str
    results: pd.DataFrame | None
    metadata: dict[str, Any] | None
    tuner: Tuner | None
    path: Path

    def __str__(self) -> str:
        if self.results is None:
            return f"Experiment {self.name} without results"
        trials = self.results[ST_TRIAL_ID].nunique() if ST_TRIAL_ID in self.results else 0
        return f"Experiment {self.name} contains {len(self.results)} evaluations from {trials} trials"

    def creation_date(self) -> datetime.datetime:
        """When the tuner was created, in local time."""
        return datetime.datetime.fromtimestamp(self._metadata()[ST_TUNER_CREATION_TIMESTAMP])

    def metric_names(self) -> list[str]:
        """Names of the metrics, the most important one first."""
        names = self._metadata()["metric_names"]
        return [names] if isinstance(names, str) else list(names)

    def metric_mode(self) -> str | list[str]:
        """``"min"`` or ``"max"``, or one of these per metric."""
        mode: str | list[str] = self._metadata()["metric_mode"]
        return mode

    def entrypoint_name(self) -> str:
        """Name of the training script, without suffix."""
        return str(self._metadata()["entrypoint"])

    def name_and_mode(self, metric: int | str) -> tuple[str, str]:
        """Resolves a metric.

        Args:
            metric: Name, or position in :meth:`metric_names`.

        Returns:
            Name and ``"min"`` or ``"max"``.

        Raises:
            OptionError: If there is no such metric.
        """
        return metric_name_mode(self.metric_names(), self.metric_mode(), metric)

    def best_config(self, metric: int | str | None = 0) -> dict[str, Any]:
        """The best report: configuration, metrics and trial.

        Args:
            metric: Name of the metric that counts, or its position. With ``None`` and several metrics, the best value
                of each metric is returned instead.

        Returns:
            The row of the best finite value as a dictionary, without the columns starting with ``st_``; the
            configuration is found under ``config_<name>``, and parameters that are not active are left out. With
            ``None`` and several metrics: metric to value.

        Raises:
            OptionError: If there is no such metric.
            ExperimentNotFoundError: If no finite value of the metric was reported.
        """
        names = self.metric_names()
        if metric is None and len(names) > 1:
            return {name: self._best_row(name)[name] for name in names}
        if metric == 0 and len(names) > 1:
            logger.warning("Several metrics %s: the best configuration is the one for %r", names, names[0])
        row = self._best_row(0 if metric is None else metric)
        return {key: value for key, value in row.items() if not key.startswith(ST_RESERVED_PREFIX)}

    def plot(self, metric_to_plot: int | str = 0, figure_path: str | None = None, **plt_kwargs: Any) -> Figure:
        """Draws the best value so far over the running time of the tuner.

        Args:
            metric_to_plot: Name or position of the metric.
            figure_path: Where to save the figure, if anywhere; the suffix chooses the format.
            **plt_kwargs: Passed to ``matplotlib.axes.Axes.plot``, such as ``color="red"``.

        Returns:
            The figure; shown only if matplotlib is in interactive mode.

        Raises:
            MissingExtraError: If matplotlib is not installed.
        """
        name, mode = self.name_and_mode(metric_to_plot)
        curve = best_over_time(self._results(), name, mode)
        return draw_curve(curve, title=self.name, figure_path=figure_path, style=plt_kwargs)

    def plot_trials_over_time(
        self,
        metric_to_plot: int | str = 0,
        figure_path: str | None = None,
        figsize: tuple[float, float] | None = None,
    ) -> Figure:
        """Draws one line per trial, with a red cross where it was stopped.

        Args:
            metric_to_plot: Name or position of the metric.
            figure_path: Where to save the figure, if anywhere.
            figsize: Width and height in inches; (12, 4) by default.

        Returns:
            The figure; shown only if matplotlib is in interactive mode.

        Raises:
            MissingExtraError: If matplotlib is not installed.
        """
        name, _ = self.name_and_mode(metric_to_plot)
        curves = trials_over_time(self._results(), name)
        return draw_trials_over_time(
            curves, metric=name, title=self.name, figure_path=figure_path, figsize=figsize or (12, 4)
        )

    def plot_hypervolume(
        self,
        metrics_to_plot: Sequence[int | str] | None = None,
        reference_point: Sequence[float] | None = None,
        figure_path: str | None = None,
        **plt_kwargs: Any,
    ) -> Figure:
        """Draws the hypervolume dominated so far over the running time of the tuner.

        Args:
            metrics_to_plot: Names or positions of at least two metrics; all of them by default.
            reference_point: One value per metric, in the units of the metric; by default the worst values reported.
            figure_path: Where to save the figure, if anywhere.
            **plt_kwargs: Passed to ``matplotlib.axes.Axes.plot``.

        Returns:
            The figure; shown only if matplotlib is in interactive mode.

        Raises:
            OptionError: If there are fewer than two metrics, or the reference point does not fit them.
            MissingExtraError: If matplotlib is not installed.
        """
        chosen = self.metric_names() if metrics_to_plot is None else metrics_to_plot
        names_and_modes = [self.name_and_mode(metric) for metric in chosen]
        curve = hypervolume_over_time(self._results(), names_and_modes, reference_point)
        return draw_curve(curve, title=self.name, figure_path=figure_path, style=plt_kwargs)

    def pareto_front(
        self, metrics: Sequence[int | str] | None = None, reference_point: Sequence[float] | None = None
    ) -> ParetoFront:
        """The reports that no other one beats in every respect, whatever the modes, and the volume they dominate.

        Args:
            metrics: Names or positions of at least two metrics; all of them by default.
            reference_point: One value per metric, in its units; by default the worst values reported.

        Raises:
            OptionError: If there are fewer than two metrics, or the reference point does not fit them.
            ExperimentNotFoundError: If there are no results.
        """
        chosen = self.metric_names() if metrics is None else metrics
        names_and_modes = [self.name_and_mode(metric) for metric in chosen]
        names, modes = [name for name, _ in names_and_modes], [mode for _, mode in names_and_modes]
        return pareto_front(self._results(), names, modes, reference_point)

    def plot_pareto_front(
        self,
        metrics_to_plot: Sequence[int | str] | None = None,
        figure_path: str | None = None,
        figsize: tuple[float, float] | None = None,
    ) -> Figure:
        """Draws all reports by two metrics, and the front among them as steps.

        Args:
            metrics_to_plot: Names or positions of two metrics; the first two by default.
            figure_path: Where to save the figure, if anywhere.
            figsize: Width and height in inches.

        Returns:
            The figure; shown only if matplotlib is in interactive mode.

        Raises:
            OptionError: If there are not two metrics.
            MissingExtraError: If matplotlib is not installed.
        """
        front = self.pareto_front(self.metric_names()[:2] if metrics_to_plot is None else metrics_to_plot)
        return draw_pareto_front(self._results(), front, title=self.name, figure_path=figure_path, figsize=figsize)

    def _metadata(self) -> Mapping[str, Any]:
        if self.metadata is None:
            raise ExperimentNotFoundError(f"{self.path}: this experiment has no metadata.json")
        return self.metadata

    def _results(self) -> pd.DataFrame:
        if self.results is None:
            raise ExperimentNotFoundError(f"{self.path}: this experiment has no results")
        return self.results

    def _best_row(self, metric: int | str) -> dict[str, Any]:
        name, mode = self.name_and_mode(metric)
        results = self._results()
        values = finite_values(results, name) if name in results else pd.Series(dtype=float)
        if values.empty:
            raise ExperimentNotFoundError(f"Experiment {self.name}: no finite value of {name!r} was reported")
        best = int(values.to_numpy().argmin() if mode == "min" else values.to_numpy().argmax())
        row = results.iloc[values.index.to_numpy()[[best]]].to_dict("records")[0]
        return {str(key): value for key, value in row.items() if not _is_inactive(str(key), value)}


def _is_inactive(key: str, value: object) -> bool:
    """Whether a column belongs to a parameter that the configuration of this row does not have."""
    return key.startswith(CONFIG_PREFIX) and isinstance(value, float) and value != value
