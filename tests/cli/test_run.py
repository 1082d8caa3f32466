import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from syne_tune import jsonio

EXECUTABLE = Path(sys.executable).parent / "syne-tune"


def _run(script, *options):
    return ["run", script, "x=randint(1, 8)", "epochs=3", "--metric", "loss", *options]


def test_run_as_a_person_types_it(script, own_root, environment):
    command = _run(script, "--max-trials", "3", "--n-workers", "2", "--name", "typed", "--seed", "0")
    ended = subprocess.run(
        [EXECUTABLE, *command], capture_output=True, text=True, timeout=300, env=environment, check=False
    )
    assert ended.returncode == 0, ended.stderr
    assert "Best loss: " in ended.stdout
    assert "--x" in ended.stdout
    (folder,) = own_root.iterdir()
    assert folder.name.startswith("typed-")
    assert str(folder) in ended.stdout


def test_json_output_is_one_json_value(script, own_root, cli_json):
    data = cli_json(*_run(script, "--max-trials", "2"))
    assert data["phase"] == "finished"
    assert data["scheduler"] == "RandomSearch"
    assert data["trials"] == {"Completed": 2}
    assert data["name"].startswith("train-")


def test_resource_chooses_asha_and_the_script_is_told_how_far(script, own_root, cli_json):
    options = ("--resource-attr", "epoch", "--max-resource-attr", "epochs", "--max-resource", "2")
    data = cli_json(*_run(script, "--max-trials", "2", *options))
    assert data["scheduler"] == "ASHA"
    assert data["config_space"]["epochs"] == 2
    assert data["rungs"] != {}


def test_auto_needs_neither_resource_nor_its_name(script, own_root, cli_json):
    data = cli_json(*_run(script, "--max-trials", "2", "--method", "auto"))
    assert data["scheduler"] == "AutoScheduler"
    data = cli_json(*_run(script, "--max-trials", "2", "--method", "auto", "--resource-attr", "epoch", "--seed", "1"))
    assert data["trials"] == {"Completed": 2}


@pytest.mark.parametrize(
    ("options", "scheduler"),
    [
        ([], "EHVI"),
        (["--resource-attr", "epoch", "--max-resource-attr", "epochs"], "ParetoMOBSTER"),
        (["--method", "MOASHA", "--resource-attr", "epoch", "--max-resource", "3"], "MOASHA"),
        (["--method", "NSGA2", "--method-option", "population_size=4"], "NSGA2"),
    ],
)
def test_several_objectives(script, own_root, cli, cli_json, options, scheduler):
    command = _run(script, "--metric", "epoch", "--mode", "min", "--mode", "max", "--max-trials", "3", *options)
    data = cli_json(*command, "--name", "several", "--exact-name")
    assert data["scheduler"] == scheduler
    assert [(best["metric"], best["mode"]) for best in data["best"]] == [("loss", "min"), ("epoch", "max")]
    assert data["pareto_front"]["points"]
    metadata = jsonio.read_json(own_root / "several" / "metadata.json")
    assert metadata["metric_names"] == ["loss", "epoch"]
    assert "on the front: trial" in cli("best", "several").out


def test_mode_once_for_all_objectives(script, own_root, cli):
    ended = cli(*_run(script, "--metric", "epoch", "--mode", "max", "--max-trials", "2", "--seed", "1"))
    assert ended.code == 0
    assert "Best loss: " in ended.out
    assert "on the front: trial" in ended.out


def test_space_file_method_options_and_exact_name(script, own_root, cli_json, tmp_path):
    (tmp_path / "space.json").write_text('{"x": "choice([1, 2])", "epochs": 3}')
    data = cli_json(
        "run", script, "--space", tmp_path / "space.json", "--metric", "loss", "--resource-attr", "epoch",
        "--max-resource-attr", "epochs", "--method-option", "type=promotion", "--method-option", "grace_period=1",
        "--max-trials", "2", "--name", "exact", "--exact-name", "--max-failures", "5",
    )  # fmt: skip
    assert data["name"] == "exact"
    metadata = jsonio.read_json(own_root / "exact" / "metadata.json")
    assert metadata["scheduler_type"] == "promotion"


def test_configuration_as_a_file(own_root, cli_json, tmp_path):
    path = tmp_path / "reads.py"
    path.write_text(
        "import json, sys\nfrom syne_tune import Reporter\nReporter()(loss=json.load(open(sys.argv[2]))['x'])\n"
    )
    data = cli_json("run", path, "x=choice([3, 4])", "--metric", "loss", "--max-trials", 2, "--pass-args-as-json")
    assert {best["value"] for best in data["best"]} <= {3, 4}


def test_too_many_failures_end_the_run_with_the_causes(script, own_root, cli):
    ended = cli("run", script, "x=choice([9, 10])", "--metric", "los", "--max-failures", 0, "--max-trials", 2)
    assert ended.code == 2
    assert "failed" in ended.err
    assert "Traceback (most" not in ended.err


def test_run_with_nothing_to_show_for_it_is_a_problem(script, own_root, cli, cli_json):
    """Also if fewer trials have failed than would end it."""
    ended = cli("run", script, "x=9", "--metric", "loss", "--max-trials", 1, "--name", "failed", "--json")
    assert ended.code == 1
    assert json.loads(ended.out)["trials"] == {"Failed": 1}
    assert cli("resume", "failed").code == 1


@pytest.mark.parametrize(
    ("options", "hint"),
    [
        ([], "--max-trials"),
        (["--max-trials", "2", "--method", "AHSA"], "'ASHA'"),
        (["--max-trials", "2", "--method", "ASHA"], "--resource-attr"),
        (["--max-trials", "2", "--max-resource-attr", "epoch"], "--max-resource"),
        (["--max-trials", "2", "--method-option", "searcher"], "NAME=VALUE"),
        (["--max-trials", "2", "--method-option", "gracious=1"], "gracious"),
        (["--max-trials", "2", "--metric", "b", "--metric", "c", "--mode", "min", "--mode", "max"], "once for all"),
        (["--max-trials", "2", "--metric", "b", "--method", "BayesianOptimization"], "metric"),
        (["--max-trials", "2", "--method", "NSGA2"], "at least two"),
        (["--max-trials", "-2"], "-2"),
        (["--max-trials", "2", "--n-workers", "0"], "n_workers"),
        (["--max-trials", "2", "--name", "my name"], "my-name"),
        (["--max-trials", "2", "--binary", "python", "--preload", "json"], "preload"),
    ],
)
def test_mistakes_are_refused_with_the_next_step(script, own_root, cli, options, hint):
    refused = cli("run", script, "x=uniform(1, 8)", "--metric", "loss", *options)
    assert refused.code == 2
    assert hint in refused.err
    assert len(refused.err.splitlines()) == 1
    assert not own_root.exists()


def test_numbers_of_gpus_are_explained(script, own_root, cli):
    refused = cli("run", script, "x=1", "--metric", "loss", "--gpus-to-use", "a")
    assert refused.code == 2
    assert "--gpus-to-use: 'a' is not of the form 0,1,..." in refused.err


def test_missing_script_names_the_nearest(script, own_root, cli):
    refused = cli("run", script.with_name("trian.py"), "x=1", "--metric", "loss")
    assert refused.code == 2
    assert "'train.py'" in refused.err


def test_directory_of_another_experiment_is_refused(script, grid, cli):
    options = ("--max-trials", "1", "--name", "grid", "--exact-name")
    refused = cli(*_run(script, *options))
    assert refused.code == 2
    assert "holds an experiment already" in refused.err


def test_resume_goes_on_with_new_limits(script, own_root, cli_json):
    cli_json(*_run(script, "--max-trials", "2", "--name", "more", "--seed", "1"))
    data = cli_json("resume", "more", "--max-trials", "4", "--n-workers", "2", "--max-failures", "3")
    assert data["trials"] == {"Completed": 4}
    assert data["num_sessions"] == 2


def test_resume_after_kill_9(script, own_root, environment, cli_json):
    """The tuner is killed as soon as its log has the first report; nothing is lost, and the run can be finished."""
    command = _run(script, "--max-trials", "6", "--name", "killed", "--exact-name")
    process = subprocess.Popen([EXECUTABLE, *command], env=environment, stdout=subprocess.DEVNULL)
    log = own_root / "killed" / "events.jsonl"
    while not (log.exists() and b'"kind":"report"' in log.read_bytes()) and process.poll() is None:
        time.sleep(0.01)
    process.kill()
    process.wait()
    shown = cli_json("show", "killed")
    assert shown["num_reports"] >= 1
    data = cli_json("resume", "killed")
    assert data["trials"] == {"Completed": 6}
    assert data["num_reports"] == 18


def test_json_of_run_can_be_parsed_strictly(script, own_root, cli):
    ended = cli(*_run(script, "--max-trials", "1", "--json"))
    json.loads(ended.out, parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))


def test_resume_of_an_experiment_of_a_study_names_the_launcher(cli, own_root):
    folder = own_root / "study" / "RS-0" / "study-one"
    folder.mkdir(parents=True)
    (folder / "metadata.json").write_text('{"tag": "study", "st_tuner_creation_timestamp": 0.0}')
    refused = cli("resume", "study-one")
    assert refused.code == 2
    assert "call the launcher as before" in refused.err
