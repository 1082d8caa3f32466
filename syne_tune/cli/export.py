"""Writes the results of an experiment as CSV, JSON, Parquet, or as a summary in Markdown."""

from __future__ import annotations

import dataclasses
import io
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

import pandas as pd

from syne_tune import jsonio
from syne_tune.cli.markdown_summary import markdown_summary
from syne_tune.cli.output import Output
from syne_tune.errors import OptionError, nearest
from syne_tune.experiments.finding import find_experiment
from syne_tune.experiments.overview import read_overview
from syne_tune.experiments.result_table import read_results
from syne_tune.optional import require

_FORMATS = ("csv", "json", "markdown", "parquet")
_BY_SUFFIX = {".csv": "csv", ".json": "json", ".md": "markdown", ".parquet": "parquet"}


def add_arguments(parser: ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument("name", help="name of the experiment, the beginning of it, a path, or 'latest'")
    parser.add_argument("--format", choices=_FORMATS, help="default: by the suffix of FILE, else csv")
    parser.add_argument("--output", metavar="FILE", help="where to write; standard output by default")


def execute(args: Namespace, output: Output) -> int:
    """Writes one row per report, or the summary."""
    folder = find_experiment(args.name)
    form = args.format or _format_of(args.output)
    if args.output is None:
        _check_for_stdout(form, output)
    exported = _Exported(folder)
    content: bytes = getattr(exported, form)()
    if args.output is None:
        sys.stdout.write(content.decode())
        return 0
    try:
        Path(args.output).write_bytes(content)
    except OSError as error:
        raise OptionError(f"--output {args.output}: cannot be written ({error.strerror})") from error
    rows = len(exported.results)
    data = {"name": folder.name, "path": args.output, "format": form, "rows": rows}
    output.answer(data, f"{rows} reports written to {args.output}")
    return 0


def _format_of(file: str | None) -> str:
    """What the suffix of a file asks for."""
    suffix = "" if file is None else Path(file).suffix
    if suffix and suffix not in _BY_SUFFIX:
        raise OptionError(f"--output {file}: no format has this suffix; {nearest(suffix, _BY_SUFFIX)}, or add --format")
    return _BY_SUFFIX.get(suffix, "csv")


def _check_for_stdout(form: str, output: Output) -> None:
    if form == "parquet":
        raise OptionError("--format parquet needs a file: name it with --output FILE")
    if output.as_json and form != "json":
        raise OptionError(f"--json without --output needs --format json; it cannot print {form}")


class _Exported:
    """What there is to export; one method per format, of the same name.

    Args:
        folder: Folder of the experiment.
    """

    def __init__(self, folder: Path) -> None:
        self.overview = read_overview(folder)
        results = read_results(folder)
        self.results = pd.DataFrame() if results is None else results

    def csv(self) -> bytes:
        """One line per report."""
        return self.results.to_csv(index=False).encode()

    def json(self) -> bytes:
        """The overview, and one object per report."""
        data = {"experiment": dataclasses.asdict(self.overview), "results": self.results.to_dict("records")}
        return (jsonio.dumps(data, indent=1) + "\n").encode()

    def markdown(self) -> bytes:
        """A summary for people."""
        return markdown_summary(self.overview).encode()

    def parquet(self) -> bytes:
        """One row per report.

        Raises:
            MissingExtraError: If the package that writes Parquet files is not installed.
        """
        require("pyarrow", extra="parquet")
        buffer = io.BytesIO()
        self.results.to_parquet(buffer, index=False)
        return buffer.getvalue()
