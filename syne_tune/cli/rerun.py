"""Runs the very command of one trial in the foreground, on a copy of its checkpoint; the experiment stays as it is."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from argparse import ArgumentParser, Namespace
from pathlib import Path

from syne_tune.backend.files import RunSpec, TrialFiles
from syne_tune.cli.output import Output
from syne_tune.cli.trial_records import known_trial, latest_run
from syne_tune.constants import ENV_REPORT_CHANNEL, ENV_REPORT_WAKE, ST_CHECKPOINT_DIR
from syne_tune.errors import ExperimentNotFoundError
from syne_tune.experiments.finding import find_experiment
from syne_tune.experiments.recorded_study import read_study

_CHANNELS = (ENV_REPORT_CHANNEL, ENV_REPORT_WAKE)
"""Environment variables that would lead reports into the experiment."""

_NOT_FOUND = 127
_STDERR = 2


def add_arguments(parser: ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument("name", help="name of the experiment, the beginning of it, a path, or 'latest'")
    parser.add_argument("trial", type=int, help="number of the trial")
    checkpoint = parser.add_mutually_exclusive_group()
    checkpoint.add_argument(
        "--in-place", action="store_true", help="use the checkpoint of the trial itself, and change it"
    )
    checkpoint.add_argument(
        "--from-scratch",
        action="store_true",
        help="start with an empty checkpoint directory, not with a copy",
    )


def execute(args: Namespace, output: Output) -> int:
    """Runs the command; its exit code is that of this command."""
    folder = find_experiment(args.name)
    spec = latest_run(folder, args.trial)
    if spec is None:
        known_trial(read_study(folder, []), args.trial)
        raise ExperimentNotFoundError(
            f"{TrialFiles(folder, args.trial).path}: there is no record of a run here. Trials that ran in another "
            f"place, or in the process of the tuner, cannot be run again; 'syne-tune why {folder.name} {args.trial}' "
            "shows what is known"
        )
    with tempfile.TemporaryDirectory(prefix="syne-tune-rerun-") as temporary:
        checkpoints = TrialFiles(folder, args.trial).checkpoints
        if not args.in_place:
            copy = Path(temporary) / "checkpoints"
            if checkpoints.is_dir() and not args.from_scratch:
                sys.stderr.write("with a copy of its checkpoint; --from-scratch starts without\n")
                shutil.copytree(checkpoints, copy)
            checkpoints = copy
        command = _with_checkpoints(spec.argv, checkpoints)
        sys.stderr.write(f"in {spec.cwd}: {shlex.join(command)}\n")
        exit_code = _run(command, spec, quiet_stdout=output.as_json)
    data = {
        "name": folder.name,
        "trial_id": args.trial,
        "command": command,
        "cwd": spec.cwd,
        "exit_code": exit_code,
    }
    output.answer(data, f"exit code {exit_code}")
    return exit_code


def _with_checkpoints(command: list[str], checkpoints: Path) -> list[str]:
    """The command with another checkpoint directory."""
    result, option = list(command), f"--{ST_CHECKPOINT_DIR}"
    if option in result[:-1]:
        result[result.index(option) + 1] = str(checkpoints)
    return result


def _run(command: list[str], spec: RunSpec, quiet_stdout: bool) -> int:
    inherited = {name: value for name, value in os.environ.items() if name not in _CHANNELS}
    own = {name: value for name, value in spec.env.items() if name not in _CHANNELS}
    stdout = _STDERR if quiet_stdout else None
    try:
        ended = subprocess.run(command, cwd=spec.cwd, env={**inherited, **own}, stdout=stdout, check=False)
    except OSError as error:
        sys.stderr.write(f"syne-tune: {command[0]!r} could not be started in {spec.cwd}: {error.strerror}\n")
        return _NOT_FOUND
    return ended.returncode if ended.returncode >= 0 else 128 - ended.returncode
