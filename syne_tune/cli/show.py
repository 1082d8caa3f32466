"""Shows one experiment: status, best trials, failures, rungs, importance of hyperparameters, search space, timing."""

from __future__ import annotations

import dataclasses
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from rich.console import RenderableType

from syne_tune import jsonio
from syne_tune.cli.fronts import front_table, read_front
from syne_tune.cli.output import Output, duration, listed, moment, short, table
from syne_tune.config_space import Space
from syne_tune.errors import ConfigSpaceError, ExperimentNotFoundError, OptionError
from syne_tune.experiments.finding import find_experiment
from syne_tune.experiments.importance import SUBJECTS, Importance, importance
from syne_tune.experiments.loading import load_folder
from syne_tune.experiments.overview import Overview, read_overview
from syne_tune.experiments.pareto import ParetoFront


def add_arguments(parser: ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument("name", help="name of the experiment, the beginning of it, a path, or 'latest'")
    parser.add_argument("--no-importance", action="store_true", help="leave out which hyperparameters mattered")


def execute(args: Namespace, output: Output) -> int:
    """Prints the overview of one experiment."""
    folder = find_experiment(args.name)
    overview = read_overview(folder)
    mattered = [] if args.no_importance else _importance(folder)
    front = read_front(folder)
    data = {**dataclasses.asdict(overview), "importance": [dataclasses.asdict(entry) for entry in mattered]}
    if front is not None:
        data["pareto_front"] = dataclasses.asdict(front)
    output.answer(data, *_sections(overview, mattered, front))
    return 0


def _importance(folder: Path) -> list[Importance]:
    """Of the first metric, and of success if trials failed; nothing where an experiment knows too little."""
    found = []
    for subject in SUBJECTS:
        with suppress(ExperimentNotFoundError, ConfigSpaceError, OptionError):
            found.append(importance(load_folder(folder), of=subject))
    return found


def _importance_rows(entry: Importance) -> list[tuple[str, str, str]]:
    return [(it.name, f"{it.main:.0%}", f"{it.total:.0%}") for it in entry.parameters]


def _importance_heading(entry: Importance) -> str:
    if entry.model_fit is None:
        return f"matters for success ({entry.num_failures} failed)"
    return f"matters for {entry.subject} (model explains {max(0.0, entry.model_fit):.0%})"


def _sections(
    overview: Overview, mattered: Iterable[Importance], front: ParetoFront | None
) -> Iterator[RenderableType]:
    yield table(("experiment", overview.name), _facts(overview))
    if overview.best:
        best_rows = ((b.metric, b.mode, _value(b.value), b.trial_id, listed(b.config)) for b in overview.best)
        yield table(("metric", "mode", "best", "trial", "configuration"), best_rows)
    if front is not None:
        yield front_table(front)
    if overview.failures:
        failure_rows = ((f.trial_id, f.cause, f.message) for f in overview.failures)
        yield table(("failed trial", "cause", "message"), failure_rows)
    if overview.rungs:
        yield table(("rung level", "trials judged there"), overview.rungs.items())
    for entry in mattered:
        yield table((_importance_heading(entry), "alone", "with interactions"), _importance_rows(entry))
    if overview.config_space:
        yield table(("parameter", "domain"), _space_rows(overview.config_space))


def _facts(overview: Overview) -> Iterator[tuple[str, object]]:
    ended = f" ({overview.end_reason})" if overview.end_reason else ""
    yield "status", f"{overview.phase}{ended}"
    yield "folder", overview.path
    yield "script, place, method", f"{overview.entrypoint}, {overview.backend}, {overview.scheduler}"
    yield "created", moment(overview.created)
    yield "running time", f"{duration(overview.elapsed)} in {_number(overview.num_sessions, 'session')}"
    yield "trials", _counts(overview.trials)
    yield "reports", overview.num_reports
    yield "decisions", _counts(overview.decisions)


def _counts(counts: dict[str, int]) -> str | None:
    return ", ".join(f"{number} {word}" for word, number in sorted(counts.items())) or None


def _number(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"


def _value(value: float | None) -> str | None:
    return None if value is None else short(value)


def _space_rows(config_space: dict[str, Any]) -> list[tuple[str, str]]:
    try:
        space: dict[str, Any] = dict(Space.from_json(jsonio.dumps(config_space)))
    except ConfigSpaceError:
        space = config_space  # of another program, or of a domain of the user's own: shown as it stands
    return [(name, str(entry)) for name, entry in space.items()]
