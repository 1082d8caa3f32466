"""How a training script reads its arguments."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path

import pytest

from syne_tune.errors import OptionError
from syne_tune.script_arguments import add_config_json_to_argparse, load_config_json, parse_bool


@pytest.mark.parametrize(("text", "value"), [("true", True), ("True", True), ("FALSE", False), ("false", False)])
def test_truth_values(text: str, value: bool) -> None:
    assert parse_bool(text) is value


@pytest.mark.parametrize("text", ["", "0", "1", "yes", "None"])
def test_anything_else_is_no_truth_value(text: str) -> None:
    with pytest.raises(OptionError, match="neither 'true' nor 'false'"):
        parse_bool(text)


def test_truth_value_as_argument(capsys: pytest.CaptureFixture[str]) -> None:
    parser = ArgumentParser()
    parser.add_argument("--flag", type=parse_bool)
    assert parser.parse_args(["--flag", "False"]).flag is False
    with pytest.raises(SystemExit):
        parser.parse_args(["--flag", "perhaps"])
    assert "invalid parse_bool value: 'perhaps'" in capsys.readouterr().err


def test_configuration_from_file(tmp_path: Path) -> None:
    path = tmp_path / "config.json"
    path.write_text(json.dumps({"lr": 1e-308, "layers": [3, 4], "epochs": 9}))
    parser = ArgumentParser()
    parser.add_argument("--epochs", type=int)
    parser.add_argument("--seed", type=int)
    parser.add_argument("--verbose", type=int, default=1)
    add_config_json_to_argparse(parser)
    args = vars(parser.parse_args(["--st_config_json_filename", str(path), "--seed", "3"]))
    assert load_config_json(args) == {
        "lr": 1e-308,
        "layers": [3, 4],
        "epochs": 9,
        "seed": 3,
        "verbose": 1,
        "st_config_json_filename": str(path),
    }
    assert args["epochs"] is None


def test_arguments_win_over_the_file(tmp_path: Path) -> None:
    path = tmp_path / "config.json"
    path.write_text('{"epochs": 9}')
    args = {"st_config_json_filename": str(path), "epochs": 0}
    assert load_config_json(args)["epochs"] == 0


def test_without_file_arguments_are_the_configuration() -> None:
    args = {"st_config_json_filename": None, "lr": 0.1}
    assert load_config_json(args) == args
    assert load_config_json({"lr": 0.1}) == {"lr": 0.1}


@pytest.mark.parametrize(
    ("content", "part"), [(None, "No such file"), ("not JSON", "not valid JSON"), ("[1]", "must be a JSON object")]
)
def test_unusable_file_is_refused(tmp_path: Path, content: str | None, part: str) -> None:
    path = tmp_path / "config.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(OptionError, match=part) as refused:
        load_config_json({"st_config_json_filename": str(path)})
    assert str(path) in str(refused.value)
