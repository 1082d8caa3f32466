"""Every example runs, in its quick form, from a directory that is not its own.

W-35: examples passed arguments that did not exist, or failed and said something else was missing.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from syne_tune.experiments import load_experiment
from syne_tune.jobs.serving import ServiceProcess

EXAMPLES = Path(__file__).parents[2] / "examples"
ON_SAGEMAKER = sorted(EXAMPLES.glob("*sagemaker*.py"))
PROGRAMS = sorted(set(EXAMPLES.glob("*.py")) - set(ON_SAGEMAKER))
TRAINING_SCRIPTS = sorted(set(EXAMPLES.glob("*/**/*.py")))
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


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServiceProcess]:
    with ServiceProcess(tmp_path_factory.mktemp("service"), "--stop-grace", "20") as process:
        yield process


REMOTE = EXAMPLES / "launch_height_sagemaker_remotely.py"


@pytest.mark.parametrize(
    "command",
    [*([program] for program in ON_SAGEMAKER), [REMOTE, "--backend", "sagemaker"]],
    ids=lambda command: " ".join([command[0].stem, *command[1:]]),
)
def test_example_for_sagemaker_runs_on_the_local_service(
    command: list[Any], service: ServiceProcess, run_command: Callable[..., str]
) -> None:
    variables = [f"{name}={value}" for name, value in service.environment.items()]
    output = run_command("env", *variables, sys.executable, *command, "--quick")
    assert "best: " in output


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


@pytest.mark.parametrize("program", [*PROGRAMS, *ON_SAGEMAKER, *TRAINING_SCRIPTS], ids=lambda path: path.stem)
def test_example_says_what_it_shows(program: Path) -> None:
    assert program.read_text().startswith('"""')
