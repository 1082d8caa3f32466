"""A disk that fills up during a run: a clear error, no report lost, and the experiment goes on once there is space."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from syne_tune import StoppingCriterion, Tuner
from syne_tune.backend import LocalBackend
from syne_tune.config_space import uniform
from syne_tune.errors import SyneTuneError
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
