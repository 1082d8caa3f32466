import subprocess
import sys
from pathlib import Path

import pytest

from syne_tune.cli import main as main_module
from syne_tune.cli.main import COMMANDS, main
from syne_tune.constants import VERSION

EXECUTABLE = Path(sys.executable).parent / "syne-tune"


def test_without_command_the_help_lists_all_of_them(cli):
    shown = cli()
    assert shown.code == 0
    assert all(f"  {name} " in shown.out for name in COMMANDS)
    assert cli("--help").out == shown.out


def test_version(cli):
    assert VERSION in cli("--version").out


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself_and_has_json(cli, name):
    shown = cli(name, "--help")
    assert shown.code == 0
    assert "--json" in shown.out
    assert f"syne-tune {name}" in shown.out


def test_unknown_command_is_refused_with_the_nearest(cli):
    refused = cli("chek")
    assert refused.code == 2
    assert "'check'" in refused.err


def test_refusals_are_one_message_without_traceback(cli, own_root):
    refused = cli("show", "nothing")
    assert refused.code == 2
    assert refused.out == ""
    assert refused.err.startswith("syne-tune: No experiment 'nothing'")
    assert "Traceback" not in refused.err


def test_interruption_has_its_own_exit_code(cli, monkeypatch):
    def interrupted(arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(main_module, "_dispatch", interrupted)
    ended = cli("list")
    assert ended.code == 130
    assert "Traceback" not in ended.err


def test_installed_command_runs(grid, environment):
    ended = subprocess.run(
        [EXECUTABLE, "list"], capture_output=True, text=True, timeout=120, env=environment, check=False
    )
    assert ended.returncode == 0, ended.stderr
    assert "grid" in ended.stdout


def test_closed_pipe_is_no_error(grid, environment):
    command = f"{EXECUTABLE} export grid --format json | head -c 1"
    ended = subprocess.run(
        ["bash", "-c", command], capture_output=True, text=True, timeout=120, env=environment, check=False
    )
    assert "Traceback" not in ended.stderr


def test_arguments_default_to_those_of_the_process(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["syne-tune", "--version"])
    assert main() == 0
    assert VERSION in capsys.readouterr().out
