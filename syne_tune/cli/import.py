"""Takes over a study of another program: an Optuna storage, or the folder of a Ray Tune experiment.

Neither program needs to be installed, and nothing is unpickled.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from syne_tune.cli.output import Output
from syne_tune.experiments.foreign import import_study
from syne_tune.experiments.overview import read_overview
from syne_tune.metadata_file import read_metadata


def add_arguments(parser: ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument("source", help="SQLite database or journal of Optuna; folder of a Ray Tune experiment")
    parser.add_argument("--study", help="name of the study, for storages with several")
    parser.add_argument(
        "--metric", action="append", help="name of the metric; repeat it for several. Needed for Ray Tune"
    )
    parser.add_argument("--mode", choices=("min", "max"), help="needed for Ray Tune")
    parser.add_argument("--name", help="name of the new experiment; default: made from that of the study")


def execute(args: Namespace, output: Output) -> int:
    """Writes the experiment, and says what it holds and what could not be taken over."""
    folder = import_study(args.source, args.study, args.metric, args.mode, args.name)
    overview = read_overview(folder)
    notes = list((read_metadata(folder) or {}).get("import_notes", []))
    data = {
        "name": folder.name,
        "path": str(folder),
        "trials": overview.trials,
        "num_reports": overview.num_reports,
        "notes": notes,
    }
    counts = ", ".join(f"{count} {status.lower()}" for status, count in overview.trials.items()) or "no trials"
    headline = f"{folder.name}: {counts}; {overview.num_reports} reports, in {folder}"
    output.answer(data, headline, *(f"Note: {note}" for note in notes))
    return 0
