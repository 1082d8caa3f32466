"""Every method with real processes, in which the tuner is killed: nothing is lost, and it goes on as it would have.

Without ``SYNE_TUNE_LONG_TESTS=1`` one method of each family, killed once.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from syne_tune import Tuner
from syne_tune.event_log import read_events
from tests.optimizer.method_cases import cases, space_of_training

IS_LONG = os.environ.get("SYNE_TUNE_LONG_TESTS") == "1"
CASES = cases()
FAMILIES = (*("RandomSearch", "Hyperband few checkpoints", "MOBSTER", "DEHB", "PBT", "ParetoMOBSTER"),)
NUM_KILLS = 3 if IS_LONG else 1
NUM_EVALUATIONS = 60 if IS_LONG else 30

SCRIPT = """
import sys, time
from syne_tune import Reporter
from syne_tune.checkpoint import json_load_save_functions, resume_from_checkpointed_model
options = dict(zip(sys.argv[1::2], sys.argv[2::2]))
lr, layers, report = float(options["--lr"]), int(options["--layers"]), Reporter()
folder = options["--st_checkpoint_dir"]
load, save = json_load_save_functions({})
finished = resume_from_checkpointed_model({"st_checkpoint_dir": folder}, load)
for epoch in range(max(1, finished), int(options["--epochs"]) + 1):
    time.sleep(0.03)
    save(folder, epoch)
    report(epoch=epoch, loss=abs(lr - 0.01) + 0.1 * layers + 1 / epoch, latency=layers - 3.5)
"""
DRIVER = """
import sys
from pathlib import Path
from syne_tune import StoppingCriterion, Tuner
from syne_tune.backend import LocalBackend
from tests.optimizer.method_cases import cases, space_of_training
name, folder, script, most = sys.argv[1:]
if (Path(folder) / "setup.dill").exists():
    Tuner.load(folder).run()
else:
    scheduler = cases()[name](space_of_training(), "min", 1)
    backend = LocalBackend(script, delete_checkpoints=scheduler.early_checkpoint_removal is not None)
    criterion = StoppingCriterion(max_num_evaluations=int(most))
    Tuner(backend, scheduler, criterion, 3, tuner_name="study", suffix_tuner_name=False, max_failures=99).run()
"""


def num_reports(folder: Path) -> int:
    log = folder / "events.jsonl"
    return log.read_bytes().count(b'"kind":"report"') if log.exists() else 0


def kill_after(command: list[str], environment: dict[str, str], folder: Path, more_reports: int) -> None:
    """Runs until there are so many more reports, then kills it; or until it ends by itself."""
    goal = num_reports(folder) + more_reports
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while process.poll() is None and num_reports(folder) < goal:
        time.sleep(0.01)
    process.kill()
    process.wait()


@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", CASES if IS_LONG else FAMILIES)
def test_tuner_of_real_processes_that_is_killed(name: str, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """No report is lost or doubled, and replaying the log finds every decision again."""
    CASES[name](space_of_training(), "min", 1)  # skips what needs a package that is not installed
    (tmp_path / "train.py").write_text(SCRIPT)
    folder = tmp_path / "study"
    environment = {**os.environ, "SYNETUNE_FOLDER": str(tmp_path), "PYTHONPATH": str(Path(__file__).parents[2])}
    arguments = [name, str(folder), str(tmp_path / "train.py"), str(NUM_EVALUATIONS)]
    command = [sys.executable, "-c", DRIVER, *arguments]
    draws = random.Random(name)
    for _ in range(NUM_KILLS):
        kill_after(command, environment, folder, draws.randrange(1, NUM_EVALUATIONS // (NUM_KILLS + 1)))
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300)
    assert ended.returncode == 0, ended.stderr[-4000:]
    (folder / "tuner.dill").unlink()
    Tuner.load(folder)
    assert "is not deterministic" not in caplog.text
    epochs: dict[int, list[int]] = {}
    for event in read_events(folder / "events.jsonl"):
        if event["kind"] == "report":
            epochs.setdefault(event["trial_id"], []).append(event["result"]["epoch"])
    assert epochs
    for reported in epochs.values():
        without_repetitions = list(dict.fromkeys(reported))
        assert without_repetitions == list(range(reported[0], reported[-1] + 1))
