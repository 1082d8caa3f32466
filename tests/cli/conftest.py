"""One experiment, run by the command line itself, that the tests of the reading commands share."""

import json
import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from syne_tune.cli.main import main

SCRIPT = """
import argparse
import sys

from syne_tune import Reporter
from syne_tune.checkpoint import json_load_save_functions
from syne_tune.utils import (
    add_checkpointing_to_argparse, checkpoint_model_at_rung_level, resume_from_checkpointed_model
)

parser = argparse.ArgumentParser()
parser.add_argument("--x", type=int, required=True)
parser.add_argument("--epochs", type=int, default=3)
add_checkpointing_to_argparse(parser)
config = vars(parser.parse_args())
load, save = json_load_save_functions({})
report = Reporter()
if config["x"] == 9:
    sys.exit("nine is unlucky")
for epoch in range(resume_from_checkpointed_model(config, load) + 1, config["epochs"] + 1):
    checkpoint_model_at_rung_level(config, save, epoch)
    report(epoch=epoch, loss=config["x"] / epoch)
"""


@pytest.fixture
def cli(capsys):
    """Runs a command in this process; returns its exit code, its output and its errors."""

    def run(*arguments):
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as ended:
            code = ended.code
        captured = capsys.readouterr()
        return SimpleNamespace(code=code, out=captured.out, err=captured.err)

    return run


@pytest.fixture
def cli_json(cli):
    """Runs a command with ``--json``; returns what it printed."""

    def run(*arguments):
        ended = cli(*arguments, "--json")
        assert ended.code == 0, ended.err
        return json.loads(ended.out)

    return run


@pytest.fixture(scope="session")
def script(tmp_path_factory):
    """A training script that reports three epochs, and fails for ``x = 9``."""
    path = tmp_path_factory.mktemp("script") / "train.py"
    path.write_text(SCRIPT)
    return path


@pytest.fixture(scope="session")
def shared_root(tmp_path_factory, script):
    """A folder with one experiment ``grid`` of three trials, one of which failed. Read only."""
    root = tmp_path_factory.mktemp("experiments")
    command = ["run", script, "x=choice([1, 2, 9])", "epochs=3", "--metric", "loss", "--method", "GridSearch"]
    options = ["--name", "grid", "--exact-name", "--max-failures", "3", "--seed", "0", "--n-workers", "2"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SYNETUNE_FOLDER", str(root))
        assert main([str(part) for part in [*command, *options]]) == 0
    return root


@pytest.fixture
def grid(shared_root, monkeypatch):
    """The folder of the shared experiment; its root is the default one."""
    monkeypatch.setenv("SYNETUNE_FOLDER", str(shared_root))
    return shared_root / "grid"


@pytest.fixture
def own_root(tmp_path, monkeypatch):
    """An empty default folder for experiments."""
    monkeypatch.setenv("SYNETUNE_FOLDER", str(tmp_path / "own"))
    return tmp_path / "own"


@pytest.fixture
def trial_of(grid):
    """From a value of ``x`` to the number of its trial."""
    configs = {path.parent.name: json.loads(path.read_text()) for path in Path(grid).glob("*/config.json")}
    return {config["x"]: int(trial_id) for trial_id, config in configs.items()}


@pytest.fixture
def environment():
    """Environment of a subprocess that finds the installed command."""
    return {**os.environ, "COLUMNS": "120"}
