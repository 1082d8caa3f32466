"""Entry point of ``syne-tune``: finds the command, reads its arguments, turns refusals into one clear message."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from importlib import import_module
from typing import Protocol, cast

from syne_tune.cli.output import Output
from syne_tune.constants import VERSION
from syne_tune.errors import OptionError, SyneTuneError, nearest

COMMANDS = {
    "run": "tune a script",
    "resume": "continue an experiment, perhaps with new limits",
    "list": "all experiments, newest first",
    "show": "one experiment: status, best trials, failures, rungs, space, timing",
    "best": "the best configuration, ready to be passed to the script",
    "why": "what happened to one trial, and why",
    "rerun": "run the very command of one trial in the foreground",
    "check": "start a script once and report what would go wrong",
    "compare": "methods over benchmarks and seeds: values, ranks, pictures, one HTML page",
    "blackboxes": "benchmarks for simulation: which there are, what they contain, downloads",
    "download": "copy experiments from S3, such as those of remote launchers",
    "jobs": "SageMaker training jobs on this machine: a service for the real clients, its jobs, their logs",
    "export": "results as CSV, JSON, Parquet or a summary in Markdown",
    "import": "a study of Optuna or Ray Tune as an experiment",
}
"""Name of each command, which is also the name of its file, and what it is for."""

EXIT_REFUSED = 2
"""Exit code after a mistake of the user, as for unknown options."""

_EXIT_INTERRUPTED = 130
_EXIT_BROKEN_PIPE = 141


class Command(Protocol):
    """What the file of a command contains."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declares the arguments."""

    def execute(self, args: Namespace, output: Output) -> int:
        """Does the work; returns the exit code."""


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command.

    Args:
        argv: Arguments, without the name of the program; those of the process by default.

    Returns:
        The exit code: 0 if all went well, 1 if a command found a problem, 2 after a mistake of the user.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        return _dispatch(arguments)
    except SyneTuneError as error:
        sys.stderr.write(f"syne-tune: {error}\n")
        return EXIT_REFUSED
    except KeyboardInterrupt:
        sys.stderr.write("syne-tune: interrupted\n")
        return _EXIT_INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _EXIT_BROKEN_PIPE


def _dispatch(arguments: list[str]) -> int:
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        sys.stdout.write(_help())
        return 0
    if arguments[0] in ("-V", "--version"):
        sys.stdout.write(f"syne-tune {VERSION}\n")
        return 0
    name = arguments[0]
    if name not in COMMANDS:
        raise OptionError(f"unknown command {name!r}; {nearest(name, COMMANDS)}")
    command = cast(Command, import_module(f"syne_tune.cli.{name}"))
    parser = ArgumentParser(prog=f"syne-tune {name}", description=(command.__doc__ or "").partition("\n\n")[0])
    command.add_arguments(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON value on standard output, nothing else")
    args = parser.parse_intermixed_args(arguments[1:])
    return command.execute(args, Output(as_json=args.json))


def _help() -> str:
    width = max(map(len, COMMANDS))
    listed = "\n".join(f"  {name:{width}}  {purpose}" for name, purpose in COMMANDS.items())
    return (
        "usage: syne-tune COMMAND ...\n\n"
        f"{listed}\n\n"
        "'syne-tune COMMAND --help' explains the arguments of a command.\n"
        "Experiments are named by their folder, by the beginning of its name, by a path, or by 'latest'.\n"
    )


if __name__ == "__main__":
    sys.exit(main())
