"""Every example runs, in its quick form, from a directory that is not its own.

W-35: examples passed arguments that did not exist, or failed and said something else was missing.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from syne_tune.experiments import load_experiment

EXAMPLES = Path(__file__).parents[2] / "examples"
PROGRAMS = sorted(EXAMPLES.glob("*.py"))
TRAINING_SCRIPTS = sorted(path for path in EXAMPLES.glob("**/*.py") if path not in PROGRAMS)
WITHOUT_TUNER = {"launch_ask_tell_scheduler"}


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda path: path.stem)
def test_example_finds_a_best_configuration(program: Path, tmp_path: Path, run_command: Callable[..., str]) -> None:
    output = run_command(sys.executable, program, "--quick")
    assert "best" in output.lower() or "busy_workers" in output
    if program.stem not in WITHOUT_TUNER:
        experiments = sorted(path.parent for path in tmp_path.glob("experiments/*/metadata.json"))
        assert experiments
        for path in experiments:
            results = load_experiment(path.name, local_path=str(path.parent)).results
            assert results is not None
            assert len(results) > 0


@pytest.mark.parametrize("script", TRAINING_SCRIPTS, ids=lambda path: path.stem)
def test_training_script_reports_without_a_tuner(script: Path, run_command: Callable[..., str]) -> None:
    """With its defaults, as somebody who debugs it would start it."""
    assert "[tune-metric]: {" in run_command(sys.executable, script)


def test_resumed_run_goes_on_where_the_killed_one_was(run_command: Callable[..., str]) -> None:
    output = run_command(sys.executable, EXAMPLES / "launch_resume_after_kill.py", "--quick")
    killed = re.search(r"ended with -9; (\d+) reports", output)
    resumed = re.search(r"went on to report (\d+)", output)
    assert killed is not None
    assert resumed is not None
    assert 0 < int(killed.group(1)) < int(resumed.group(1)) == 20


@pytest.mark.parametrize("program", [*PROGRAMS, *TRAINING_SCRIPTS], ids=lambda path: path.stem)
def test_example_says_what_it_shows(program: Path) -> None:
    assert program.read_text().startswith('"""')
