"""Continues an experiment where its log ends, perhaps with new limits. This unpickles the saved tuner, which runs code
from the folder of the experiment: resume only what you trust.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from syne_tune.cli.limits import add_limit_arguments, changed_limits
from syne_tune.cli.output import Output
from syne_tune.cli.running import run_in_foreground
from syne_tune.errors import ExperimentNotFoundError
from syne_tune.experiments.finding import find_experiment
from syne_tune.metadata_file import read_metadata
from syne_tune.tuner import Tuner


def add_arguments(parser: ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument("name", help="name of the experiment, the beginning of it, a path, or 'latest'")
    add_limit_arguments(parser)


def execute(args: Namespace, output: Output) -> int:
    """Runs until a limit is reached, nothing is left to try, or too many trials failed."""
    tuner = _saved_tuner(find_experiment(args.name))
    tuner.stop_criterion = changed_limits(args, tuner.stop_criterion)
    if args.n_workers is not None:
        tuner.n_workers = args.n_workers
    if args.max_failures is not None:
        tuner.max_failures = args.max_failures
    return run_in_foreground(tuner, output)


def _saved_tuner(folder: Path) -> Tuner:
    try:
        return Tuner.load(folder)
    except ExperimentNotFoundError as error:
        study = (read_metadata(folder) or {}).get("tag")
        if study is None:
            raise
        raise ExperimentNotFoundError(
            f"{error}. It is part of the study {study!r}: call the launcher as before, it goes on with what is left"
        ) from error
