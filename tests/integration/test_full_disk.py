"""A disk that fills up during a run: a clear error, no report lost, and the experiment goes on once there is space."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from syne_tune import StoppingCriterion, Tuner
from syne_tune.backend import LocalBackend
from syne_tune.config_space import uniform
from syne_tune.errors import BackendError, ExperimentFolderError, SyneTuneError
from syne_tune.event_log import read_events
from syne_tune.optimizer.baselines import RandomSearch

SCRIPT = """
import argparse
from syne_tune import Reporter
parser = argparse.ArgumentParser()
parser.add_argument("--x", type=float)
x = parser.parse_known_args()[0].x
report = Reporter()
for epoch in range(1, 4):
    report(epoch=epoch, loss=x / epoch, ballast="." * 4000)
"""


STUDY = """
import resource, sys
from syne_tune import StoppingCriterion, Tuner
from syne_tune.backend import LocalBackend
from syne_tune.config_space import uniform
from syne_tune.optimizer.baselines import RandomSearch

if __name__ == "__main__":
    if len(sys.argv) > 1:
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]),) * 2)
    Tuner(
        LocalBackend("train.py"),
        RandomSearch({"x": uniform(0, 1)}, metric="loss", random_seed=0),
        StoppingCriterion(max_num_trials_finished=40),
        n_workers=1,
        results_update_interval=0,
        tuner_name="full",
        suffix_tuner_name=False,
    ).run()
"""
ONE_LINE = re.compile(
    r"^\S*(tuner\.dill|results\.csv\.zip) could not be written .*the event log is complete without it$"
)


def words_of_a_study(folder, *arguments):
    """What a user reads on standard error, who runs a script that fills the disk."""
    (folder / "train.py").write_text(SCRIPT)
    (folder / "launch.py").write_text(STUDY)
    command = [sys.executable, "launch.py", *arguments]
    ended = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300, check=False)
    assert ended.returncode == 1
    before, traceback, after = ended.stderr.partition("Traceback (most recent call last):")
    assert traceback
    assert "Traceback" not in after
    others = [line for line in before.splitlines() if not line.startswith("Processes of trials")]
    assert all(ONE_LINE.match(line) for line in others), before
    return ended.stderr.splitlines()[-1]


@pytest.fixture
def small_disk(tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=600k", "tmpfs", str(disk)]
    if os.geteuid() != 0 or shutil.which("mount") is None or subprocess.run(mount, check=False).returncode != 0:
        pytest.skip("mounting a small disk needs root")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


def test_a_full_disk_is_said_and_survived(small_disk, tmp_path, monkeypatch):
    monkeypatch.setenv("SYNETUNE_FOLDER", str(small_disk))
    script = Path(tmp_path / "train.py")
    script.write_text(SCRIPT)
    tuner = Tuner(
        LocalBackend(str(script)),
        RandomSearch({"x": uniform(0, 1)}, metric="loss", random_seed=0),
        StoppingCriterion(max_num_trials_finished=40),
        n_workers=1,
        max_failures=0,
        tuner_name="full",
        suffix_tuner_name=False,
    )
    with pytest.raises(SyneTuneError, match=r"(?i)space"):
        tuner.run()
    before = [event for event in read_events(small_disk / "full" / "events.jsonl") if event["kind"] == "report"]
    assert before, "what was reported before the disk was full is in the log"

    subprocess.run(["mount", "-o", "remount,size=60m", str(small_disk)], check=True)
    tuner = Tuner.load(small_disk / "full")
    tuner.max_failures = 10
    tuner.run()
    after = [event for event in read_events(small_disk / "full" / "events.jsonl") if event["kind"] == "report"]
    assert after[: len(before)] == before
    assert tuner.tuning_status.num_trials_finished >= 40
    seen = [(event["trial_id"], event["result"]["epoch"]) for event in after]
    assert len(seen) == len(set(seen))


def test_a_full_disk_is_said_in_one_message(small_disk, tmp_path, monkeypatch):
    """Its traceback once came with those of the callbacks, and of what else failed on the way out."""
    monkeypatch.setenv("SYNETUNE_FOLDER", str(small_disk))
    message = words_of_a_study(tmp_path)
    assert "No space left on device" in message
    assert " safe." in message
    assert "resume the experiment" in message or "Tuner.load" in message


def test_a_file_that_may_not_grow_is_said_in_one_message(tmp_path, monkeypatch):
    monkeypatch.setenv("SYNETUNE_FOLDER", str(tmp_path / "experiments"))
    message = words_of_a_study(tmp_path, "30000")
    assert re.search(r"cannot append event \d+ .*Everything before it is safe\. Free space .*Tuner\.load\(", message)
    tuner = Tuner.load(tmp_path / "experiments" / "full")
    tuner.stop_criterion = StoppingCriterion(max_num_trials_finished=6)
    monkeypatch.chdir(tmp_path)
    tuner.run()
    assert tuner.tuning_status.num_trials_finished >= 6


@pytest.mark.parametrize("free_kilobytes", [0, 4, 12, 24])
def test_nothing_is_started_on_a_disk_that_is_full_already(small_disk, tmp_path, monkeypatch, free_kilobytes):
    monkeypatch.setenv("SYNETUNE_FOLDER", str(small_disk))
    (small_disk / "ballast").write_bytes(bytes(1024 * (600 - free_kilobytes)))
    (tmp_path / "train.py").write_text(SCRIPT)
    scheduler = RandomSearch({"x": uniform(0, 1)}, metric="loss", random_seed=0)
    criterion = StoppingCriterion(max_num_trials_finished=1)
    tuner = Tuner(LocalBackend(str(tmp_path / "train.py")), scheduler, criterion, n_workers=1)
    with pytest.raises((ExperimentFolderError, BackendError), match="No space left on device"):
        tuner.run()
    assert not (tuner.tuner_path / "events.jsonl").exists()


def test_nothing_is_started_if_trials_cannot_keep_their_files(small_disk, tmp_path, monkeypatch):
    """The first trial once was in the log already."""
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    monkeypatch.setenv("SYNETUNE_FOLDER", str(tmp_path / "experiments"))
    (tmp_path / "train.py").write_text(SCRIPT)
    scheduler = RandomSearch({"x": uniform(0, 1)}, metric="loss", random_seed=0)
    criterion = StoppingCriterion(max_num_trials_finished=1)
    backend = LocalBackend(str(tmp_path / "train.py"))
    tuner = Tuner(backend, scheduler, criterion, n_workers=1, trial_backend_path=str(small_disk / "trials"))
    with pytest.raises(BackendError, match=r"Read-only file system.*trial_backend_path"):
        tuner.run()
    assert not (tuner.tuner_path / "events.jsonl").exists()


def test_an_experiment_that_has_become_read_only_is_left_alone(small_disk, tmp_path, monkeypatch):
    monkeypatch.setenv("SYNETUNE_FOLDER", str(small_disk))
    (tmp_path / "train.py").write_text(SCRIPT)
    scheduler = RandomSearch({"x": uniform(0, 1)}, metric="loss", random_seed=0)
    criterion = StoppingCriterion(max_num_trials_finished=1)
    tuner = Tuner(LocalBackend(str(tmp_path / "train.py")), scheduler, criterion, n_workers=1)
    tuner.run()
    before = (tuner.tuner_path / "events.jsonl").read_bytes()
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    loaded = Tuner.load(tuner.tuner_path)
    loaded.stop_criterion = StoppingCriterion(max_num_trials_finished=2)
    with pytest.raises(ExperimentFolderError, match=r"Read-only file system.*Nothing has been started"):
        loaded.run()
    assert (tuner.tuner_path / "events.jsonl").read_bytes() == before
