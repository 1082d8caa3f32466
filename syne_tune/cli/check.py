"""Starts a script with the default configuration for its smallest resource, and reports what would go wrong."""

from __future__ import annotations

import dataclasses
import shlex
import tempfile
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from rich.console import RenderableType

from syne_tune.cli.output import Output, short, table
from syne_tune.cli.script_arguments import add_script_arguments, existing_script
from syne_tune.cli.script_findings import Finding, Probed, failed_log, findings, has_problem
from syne_tune.cli.script_probe import ScriptProbe
from syne_tune.cli.space_arguments import add_space_arguments, space_from
from syne_tune.errors import OptionError, nearest

_FIRST_REPORTS = 2
"""So many reports show whether the resource counts 1, 2, ..."""


def add_arguments(parser: ArgumentParser) -> None:
    """Declares the arguments."""
    add_script_arguments(parser)
    add_space_arguments(parser)
    parser.add_argument("--metric", action="append", default=[], help="metric to optimise; may be repeated")
    parser.add_argument("--resource-attr", metavar="NAME", help="name of the resource in reports, such as epoch")
    parser.add_argument(
        "--max-resource-attr",
        metavar="NAME",
        help="entry of the space that tells the script how far to train",
    )
    parser.add_argument(
        "--time-limit", type=float, default=60.0, metavar="SECONDS", help="for each of two runs (default: 60)"
    )


def execute(args: Namespace, output: Output) -> int:
    """Prints what was found; the exit code is 1 if something would go wrong."""
    space = space_from(args.space, args.entries)
    if not args.time_limit > 0:
        raise OptionError(f"--time-limit {args.time_limit:g}: must be a positive number of seconds")
    if args.max_resource_attr is not None and args.max_resource_attr not in space.constants:
        raise OptionError(f"--max-resource-attr {args.max_resource_attr}: {nearest(args.max_resource_attr, space)}")
    config = space.with_constants(space.default())
    with tempfile.TemporaryDirectory(prefix="syne-tune-check-") as folder:
        probe = ScriptProbe(
            existing_script(args.script), Path(folder), args.binary, args.pass_args_as_json, args.time_limit
        )
        probed = _probe(probe, config, args.resource_attr, args.max_resource_attr)
    found = findings(probed, args.metric, args.resource_attr)
    data = {
        "ok": not has_problem(found),
        "config": config,
        "command": probed.first.command,
        "findings": [dataclasses.asdict(finding) for finding in found],
        "log_tail": list(failed_log(probed)),
    }
    output.answer(data, *_sections(config, probed, found))
    return 1 if has_problem(found) else 0


def _probe(
    probe: ScriptProbe, config: Mapping[str, Any], resource_attr: str | None, max_resource_attr: str | None
) -> Probed:
    """Runs the script once, and again from its checkpoint if it has a resource."""
    if resource_attr is None:
        return Probed(probe.run(config))
    shortened = {} if max_resource_attr is None else {max_resource_attr: _FIRST_REPORTS}
    first = probe.run({**config, **shortened}, enough_reports=None if shortened else _FIRST_REPORTS)
    if first.failure is not None or not first.reports:
        return Probed(first)
    wrote_checkpoint = probe.wrote_checkpoint()
    lengthened = {name: value + 1 for name, value in shortened.items()}
    second = probe.run({**config, **lengthened}, enough_reports=1)
    return Probed(first, second, wrote_checkpoint)


def _sections(config: Mapping[str, Any], probed: Probed, found: list[Finding]) -> Iterator[RenderableType]:
    yield f"Configuration: {', '.join(f'{name}={short(value)}' for name, value in config.items())}"
    yield f"Command: {shlex.join(probed.first.command)}"
    yield table(("", "about", "found"), ((f.level, f.subject, f.message) for f in found))
    tail = list(failed_log(probed))
    if tail:
        yield "\n".join(["Last lines of its log:", *(f"    {line}" for line in tail)])
    yield "This would go wrong: see the problems above" if has_problem(found) else "No problem found"
