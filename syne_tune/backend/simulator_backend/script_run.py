"""Runs a training script from its beginning to its end, and collects what it reports."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from syne_tune.backend.command_line import script_arguments
from syne_tune.report import retrieve
from syne_tune.trial import Failure, FailureCause, Result

_LINES_IN_FAILURE = 20


def run_script(script: Path, config: Mapping[str, Any]) -> tuple[list[Result], Failure | None]:
    """Runs a script, as a process of its own, without a checkpoint.

    Args:
        script: A Python script.
        config: Becomes its arguments.

    Returns:
        Its reports, and why it failed, if it did.
    """
    with tempfile.TemporaryDirectory(prefix="syne-tune-") as folder:
        command = [sys.executable, str(script), *script_arguments(config, Path(folder) / "checkpoints")]
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
    failure = None
    if done.returncode != 0:
        failure = Failure(
            FailureCause.ERROR,
            f"The script ended with exit code {done.returncode}",
            exit_code=done.returncode,
            log_tail=tuple([*done.stdout.splitlines(), *done.stderr.splitlines()][-_LINES_IN_FAILURE:]),
            command=tuple(command),
        )
    return retrieve(done.stdout.splitlines()), failure
