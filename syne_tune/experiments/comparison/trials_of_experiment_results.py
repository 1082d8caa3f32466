"""The learning curves of all trials, one panel per setup: :class:`TrialsOfExperimentResults`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from syne_tune.constants import ST_DECISION, ST_TRIAL_ID
from syne_tune.errors import OptionError, nearest
from syne_tune.experiments.comparison.comparative_results import (
    check_setups,
    chosen_benchmark,
    finish_figure,
)
from syne_tune.experiments.comparison.curve_panels import label_panel, new_panels, panel_axes
from syne_tune.experiments.comparison.plot_parameters import (
    MultiFidelityParameters,
    PlotParameters,
    SubplotParameters,
)
from syne_tune.experiments.comparison.result_files import DatetimeBounds, Run, Selection, ToSetup, find_runs
from syne_tune.experiments.comparison.run_curves import drawn_values
from syne_tune.experiments.plots.canvas import tuner_time
from syne_tune.experiments.plots.palette import colour
from syne_tune.experiments.result_table import read_results
from syne_tune.experiments.s3_download import download_study

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_PAUSE = "PAUSE"


class TrialsOfExperimentResults:
    """Loads the experiments of a study, and draws what their trials reported.

    Reports are counted within each trial: the r-th one is that at resource r.

    Args:
        experiment_names: Tags of the studies: beginnings of the names of experiments.
        setups: Names of what is compared, in the order of the panels. Each must occur.
        metadata_to_setup: Maps metadata to the name of the setup, ``None`` to leave the experiment out; or such a
            function per benchmark.
        plot_params: Defaults of all plots. Without ``subplots``, panels stand side by side.
        multi_fidelity_params: Rung levels, and which setups use them.
        benchmark_key: Entry of the metadata which names the benchmark; ``None``: there is only one.
        seed_key: Entry of the metadata which holds the seed.
        with_subdirs: As in :class:`~.comparative_results.ComparativeResults`.
        datetime_bounds: As there.
        download_from_s3: Whether to copy the studies from S3 first, see ``download_study``.
        s3_bucket: Where they are; by default the bucket of ``default_s3_bucket``.

    Raises:
        ExperimentNotFoundError: If no experiment takes part.
        OptionError: If the setups found are not those named, or an argument is not allowed.
    """

    def __init__(  # noqa: PLR0913  # documented signature
        self,
        experiment_names: Sequence[str],
        setups: Iterable[str],
        metadata_to_setup: ToSetup | Mapping[str, ToSetup],
        plot_params: PlotParameters | None = None,
        multi_fidelity_params: MultiFidelityParameters | None = None,
        benchmark_key: str | None = "benchmark",
        seed_key: str = "seed",
        with_subdirs: str | Sequence[str] | None = "*",
        datetime_bounds: DatetimeBounds | Mapping[str, DatetimeBounds] | None = None,
        download_from_s3: bool = False,
        s3_bucket: str | None = None,
    ) -> None:
        names = (experiment_names,) if isinstance(experiment_names, str) else tuple(experiment_names)
        if download_from_s3:
            for name in names:
                download_study(name, s3_bucket)
        selection = Selection(
            names,
            metadata_to_setup,
            benchmark_key=benchmark_key,
            seed_key=seed_key,
            with_subdirs=with_subdirs,
            datetime_bounds=datetime_bounds,
        )
        self.setups = tuple(setups)
        self.runs = find_runs(selection)
        check_setups(self.runs, self.setups)
        self._defaults = plot_params or PlotParameters()
        self._fidelity = multi_fidelity_params or MultiFidelityParameters(rung_levels=())

    def plot(
        self,
        benchmark_name: str | None = None,
        seed: int = 0,
        plot_params: PlotParameters | None = None,
        file_name: str | None = None,
    ) -> dict[str, Any]:
        """Draws one panel per setup and one line per trial.

        A circle marks a report at a rung level, a diamond the last one at the highest level. Lines of setups that pause
        trials are interrupted where a trial was paused.

        Args:
            benchmark_name: Which benchmark; may be left out if there is only one.
            seed: Runs with this seed are drawn.
            plot_params: Refine those of the constructor.
            file_name: Where to save the figure, if anywhere.

        Returns:
            ``fig`` and ``axs`` ``(nrows, ncols)``. Shown only if matplotlib is in interactive mode.

        Raises:
            OptionError: If there is no such benchmark, seed or metric.
            MissingExtraError: If matplotlib is not installed.
        """
        benchmark = chosen_benchmark(benchmark_name, list(dict.fromkeys(run.benchmark for run in self.runs)))
        parameters = self._with_panels((plot_params or PlotParameters()).merge_defaults(self._defaults))
        figure, axes = new_panels(parameters)
        for panel, setup in enumerate(self.setups):
            ax = panel_axes(axes, panel)
            self._draw(ax, self._run(benchmark, setup, seed), parameters)
            label_panel(ax, panel, axes.shape, parameters)
        figure.tight_layout()
        finish_figure(figure, file_name, parameters)
        return {"fig": figure, "axs": axes}

    def _with_panels(self, parameters: PlotParameters) -> PlotParameters:
        """One column per setup, titled by its name, unless panels were asked for."""
        side_by_side = SubplotParameters(1, len(self.setups), titles=self.setups, kwargs={"sharey": "all"})
        return replace(parameters, subplots=parameters.subplots or side_by_side)

    def _run(self, benchmark: str, setup: str, seed: int) -> Run:
        candidates = [run for run in self.runs if run.benchmark == benchmark and run.setup == setup]
        seeds = [str(run.seed) for run in candidates]
        if str(seed) not in seeds:
            raise OptionError(
                f"seed = {seed!r}: {setup} on {benchmark} was not run with it; {nearest(str(seed), seeds)}"
            )
        return candidates[seeds.index(str(seed))]

    def _draw(self, ax: Axes, run: Run, parameters: PlotParameters) -> None:
        frame = read_results(run.folder)
        if frame is None or not len(frame):
            return
        values = drawn_values(frame, parameters)
        table = frame.iloc[values.index.to_numpy()].assign(
            value=values.to_numpy(), seconds=tuner_time(frame)[values.index]
        )
        for index, (_, trial) in enumerate(table.sort_values("seconds", kind="stable").groupby(ST_TRIAL_ID)):
            self._draw_trial(ax, trial, run.setup, colour(index))

    def _draw_trial(self, ax: Axes, trial: pd.DataFrame, setup: str, shade: str) -> None:
        seconds, values = trial["seconds"].to_numpy(), trial["value"].to_numpy()
        for part in self._segments(trial, setup):
            ax.plot(seconds[part], values[part], color=shade, linewidth=1, alpha=0.8)
        if not self._fidelity.applies_to(setup):
            return
        resources = np.arange(1, len(trial) + 1)
        levels = list(self._fidelity.rung_levels)
        at_rung = np.isin(resources, levels)
        is_last = at_rung & (resources == max(levels, default=0))
        ax.plot(seconds[at_rung], values[at_rung], "o", color=shade, markersize=3)
        ax.plot(seconds[is_last], values[is_last], "D", color=shade, markersize=5)

    def _segments(self, trial: pd.DataFrame, setup: str) -> Iterator[slice]:
        """Parts of a trial between which it was paused."""
        ends = [len(trial)]
        if self._fidelity.pauses(setup) and ST_DECISION in trial:
            ends = [*(np.flatnonzero(trial[ST_DECISION] == _PAUSE) + 1).tolist(), len(trial)]
        start = 0
        for end in ends:
            if end > start:
                yield slice(start, end)
            start = end
