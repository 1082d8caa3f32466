"""Shows one experiment: status, best trials, failures, rungs, search space, timing."""

from __future__ import annotations

import dataclasses
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from typing import Any

from rich.console import RenderableType

from syne_tune import jsonio
from syne_tune.cli.output import Output, duration, moment, short, table
from syne_tune.config_space import Space
from syne_tune.errors import ConfigSpaceError
from syne_tune.experiments.finding import find_experiment
from syne_tune.experiments.overview import Overview, read_overview


def add_arguments(parser: ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument("name", help="name of the experiment, the beginning of it, a path, or 'latest'")


def execute(args: Namespace, output: Output) -> int:
    """Prints the overview of one experiment."""
    overview = read_overview(find_experiment(args.name))
    output.answer(dataclasses.asdict(overview), *_sections(overview))
    return 0


def _sections(overview: Overview) -> Iterator[RenderableType]:
    yield table(("experiment", overview.name), _facts(overview))
    if overview.best:
        best_rows = ((b.metric, b.mode, _value(b.value), b.trial_id, _listed(b.config)) for b in overview.best)
        yield table(("metric", "mode", "best", "trial", "configuration"), best_rows)
    if overview.failures:
        failure_rows = ((f.trial_id, f.cause, f.message) for f in overview.failures)
        yield table(("failed trial", "cause", "message"), failure_rows)
    if overview.rungs:
        yield table(("rung level", "trials judged there"), overview.rungs.items())
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


def _listed(config: dict[str, Any]) -> str:
    return ", ".join(f"{name}={short(value)}" for name, value in config.items())


def _space_rows(config_space: dict[str, Any]) -> list[tuple[str, str]]:
    try:
        space: dict[str, Any] = dict(Space.from_json(jsonio.dumps(config_space)))
    except ConfigSpaceError:
        space = config_space  # of another program, or of a domain of the user's own: shown as it stands
    return [(name, str(entry)) for name, entry in space.items()]
