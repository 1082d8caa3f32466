"""``syne-tune import``."""

import json

import pytest


@pytest.fixture
def journal(tmp_path):
    distribution = json.dumps({"name": "IntDistribution", "attributes": {"low": 1, "high": 9, "log": False, "step": 1}})
    lines = [{"op_code": 0, "study_name": "my study", "directions": [1]}]
    for number, value in enumerate([3, 5]):
        lines += [
            {"op_code": 4, "study_id": 0, "datetime_start": f"2024-05-01T10:0{number}:00"},
            {"op_code": 5, "trial_id": number, "param_name": "n", "param_value_internal": value}
            | {"distribution": distribution},
            {"op_code": 6, "trial_id": number, "state": 1, "values": [value / 10]}
            | {"datetime_complete": f"2024-05-01T10:0{number}:30"},
        ]
    path = tmp_path / "journal.log"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


def test_imported_studies_are_understood_by_the_other_commands(cli, cli_json, own_root, journal):
    answer = cli_json("import", journal)
    assert answer["name"] == "my-study"
    assert answer["trials"] == {"Completed": 2}
    assert cli_json("list")[0]["name"] == "my-study"
    assert cli_json("show", "my-study")["scheduler"] == "Optuna study"
    assert cli_json("best", "my-study")["config"] == {"n": 3}
    assert "trial 1 of the Optuna study" in cli("why", "my-study", 1).out
    assert cli("export", "my-study", "--format", "csv").out.count("\n") == 3


def test_name_and_metric_can_be_chosen(cli, cli_json, own_root, journal):
    cli("import", journal, "--name", "other", "--metric", "loss")
    assert cli_json("best", "other")["metric"] == "loss"


def test_mistakes_are_one_clear_line(cli, own_root, tmp_path):
    ended = cli("import", tmp_path / "missing.db")
    assert ended.code == 2
    assert "no such file" in ended.err
