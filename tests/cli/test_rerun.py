import json
import shutil

import pytest

from syne_tune.backend.files import TrialFiles
from syne_tune.cli.main import main


def _reports(folder, trial_id):
    return (folder / str(trial_id) / "runs" / "0" / "reports.jsonl").read_bytes()


def test_rerun_repeats_the_failure_in_the_foreground(grid, trial_of, capfd):
    assert main(["rerun", "grid", str(trial_of[9])]) == 1
    assert "nine is unlucky" in capfd.readouterr().err


def test_rerun_leaves_the_experiment_as_it_is(cli, grid, trial_of):
    before = _reports(grid, trial_of[1])
    checkpoint = (TrialFiles(grid, trial_of[1]).checkpoints / "checkpoint.json").read_bytes()
    assert cli("rerun", "grid", trial_of[1], "--from-scratch", "--json").code == 0
    assert _reports(grid, trial_of[1]) == before
    assert (TrialFiles(grid, trial_of[1]).checkpoints / "checkpoint.json").read_bytes() == checkpoint


@pytest.mark.parametrize(("options", "reports"), [([], 0), (["--from-scratch"], 3), (["--in-place"], 0)])
def test_rerun_starts_from_the_checkpoint_unless_told_otherwise(grid, trial_of, capfd, options, reports):
    assert main(["rerun", "grid", str(trial_of[2]), *options]) == 0
    assert capfd.readouterr().out.count("[tune-metric]") == reports


def test_rerun_json(cli, grid, trial_of):
    ended = cli("rerun", "grid", trial_of[9], "--json")
    assert ended.code == 1
    data = json.loads(ended.out)
    assert data["exit_code"] == 1
    assert data["command"][1].endswith("train.py")


def test_trial_that_there_is_not_is_refused(cli, grid):
    refused = cli("rerun", "grid", 99)
    assert refused.code == 2
    assert "has no trial 99; trials are numbered from 0" in refused.err


def test_trial_without_record_is_refused(cli, grid, own_root):
    shutil.copytree(grid, own_root / "elsewhere", ignore=shutil.ignore_patterns("runs"))
    refused = cli("rerun", "elsewhere", 0)
    assert refused.code == 2
    assert "no record of a run" in refused.err


def test_interpreter_that_is_gone_is_told(cli, grid, own_root, trial_of):
    run = own_root / "moved" / "0" / "runs" / "0"
    run.mkdir(parents=True)
    spec = json.loads((grid / str(trial_of[1]) / "runs" / "0" / "run.json").read_text())
    (run / "run.json").write_text(json.dumps({**spec, "argv": ["/nowhere/python", "x.py"]}))
    (own_root / "moved" / "metadata.json").write_text("{}")
    ended = cli("rerun", "moved", 0)
    assert ended.code == 127
    assert "/nowhere/python" in ended.err
