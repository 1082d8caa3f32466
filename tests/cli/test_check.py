import json

import pytest

HEAD = "import argparse, sys, time\nfrom syne_tune import Reporter\n"
PARSE = "p = argparse.ArgumentParser(); p.add_argument('--x'); p.add_argument('--st_checkpoint_dir'); p.parse_args()\n"
START = f"{HEAD}{PARSE}report = Reporter()\n"


@pytest.fixture
def check(cli, tmp_path):
    """Checks a script given by its text; returns the exit code and the findings by subject."""

    def run(text, *options):
        path = tmp_path / "script.py"
        path.write_text(text)
        ended = cli("check", path, "x=randint(1, 8)", *options, "--json")
        found = {finding["subject"]: finding for finding in json.loads(ended.out)["findings"]}
        return ended.code, found

    return run


def test_good_script_passes_with_its_checkpoint(cli, script):
    options = ("--metric", "loss", "--resource-attr", "epoch", "--max-resource-attr", "epochs")
    ended = cli("check", script, "x=randint(1, 8)", "epochs=4", *options)
    assert ended.code == 0, ended.out
    assert "after epoch 2, the script goes on with 3" in ended.out
    assert "No problem found" in ended.out


def test_configuration_is_passed_as_a_file_if_asked(check):
    text = f"{HEAD}print(sys.argv)\nassert sys.argv[1] == '--st_config_json_filename'\nReporter()(loss=1.0)"
    assert check(text, "--metric", "loss", "--pass-args-as-json")[0] == 0


@pytest.mark.parametrize(
    ("text", "options", "subject", "message"),
    [
        (f"{START}report(loss=1.0)", ("--metric", "los"), "metric los", "did you mean 'loss'"),
        (f"{START}report(loss='low')", ("--metric", "loss"), "metric loss", "must be a number"),
        (f"{START}report(loss=float('nan'))", ("--metric", "loss"), "metric loss", "nan"),
        (f"{START}report(loss=1.0)", ("--resource-attr", "epoch"), "resource epoch", "lacks it"),
        (
            f"{START}report(epoch=0)\nreport(epoch=1)",
            ("--resource-attr", "epoch"),
            "resource epoch",
            "1, 2, 3",
        ),
        (f"{START}report(epoch=1.0)", ("--resource-attr", "epoch"), "resource epoch", "integer"),
        (f"{START}", ("--metric", "loss"), "reports", "without having reported"),
        (f"{START}time.sleep(600)", ("--time-limit", "3"), "reports", "--time-limit"),
        (f"{START}sys.exit('broken')", (), "script", "broken"),
        (f"{START}raise MemoryError('much')", (), "script", "out_of_memory"),
        ("import a_module_that_is_not_there", (), "script", "No module named"),
        (f"{HEAD}argparse.ArgumentParser().parse_args()", (), "script", "unrecognized arguments"),
    ],
)
def test_what_would_go_wrong_is_found(check, text, options, subject, message):
    code, found = check(text, *options)
    assert code == 1
    assert found[subject]["level"] == "problem"
    assert message in found[subject]["message"]


def test_metrics_are_listed_if_none_is_named(check):
    code, found = check(f"{START}report(loss=1.0, name='a')")
    assert code == 0
    assert found["metric"]["message"].endswith("loss")


LOOP = "for epoch in range(first, 5):\n    {body}\n    time.sleep(600 if epoch == 2 and not old else 0)\n"
FOLDER = "import os; from pathlib import Path; folder = Path(sys.argv[-1]); file = folder / 'c'; old = file.exists()\n"
SAVE = "folder.mkdir(exist_ok=True); file.write_text(str(epoch)); "


@pytest.mark.parametrize(
    ("first", "body", "level", "message"),
    [
        ("1", "report(epoch=epoch)", "note", "none was written"),
        ("1", f"{SAVE}report(epoch=epoch)", "problem", "instead of 3"),
        ("int(file.read_text()) if old else 1", f"{SAVE}report(epoch=epoch)", "ok", "reports again"),
        ("int(file.read_text()) + 1 if old else 1", f"{SAVE}report(epoch=epoch)", "ok", "goes on with 3"),
        ("9 if old else 1", f"{SAVE}report(epoch=epoch)", "note", "nothing left"),
        ("1", f"old and sys.exit('bad checkpoint'); {SAVE}report(epoch=epoch)", "problem", "bad checkpoint"),
    ],
)
def test_round_trip_of_the_checkpoint(check, first, body, level, message):
    """The argument of the checkpoint folder comes last."""
    text = f"{START}{FOLDER}first = {first}\n{LOOP.format(body=body)}"
    _, found = check(text, "--resource-attr", "epoch")
    assert found["checkpoint"]["level"] == level
    assert message in found["checkpoint"]["message"]


def test_interpreter_that_is_not_there(check):
    code, found = check(START, "--binary", "no-such-interpreter")
    assert code == 1
    assert "no-such-interpreter" in found["script"]["message"]


def test_unknown_resource_entry_is_refused(cli, script):
    refused = cli("check", script, "x=1", "epochs=2", "--max-resource-attr", "epoch")
    assert refused.code == 2
    assert "'epochs'" in refused.err


def test_time_limit_must_be_positive(cli, script):
    refused = cli("check", script, "x=1", "--metric", "loss", "--time-limit", "0")
    assert refused.code == 2
    assert "must be a positive number" in refused.err


def test_folder_is_no_script(cli, tmp_path):
    refused = cli("check", tmp_path, "x=1", "--metric", "loss")
    assert refused.code == 2
    assert "is a folder" in refused.err
