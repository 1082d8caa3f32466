"""Prints the best configuration, ready to be passed to the script."""

from __future__ import annotations

import dataclasses
import shlex
from argparse import ArgumentParser, Namespace

from syne_tune.backend.command_line import argument
from syne_tune.cli.fronts import front_table, read_front
from syne_tune.cli.output import Output, short
from syne_tune.errors import ExperimentNotFoundError, OptionError, nearest
from syne_tune.experiments.finding import find_experiment
from syne_tune.experiments.loading import load_folder
from syne_tune.experiments.overview import BestTrial, read_overview
from syne_tune.experiments.recommendation import Recommendation, recommend


def add_arguments(parser: ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument("name", help="name of the experiment, the beginning of it, a path, or 'latest'")
    parser.add_argument(
        "--metric", help="which metric counts; if there are several, their Pareto front is shown without it"
    )
    parser.add_argument(
        "--model",
        action="store_true",
        help="the configuration with the best posterior mean of a model of all trials, instead of the best report: "
        "for noisy metrics",
    )
    parser.add_argument(
        "--args",
        action="store_true",
        help="print the arguments only, as in: train.py $(syne-tune best latest --args)",
    )


def execute(args: Namespace, output: Output) -> int:
    """Prints the best configuration as arguments or as JSON; of several metrics, the best compromises."""
    folder = find_experiment(args.name)
    front = None if args.metric or args.model or args.args else read_front(folder)
    if front is not None:
        output.answer(dataclasses.asdict(front), front_table(front))
        return 0
    best = _choose(read_overview(folder).best, args.metric)
    headline = f"{best.metric} = {short(best.value)} ({best.mode}), trial {best.trial_id}"
    data, config = dataclasses.asdict(best), best.config
    if args.model:
        found = recommend(load_folder(folder), best.metric)
        config, headline = found.config, _recommended(found)
        data = dataclasses.asdict(found)
    arguments = [part for name, value in config.items() for part in argument(name, value)]
    line = shlex.join(arguments)
    output.answer({**data, "arguments": arguments}, *([] if args.args else [headline]), line)
    return 0


def _recommended(found: Recommendation) -> str:
    return (
        f"{found.metric} = {short(found.predicted_mean)} ± {found.predicted_std:.2g} expected ({found.mode}), "
        f"{short(found.observed)} reported, noise {found.noise_std:.2g}, trial {found.trial_id}"
    )


def _choose(candidates: list[BestTrial], metric: str | None) -> BestTrial:
    by_name = {best.metric: best for best in candidates}
    name = metric or next(iter(by_name), "")
    if name not in by_name:
        raise OptionError(f"--metric {name}: {nearest(name, by_name)}")
    if by_name[name].value is None:
        raise ExperimentNotFoundError(f"No trial has reported a finite {name!r} yet")
    return by_name[name]
