"""Ctrl-C in the middle of a decision, in a real process: no trial is blamed for it, and the study goes on."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

SCRIPT = """
import argparse, pathlib, time
from syne_tune import Reporter
parser = argparse.ArgumentParser()
parser.add_argument("--x", type=float)
parser.add_argument("--st_checkpoint_dir", type=pathlib.Path)
args = parser.parse_args()
args.st_checkpoint_dir.mkdir(exist_ok=True)
saved = args.st_checkpoint_dir / "epoch"
report = Reporter()
for epoch in range(int(saved.read_text()) if saved.exists() else 1, 5):
    time.sleep(0.1)
    saved.with_suffix(".new").write_text(str(epoch))
    saved.with_suffix(".new").replace(saved)
    report(epoch=epoch, loss=args.x / epoch)
"""
STUDY = '''
import pathlib, time
from syne_tune import StoppingCriterion, Tuner
from syne_tune.backend import LocalBackend
from syne_tune.config_space import uniform
from syne_tune.optimizer.baselines import RandomSearch


class Dawdling(RandomSearch):
    """Takes its time in one method, which is named by the file ``where``, until it is interrupted."""


def dawdling(name):
    def method(self, *args, **kwargs):
        here = pathlib.Path(__file__).parent
        answer = getattr(RandomSearch, name)(self, *args, **kwargs)
        self.calls = getattr(self, "calls", 0) + 1
        if (here / "where").read_text() == name and self.calls >= 8:
            (here / "where").write_text("nowhere")
            (here / "here").touch()
            time.sleep(60)
        return answer
    return method


for name in ("suggest", "on_trial_result", "on_trial_add", "on_trial_complete"):
    setattr(Dawdling, name, dawdling(name))


def study():
    scheduler = Dawdling({"x": uniform(0, 1)}, metric="loss", random_seed=0)
    criterion = StoppingCriterion(max_num_trials_started=5)
    backend = LocalBackend(str(pathlib.Path(__file__).with_name("train.py")))
    return Tuner(backend, scheduler, criterion, n_workers=2, tuner_name="study", suffix_tuner_name=False)


def resumed():
    return Tuner.load(pathlib.Path(__file__).with_name("study"))
'''


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("SYNETUNE_FOLDER", str(tmp_path))
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=os.pathsep)
    (tmp_path / "train.py").write_text(SCRIPT)
    (tmp_path / "launch.py").write_text("import sys, the_study\ngetattr(the_study, sys.argv[1])().run()\n")
    (tmp_path / "the_study.py").write_text(STUDY)
    return tmp_path


def events(folder):
    lines = (folder / "study" / "events.jsonl").read_text().splitlines()
    return [json.loads(line[9:]) for line in lines]


@pytest.mark.parametrize("where", ["suggest", "on_trial_result", "on_trial_add", "on_trial_complete"])
def test_ctrl_c_blames_no_trial(folder, where):
    """Trials that were running once counted as lost, if Ctrl-C came while an event was applied."""
    (folder / "where").write_text(where)
    command = [sys.executable, str(folder / "launch.py")]
    with subprocess.Popen([*command, "study"], stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as process:
        deadline = time.monotonic() + 120
        while not (folder / "here").exists():
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        assert process.wait(120) != 0
    assert events(folder)[-1]["kind"] == "end"
    subprocess.run([*command, "resumed"], check=True, timeout=300, stdout=subprocess.DEVNULL)

    logged = events(folder)
    retried = [event["failure"]["message"] for event in logged if event["kind"] == "retry"]
    assert set(retried) == {"it was running when the previous run ended"}
    assert not any(event.get("failure") for event in logged if event["kind"] == "status")
    reports = [(event["trial_id"], event["result"]["epoch"]) for event in logged if event["kind"] == "report"]
    assert sorted(reports) == [(trial_id, epoch) for trial_id in range(5) for epoch in range(1, 5)]
