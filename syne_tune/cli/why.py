"""Explains what happened to one trial: cause of failure, last log lines, command, all decisions with their reasons."""

from __future__ import annotations

import shlex
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from rich.console import RenderableType

from syne_tune.cli.output import Output, short, table
from syne_tune.cli.trial_records import command_of, happened, known_trial, log_tail
from syne_tune.constants import ST_RESERVED_PREFIX
from syne_tune.errors import OptionError
from syne_tune.event_log import Event
from syne_tune.experiments.finding import find_experiment
from syne_tune.experiments.overview import metrics_and_modes
from syne_tune.experiments.recorded_study import read_study, trial_events
from syne_tune.metadata_file import read_metadata
from syne_tune.study import failure_to_fields
from syne_tune.trial_state import TrialState


def add_arguments(parser: ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument("name", help="name of the experiment, the beginning of it, a path, or 'latest'")
    parser.add_argument("trial", type=int, help="number of the trial")
    parser.add_argument("--lines", type=int, default=20, help="how many of the last log lines to show (default: 20)")


def execute(args: Namespace, output: Output) -> int:
    """Prints the story of one trial."""
    if args.lines < 0:
        raise OptionError(f"--lines {args.lines}: must be at least 0")
    folder = find_experiment(args.name)
    state = known_trial(read_study(folder, metrics_and_modes(read_metadata(folder) or {})[0]), args.trial)
    story = [_entry(event, args.trial) for event in trial_events(folder, args.trial)]
    command, tail = command_of(folder, state), log_tail(folder, state, args.lines)
    data = {
        "name": folder.name,
        "trial_id": args.trial,
        "status": state.status,
        "config": state.trial.config,
        "num_reports": state.num_reports,
        "failure": None if state.failure is None else failure_to_fields(state.failure),
        "command": command,
        "log_tail": tail,
        "events": story,
    }
    output.answer(data, *_sections(folder, state, command, tail, story))
    return 0


def _entry(event: Event, trial_id: int) -> dict[str, Any]:
    """An event as ``--json`` shows it: when, what, why."""
    failure = event.get("failure") or {}
    return {
        "seq": event["seq"],
        "elapsed": event["elapsed"],
        "kind": event["kind"],
        "what": happened(event, trial_id),
        "reason": event.get("reason") or failure.get("message", ""),
        "facts": event.get("facts", {}),
        "result": event.get("result"),
    }


def _sections(
    folder: Path, state: TrialState, command: list[str], tail: list[str], story: list[dict[str, Any]]
) -> Iterator[RenderableType]:
    config = ", ".join(f"{name}={short(value)}" for name, value in state.trial.config.items())
    yield f"Trial {state.trial.trial_id} of {folder.name}: {state.status}, {state.num_reports} reports"
    yield f"Configuration: {config}"
    if state.failure is not None:
        exit_code = "" if state.failure.exit_code is None else f", exit code {state.failure.exit_code}"
        yield f"Failed ({state.failure.cause.value}{exit_code}): {state.failure.message}"
    if command:
        yield f"Command: {shlex.join(command)}"
    rows = ((f"{e['elapsed']:.1f} s", e["what"], e["reason"], _metrics(e["result"])) for e in _abridged(story))
    yield table(("time", "what", "why", "reported"), rows)
    if tail:
        yield "\n".join(["Last lines of its log:", *(f"    {line}" for line in tail)])


def _metrics(result: dict[str, Any] | None) -> str:
    shown = {key: value for key, value in (result or {}).items() if not key.startswith(ST_RESERVED_PREFIX)}
    return ", ".join(f"{key}={short(value)}" for key, value in shown.items())


def _abridged(story: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Leaves out reports between rungs on which nothing was decided, except for the last of each group."""
    skipped, held = 0, None
    for entry in story:
        if _is_routine(entry):
            skipped, held = skipped + (held is not None), entry
            continue
        if held is not None:
            yield _with_count(held, skipped)
        skipped, held = 0, None
        yield entry
    if held is not None:
        yield _with_count(held, skipped)


def _is_routine(entry: dict[str, Any]) -> bool:
    return entry["kind"] == "report" and entry["what"] == "continue" and "rung" not in entry["facts"]


def _with_count(entry: dict[str, Any], skipped: int) -> dict[str, Any]:
    return {**entry, "what": f"continue ({skipped + 1} times)"} if skipped else entry
