"""Lists all experiments, newest first."""

from __future__ import annotations

import dataclasses
import logging
from argparse import ArgumentParser, Namespace
from pathlib import Path

from syne_tune.cli.output import Output, moment, short, table
from syne_tune.errors import SyneTuneError
from syne_tune.experiment_folder import experiment_path
from syne_tune.experiments.finding import experiment_folders
from syne_tune.experiments.overview import Overview, read_overview

logger = logging.getLogger(__name__)

_HEADINGS = ("name", "status", "created", "method", "trials", "best")


def add_arguments(parser: ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument("text", nargs="?", default="", help="only experiments whose name contains this")


def execute(args: Namespace, output: Output) -> int:
    """Prints one row per experiment; damaged ones are skipped with a warning."""
    root = experiment_path()
    folders = [folder for folder in experiment_folders(root) if args.text in folder.name]
    found = [overview for overview in map(_overview_or_none, folders) if overview is not None]
    found.sort(key=lambda overview: overview.created, reverse=True)
    rows = map(_row, found)
    data = [dataclasses.asdict(overview) for overview in found]
    named = f" whose name contains {args.text!r}" if args.text else ""
    output.answer(data, table(_HEADINGS, rows) if found else f"There are no experiments in {root}{named}")
    return 0


def _overview_or_none(folder: Path) -> Overview | None:
    try:
        return read_overview(folder)
    except SyneTuneError as error:
        logger.warning("skipped: %s", error)
        return None


def _row(overview: Overview) -> tuple[object, ...]:
    reported = [best for best in overview.best if best.value is not None]
    failed = f", {len(overview.failures)} failed" if overview.failures else ""
    return (
        overview.name,
        overview.phase,
        moment(overview.created),
        overview.scheduler,
        f"{sum(overview.trials.values())}{failed}",
        ", ".join(f"{best.metric}={short(best.value)}" for best in reported) or None,
    )
