"""The demo, as a program and through the command line, and what the other commands read afterwards."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

EXAMPLES = Path(__file__).parents[2] / "examples"
SCRIPT = EXAMPLES / "digits_mlp" / "train_digits.py"
SPACE = EXAMPLES / "digits_mlp" / "space.yaml"


Run = Callable[..., str]


def syne_tune(run: Run, *arguments: str) -> Any:
    return json.loads(run("syne-tune", *arguments, "--json"))


def check_that_other_commands_read(run: Run, name: str) -> None:
    (listed,) = syne_tune(run, "list")
    assert listed["name"] == name
    assert syne_tune(run, "show", name)["name"] == name
    best = syne_tune(run, "best", name)
    assert 0 <= best["value"] < 3
    assert {"learning_rate", "units", "epochs"} <= best["config"].keys()
    decisions = syne_tune(run, "why", name, str(best["trial_id"]))
    assert "val_loss" in json.dumps(decisions)


def test_demo_as_a_program(run_command: Run) -> None:
    output = run_command(sys.executable, EXAMPLES / "tune_digits.py", "--quick")
    measured = re.findall(r"(defaults of the script|best configuration) +(\d+\.\d)%", output)
    assert [name for name, _ in measured] == ["defaults of the script", "best configuration"]
    assert all(0 < float(error) < 90 for _, error in measured)
    printed = re.findall(r"syne-tune (show|best|why) (digits-[\d-]+)", output)
    assert [command for command, _ in printed] == ["show", "best", "why"]
    check_that_other_commands_read(run_command, name=printed[0][1])


def test_demo_through_the_command_line(run_command: Run) -> None:
    arguments = (
        "run", str(SCRIPT), "--space", str(SPACE), "--method", "ASHA", "--metric", "val_loss",
        "--resource-attr", "epoch", "--max-resource-attr", "epochs", "--n-workers", "2", "--max-trials", "4",
        "--seed", "0", "--name", "digits", "--preload", "sklearn.datasets", "--preload", "sklearn.neural_network",
    )  # fmt: skip
    name = syne_tune(run_command, *arguments)["name"]
    assert name.startswith("digits-")
    check_that_other_commands_read(run_command, name)


def test_command_in_the_documentation_of_the_demo_uses_options_that_exist(run_command: Run) -> None:
    documented = (EXAMPLES / "tune_digits.py").read_text().split('"""')[1]
    options = set(re.findall(r"--[a-z][\w-]+", documented))
    known = run_command("syne-tune", "run", "--help")
    assert options
    assert {option for option in options if option not in known} == set()


def test_training_goes_on_from_its_checkpoint_as_if_never_interrupted(tmp_path: Path, run_command: Run) -> None:
    def val_losses(*arguments: str) -> list[float]:
        output = run_command(sys.executable, SCRIPT, *arguments)
        return [float(value) for value in re.findall(r'"val_loss": ([\d.e-]+)', output)]

    uninterrupted = val_losses("--epochs", "4")
    checkpoint = ("--st_checkpoint_dir", str(tmp_path / "checkpoint"))
    first = val_losses("--epochs", "2", *checkpoint)
    second = val_losses("--epochs", "4", *checkpoint)
    assert first + second[1:] == uninterrupted
    assert second[0] == first[-1]
