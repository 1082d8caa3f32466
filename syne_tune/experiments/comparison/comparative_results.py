"""Methods compared over benchmarks and seeds: :class:`ComparativeResults`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from syne_tune.errors import OptionError, nearest
from syne_tune.experiments.comparison.aggregation import AggregatedCurve, aggregate
from syne_tune.experiments.comparison.critical_difference import draw_critical_difference
from syne_tune.experiments.comparison.curve_panels import draw_comparison
from syne_tune.experiments.comparison.outcomes import Outcomes, outcomes
from syne_tune.experiments.comparison.plot_parameters import PlotParameters
from syne_tune.experiments.comparison.ranks import Ranking, rank_setups
from syne_tune.experiments.comparison.result_files import (
    DatetimeBounds,
    Run,
    Selection,
    ToSetup,
    ToSubplot,
    check_number_of_runs,
    find_runs,
)
from syne_tune.experiments.comparison.result_index import metadata_values
from syne_tune.experiments.comparison.run_curves import (
    ColumnGenerator,
    RunCurve,
    by_setup,
    first_trials,
    is_minimised,
    run_curves,
)
from syne_tune.experiments.comparison.tables import ResultTable, result_table
from syne_tune.experiments.s3_download import download_study
from syne_tune.optional import require

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Generators = ColumnGenerator | Mapping[str, ColumnGenerator]
"""Makes values from results; or one such function per benchmark."""


class ComparativeResults:
    """Loads the experiments of a study, and compares them.

    An experiment takes part if it lies where ``with_subdirs`` says and ``metadata_to_setup`` accepts it::

        results = ComparativeResults(
            ("study-1",), setups=["RS", "ASHA"], num_runs=10,
            metadata_to_setup=lambda metadata: metadata["algorithm"],
            plot_params=PlotParameters(metric="validation_error", mode="min"),
        )
        results.plot("mlp-digits", file_name="curves.png")
        print(results.table().render("latex"))
        print(results.ranking().mean_ranks)

    Args:
        experiment_names: Tags of the studies: beginnings of the names of experiments.
        setups: Names of what is compared, in the order of legends. Each must occur.
        num_runs: Runs per benchmark and setup; other numbers are warned of.
        metadata_to_setup: Maps metadata to the name of the setup, ``None`` to leave the experiment out; or such a
            function per benchmark.
        plot_params: Defaults of all plots.
        metadata_to_subplot: Maps metadata to the panel, ``None`` to leave the experiment out.
        benchmark_key: Entry of the metadata which names the benchmark; ``None``: there is only one.
        with_subdirs: Pattern of folders between the one of the tag and those of experiments, or several; ``None``:
            experiments lie directly in the folder of all experiments, which is also tried with the default.
        datetime_bounds: Earliest and latest time stamp in names of experiments; or such a pair per tag.
        metadata_keys: Entries collected by :meth:`metadata_values`.
        metadata_subplot_level: Whether these are told apart by panel.
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
        num_runs: int,
        metadata_to_setup: ToSetup | Mapping[str, ToSetup],
        plot_params: PlotParameters | None = None,
        metadata_to_subplot: ToSubplot | None = None,
        benchmark_key: str | None = "benchmark",
        with_subdirs: str | Sequence[str] | None = "*",
        datetime_bounds: DatetimeBounds | Mapping[str, DatetimeBounds] | None = None,
        metadata_keys: Sequence[str] | None = None,
        metadata_subplot_level: bool = False,
        download_from_s3: bool = False,
        s3_bucket: str | None = None,
    ) -> None:
        names = (experiment_names,) if isinstance(experiment_names, str) else tuple(experiment_names)
        if download_from_s3:
            for name in names:
                download_study(name, s3_bucket)
        self.setups = tuple(setups)
        self.runs = find_runs(
            Selection(
                names,
                metadata_to_setup,
                metadata_to_subplot,
                benchmark_key,
                with_subdirs=with_subdirs,
                datetime_bounds=datetime_bounds,
            )
        )
        check_setups(self.runs, self.setups)
        check_number_of_runs(self.runs, num_runs)
        self._defaults = plot_params or PlotParameters()
        self._metadata_keys = tuple(metadata_keys or ())
        self._metadata_subplot_level = metadata_subplot_level
        self._kept: tuple[PlotParameters, list[RunCurve]] | None = None

    @property
    def benchmarks(self) -> list[str]:
        """Names of the benchmarks, in the order in which they were found."""
        return list(dict.fromkeys(run.benchmark for run in self.runs))

    # -- pictures ------------------------------------------------------------------------------------------------

    def plot(
        self,
        benchmark_name: str | None = None,
        plot_params: PlotParameters | None = None,
        file_name: str | None = None,
        extra_results_keys: Sequence[str] | None = None,
        dataframe_column_generator: Generators | None = None,
        one_result_per_trial: bool = False,
    ) -> dict[str, Any]:
        """Draws the best value over time, aggregated over the runs of each setup.

        Args:
            benchmark_name: Which benchmark; may be left out if there is only one.
            plot_params: Refine those of the constructor.
            file_name: Where to save the figure, if anywhere; the suffix chooses the format.
            extra_results_keys: Columns whose values in the last row of each run are returned as well.
            dataframe_column_generator: Makes the values to be drawn from the results of one experiment; or such a
                function per benchmark.
            one_result_per_trial: Whether only the last report of each trial counts.

        Returns:
            ``fig`` and ``axs`` ``(nrows, ncols)``; with ``extra_results_keys`` also ``extra_results``: by setup, by
            panel if there are several, by key, one value per run. Shown only if matplotlib is in interactive mode.

        Raises:
            OptionError: If there is no such benchmark or metric.
            MissingExtraError: If matplotlib is not installed.
        """
        benchmark = self._benchmark(benchmark_name)
        parameters = self._with_metric(self.parameters(plot_params), benchmark)
        generator = _of_benchmark(dataframe_column_generator, benchmark)
        curves = self._curves(benchmark, parameters, generator, one_result_per_trial)
        setups = self._drawn_setups(parameters)
        figure, axes = draw_comparison(_panels(curves, setups, parameters), setups, parameters)
        finish_figure(figure, file_name, parameters)
        drawn: dict[str, Any] = {"fig": figure, "axs": axes}
        if extra_results_keys is not None:
            drawn["extra_results"] = self._extra_results(curves, extra_results_keys)
        return drawn

    def plot_ranks(self, plot_params: PlotParameters | None = None, file_name: str | None = None) -> Figure:
        """Draws mean ranks over all benchmarks and seeds, with bars over setups that cannot be told apart.

        Args:
            plot_params: Refine those of the constructor.
            file_name: Where to save the figure, if anywhere.
        """
        figure = draw_critical_difference(self.ranking(plot_params))
        finish_figure(figure, file_name, self.parameters(plot_params))
        return figure

    # -- numbers -------------------------------------------------------------------------------------------------

    def outcomes(self, plot_params: PlotParameters | None = None, share: float = 1.0) -> Outcomes:
        """What each setup had achieved on each benchmark and seed.

        Args:
            plot_params: Refine those of the constructor.
            share: Share of the time of each benchmark, in (0, 1].

        Raises:
            OptionError: If the share lies outside.
        """
        if not 0 < share <= 1:
            raise OptionError(f"share = {share!r}: must be larger than 0 and at most 1")
        parameters = self.parameters(plot_params)
        curves = self._curves_of_all(parameters)
        return outcomes([it for it in curves if it.name in self.setups], self.setups, share)

    def ranking(self, plot_params: PlotParameters | None = None, share: float = 1.0) -> Ranking:
        """Mean ranks over all benchmarks and seeds, and which differences are significant.

        Args:
            plot_params: Refine those of the constructor.
            share: Share of the time of each benchmark, in (0, 1].
        """
        achieved = self.outcomes(plot_params, share)
        sign = 1.0 if is_minimised(self.parameters(plot_params)) else -1.0
        return rank_setups(sign * achieved.values, self.setups)

    def table(self, plot_params: PlotParameters | None = None, share: float = 1.0) -> ResultTable:
        """What each setup had achieved on each benchmark, aggregated over seeds.

        Args:
            plot_params: Refine those of the constructor.
            share: Share of the time of each benchmark, in (0, 1].
        """
        parameters = self.parameters(plot_params)
        mode = str(parameters.aggregate_mode)
        return result_table(self.outcomes(plot_params, share), mode, is_minimised(parameters))

    def runs_without_value(self, plot_params: PlotParameters | None = None) -> list[Run]:
        """Runs that found no finite value of the metric: curves and tables lack them, ranks count them as worst.

        Args:
            plot_params: Refine those of the constructor.
        """
        drawn = {curve.run.folder for curve in self._curves_of_all(self.parameters(plot_params))}
        return [run for run in self.runs if run.folder not in drawn]

    def metadata_values(self, benchmark_name: str | None = None) -> dict[str, Any]:
        """The entries of metadata asked for in the constructor.

        Args:
            benchmark_name: Which benchmark; may be left out if there is only one.

        Returns:
            By key, by setup, with ``metadata_subplot_level`` by panel: one value per run.
        """
        benchmark = self._benchmark(benchmark_name)
        runs = [run for run in self.runs if run.benchmark == benchmark]
        by_key: dict[str, Any] = metadata_values(runs, self._metadata_keys, self._metadata_subplot_level)[benchmark]
        return by_key

    # -- parts ---------------------------------------------------------------------------------------------------

    def parameters(self, given: PlotParameters | None = None) -> PlotParameters:
        """Parameters with all defaults filled in."""
        return (given or PlotParameters()).merge_defaults(self._defaults)

    def metrics(self, plot_params: PlotParameters | None = None) -> list[str]:
        """The metrics that are compared: the given one, else those which the benchmarks optimise first.

        Args:
            plot_params: Refine those of the constructor.

        Raises:
            OptionError: If none is given, and metadata do not name any.
        """
        parameters = self.parameters(plot_params)
        return list(dict.fromkeys(self._with_metric(parameters, name).named_metric() for name in self.benchmarks))

    def _with_metric(self, parameters: PlotParameters, benchmark: str) -> PlotParameters:
        if parameters.metric is not None:
            return parameters
        names = next(run.metadata.get("metric_names") for run in self.runs if run.benchmark == benchmark)
        return replace(parameters, metric=names if isinstance(names, str) or not names else names[0])

    def _benchmark(self, name: str | None) -> str:
        return chosen_benchmark(name, self.benchmarks)

    def _curves(
        self,
        benchmark: str,
        parameters: PlotParameters,
        generator: ColumnGenerator | None = None,
        one_result_per_trial: bool = False,
    ) -> list[RunCurve]:
        runs = [run for run in self.runs if run.benchmark == benchmark]
        curves = run_curves(runs, parameters, generator, one_result_per_trial)
        early = [first_trials(curve, parameters, generator) for curve in curves]
        return curves + [curve for curve in early if curve is not None]

    def _curves_of_all(self, parameters: PlotParameters) -> list[RunCurve]:
        """Curves of all benchmarks; those of the last parameters are kept, since shares of the time follow."""
        if self._kept is None or self._kept[0] != parameters:
            of_each = [self._curves(name, self._with_metric(parameters, name)) for name in self.benchmarks]
            self._kept = parameters, [curve for curves in of_each for curve in curves]
        return self._kept[1]

    def _drawn_setups(self, parameters: PlotParameters) -> tuple[str, ...]:
        extra = parameters.show_init_trials
        return self.setups if extra is None else (*self.setups, extra.new_setup_name)

    def _extra_results(self, curves: Sequence[RunCurve], keys: Sequence[str]) -> dict[str, Any]:
        with_panels = any(run.subplot for run in self.runs)
        found: dict[str, Any] = {}
        for it in curves:
            if it.name not in self.setups:
                continue
            place = found.setdefault(it.name, {})
            place = place.setdefault(it.run.subplot, {}) if with_panels else place
            for key in keys:
                if key not in it.frame:
                    raise OptionError(f"extra_results_keys: {key!r} was not stored; {nearest(key, it.frame.columns)}")
                place.setdefault(key, []).append(it.frame[key].iloc[-1])
        return found


def check_setups(runs: Iterable[Run], setups: Sequence[str]) -> None:
    """Makes sure that the setups found are those named.

    Raises:
        OptionError: If not; the message lists both.
    """
    found = {run.setup for run in runs}
    missing, unknown = sorted(set(setups) - found), sorted(found - set(setups))
    if missing or unknown:
        raise OptionError(
            f"setups = {list(setups)}: found no experiment of {missing} and experiments of {unknown}, which is not "
            "named. Setups are what metadata_to_setup returns; let it return None for experiments to be left out"
        )


def chosen_benchmark(name: str | None, benchmarks: Sequence[str]) -> str:
    """The benchmark that is meant.

    Raises:
        OptionError: If there is no such one, or none was named and there are several.
    """
    if name is None and len(benchmarks) == 1:
        return benchmarks[0]
    if name not in benchmarks:
        raise OptionError(f"benchmark_name = {name!r}: {nearest(str(name), benchmarks)}")
    return str(name)


def _of_benchmark(generators: Generators | None, benchmark: str) -> ColumnGenerator | None:
    if not isinstance(generators, Mapping):
        return generators
    if benchmark not in generators:
        raise OptionError(f"dataframe_column_generator has nothing for {benchmark!r}; {nearest(benchmark, generators)}")
    return generators[benchmark]


def _panels(
    curves: Sequence[RunCurve], setups: Sequence[str], parameters: PlotParameters
) -> dict[int, dict[str, AggregatedCurve]]:
    mode = str(parameters.aggregate_mode)
    panels: dict[int, dict[str, AggregatedCurve]] = {}
    for subplot in sorted({it.run.subplot for it in curves}):
        groups = by_setup((it for it in curves if it.run.subplot == subplot), setups)
        panels[subplot] = {setup: aggregate([it.curve for it in group], mode) for setup, group in groups.items()}
    return panels


def finish_figure(figure: Figure, file_name: str | None, parameters: PlotParameters) -> None:
    """Saves the figure if a name is given, and shows it if matplotlib is in interactive mode."""
    if file_name is not None:
        Path(file_name).parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(file_name, dpi=parameters.dpi, bbox_inches="tight")
    if require("matplotlib", extra="visual").is_interactive():
        figure.show()
