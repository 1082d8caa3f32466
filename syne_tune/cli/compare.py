"""Compares the methods of a study: a table of values, mean ranks, and one HTML page with pictures.

The study is what the launchers write: experiments whose names begin with its tag, and whose metadata say which method
(``algorithm``), benchmark and seed they belong to.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rich.console import RenderableType

from syne_tune.cli.output import Output, table
from syne_tune.errors import ExperimentNotFoundError, OptionError, nearest
from syne_tune.experiments.comparison.aggregation import AGGREGATE_CAPTIONS, AGGREGATE_MODES
from syne_tune.experiments.comparison.comparative_results import ComparativeResults
from syne_tune.experiments.comparison.html_report import html_report
from syne_tune.experiments.comparison.plot_parameters import PlotParameters
from syne_tune.experiments.comparison.ranks import Ranking
from syne_tune.experiments.comparison.result_files import Run, Selection, find_runs
from syne_tune.experiments.comparison.tables import ResultTable
from syne_tune.metric_modes import metric_name_mode

_MOST_COLUMNS = 6


def add_arguments(parser: ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument(
        "tag", nargs="+", help="beginning of the names of the experiments, such as their experiment_tag"
    )
    parser.add_argument("--metric", help="metric to compare; by default the first one that each benchmark optimises")
    parser.add_argument("--setup-key", default="algorithm", help="entry of the metadata that names the method")
    parser.add_argument("--benchmark-key", default="benchmark", help="entry of the metadata that names the benchmark")
    parser.add_argument("--setups", nargs="+", help="methods to compare, in this order; by default all, by name")
    parser.add_argument("--aggregate", default="iqm_bootstrap", choices=sorted(AGGREGATE_MODES), help="over seeds")
    parser.add_argument("--report", type=Path, help="write a page with curves, ranks and tables to this HTML file")
    parser.add_argument(
        "--figures", type=Path, help="write one picture per benchmark, and one of ranks, to this folder"
    )
    parser.add_argument("--table", choices=("markdown", "latex", "csv"), help="print the table of values in this form")


def execute(args: Namespace, output: Output) -> int:
    """Prints how the methods did; writes the page and the pictures that were asked for."""
    runs = _runs(args)
    results = _compare(args, runs)
    values, ranking = results.table(), results.ranking() if len(results.setups) > 1 else None
    try:
        _write_files(args, results)
    except OSError as error:
        raise OptionError(f"{error.filename}: cannot be written ({error.strerror}); choose another place") from error
    answer = _answer(results, values, ranking)
    if args.table is not None:
        output.answer(answer, values.render(args.table).rstrip("\n"))
    else:
        output.answer(answer, _caption(results, values), *_sections(values, ranking), *_notes(results))
    return 0


def _runs(args: Namespace) -> list[Run]:
    def setup(metadata: dict[str, Any]) -> str:
        if args.setup_key not in metadata:
            raise OptionError(
                f"--setup-key {args.setup_key}: metadata of an experiment lack it; {nearest(args.setup_key, metadata)}"
            )
        return str(metadata[args.setup_key])

    return find_runs(Selection(args.tag, setup, benchmark_key=args.benchmark_key))


def _compare(args: Namespace, runs: list[Run]) -> ComparativeResults:
    names = sorted({run.setup for run in runs})
    setups = args.setups or names
    for name in setups:
        if name not in names:
            raise OptionError(f"--setups {name}: no experiment of this method; {nearest(name, names)}")
        if setups.count(name) > 1:
            raise OptionError(f"--setups: {name!r} is named twice; leave it out once")
    mode = _mode(args.metric, [run for run in runs if run.setup in setups])
    largest_group = max(sum(_group(run) == group for run in runs) for group in {_group(run) for run in runs})
    return ComparativeResults(
        args.tag,
        setups,
        num_runs=largest_group,
        metadata_to_setup=lambda metadata: name if (name := str(metadata[args.setup_key])) in setups else None,
        plot_params=PlotParameters(args.metric, mode, convert_to_min=False, aggregate_mode=args.aggregate),
        benchmark_key=args.benchmark_key,
    )


def _group(run: Run) -> tuple[str, str]:
    return run.benchmark, run.setup


def _mode(metric: str | None, runs: list[Run]) -> str:
    """Whether the metric is minimised or maximised, which has to be the same everywhere."""
    first = _mode_of(metric, runs[0])
    for run in runs[1:]:
        if metric is None and _mode_of(None, run) != first:
            raise OptionError(
                f"{runs[0].name} has mode {first!r}, {run.name} has not: ranks cannot be compared. Name one metric "
                "by --metric, or compare fewer experiments at once"
            )
    return first


def _mode_of(metric: str | None, run: Run) -> str:
    if "metric_names" not in run.metadata:
        raise ExperimentNotFoundError(f"The metadata of {run.name} do not say which metrics there are")
    names = run.metadata["metric_names"]
    return metric_name_mode([names] if isinstance(names, str) else names, run.metadata["metric_mode"], metric or 0)[1]


def _write_files(args: Namespace, results: ComparativeResults) -> None:
    if args.figures is not None:
        _write_figures(results, args.figures)
    if args.report is not None:
        args.report.parent.mkdir(parents=True, exist_ok=True)
        args.report.write_text(html_report(results, title=", ".join(args.tag)), encoding="utf-8")


def _write_figures(results: ComparativeResults, folder: Path) -> None:
    for benchmark in results.benchmarks:
        title = PlotParameters(title=benchmark)
        results.plot(benchmark, title, file_name=str(folder / f"{benchmark}.png"))
    if len(results.setups) > 1:
        results.plot_ranks(file_name=str(folder / "ranks.png"))


def _answer(results: ComparativeResults, values: ResultTable, ranking: Ranking | None) -> dict[str, Any]:
    cells = zip(values.benchmarks, values.middles.tolist(), strict=True)
    answer: dict[str, Any] = {
        "experiments": len(results.runs),
        "without_value": [run.name for run in results.runs_without_value()],
        "values": {name: dict(zip(values.setups, row, strict=True)) for name, row in cells},
    }
    if ranking is not None:
        answer["mean_ranks"] = dict(zip(ranking.setups, ranking.mean_ranks.tolist(), strict=True))
        answer["friedman_p"] = ranking.friedman_p
    return answer


def _caption(results: ComparativeResults, values: ResultTable) -> str:
    parameters, metrics = results.parameters(), " or ".join(results.metrics())
    better = "lower" if values.minimised else "higher"
    return f"{metrics} ({better} is better): {AGGREGATE_CAPTIONS[str(parameters.aggregate_mode)]}"


def _notes(results: ComparativeResults) -> list[str]:
    runs = results.runs_without_value()
    listed = ", ".join(f"{run.name} ({run.setup})" for run in runs)
    return [f"Not in the values, and worst in the ranks, since they found no finite value: {listed}"] if runs else []


def _sections(values: ResultTable, ranking: Ranking | None) -> Iterator[RenderableType]:
    rows = [("benchmark", *values.setups)]
    rows += [(name, *values.cells(place)) for place, name in enumerate(values.benchmarks)]
    if len(values.setups) > max(_MOST_COLUMNS, len(values.benchmarks)):
        rows = [("method", *values.benchmarks), *list(zip(*rows, strict=True))[1:]]
    yield table(rows[0], rows[1:])
    if ranking is not None:
        yield _rank_table(ranking)


def _rank_table(ranking: Ranking) -> RenderableType:
    bounds = zip(ranking.setups, ranking.mean_ranks, ranking.intervals, strict=True)
    if ranking.num_problems == 1:  # of which there is no interval
        return table(("method", "rank on the only problem"), ((name, f"{rank:.2f}") for name, rank, _ in bounds))
    return table(
        ("method", f"mean rank over {ranking.num_problems} problems", "95 % interval"),
        ((name, f"{rank:.2f}", f"{low:.2f} to {high:.2f}") for name, rank, (low, high) in bounds),
    )
