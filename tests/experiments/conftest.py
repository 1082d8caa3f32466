"""Small experiments, written as the tuner writes them."""

import time
from pathlib import Path

import pytest

from syne_tune import jsonio
from syne_tune.event_log import EventLog


def metadata(metric_names=("loss",), metric_mode="min", created=1_700_000_000.0):
    return {
        "st_tuner_creation_timestamp": created,
        "st_tuner_start_timestamp": created,
        "entrypoint": "train",
        "backend": "LocalBackend",
        "metric_names": list(metric_names),
        "metric_mode": metric_mode,
        "scheduler_name": "FIFOScheduler",
        "config_space": '{"lr": 1}',
    }


class Writer:
    """Writes the folder of an experiment event by event."""

    def __init__(self, folder: Path, **entries) -> None:
        self.folder = folder
        folder.mkdir(parents=True)
        jsonio.write_json(folder / "metadata.json", {**metadata(), **entries})
        self.log = EventLog(folder / "events.jsonl")
        self.elapsed = 0.0

    def append(self, kind, **fields):
        self.elapsed += 1.0
        self.log.append(kind, now=time.time(), elapsed=self.elapsed, **fields)
        return self

    def start(self, trial_id, **config):
        return self.append(
            "suggest",
            action="start",
            trial_id=trial_id,
            config=config,
            checkpoint_trial_id=None,
            reason="random draw",
            facts={},
        )

    def report(self, trial_id, decision="CONTINUE", **result):
        return self.append(
            "report",
            trial_id=trial_id,
            result=result,
            status="InProgress",
            decision=decision,
            reason="because",
            facts={},
        )

    def session(self):
        return self.append("session", version="0", pid=1, host="h", python="3", resumed=False, name="n", n_workers=2)


@pytest.fixture
def root(tmp_path, monkeypatch):
    """An empty folder of experiments, made the default one."""
    monkeypatch.setenv("SYNETUNE_FOLDER", str(tmp_path / "all"))
    monkeypatch.delenv("SM_MODEL_DIR", raising=False)
    return tmp_path / "all"


@pytest.fixture
def new_experiment(root):
    """From a name, and entries of the metadata, to the writer of a new experiment."""
    return lambda name, **entries: Writer(root / name, **entries)


@pytest.fixture
def two_trials(root):
    """Two trials with two reports each; the log is complete, nothing else but metadata is there."""
    writer = Writer(root / "study-1").session()
    writer.start(0, lr=0.1).start(1, lr=0.2)
    writer.report(0, loss=3.0, epoch=1).report(1, loss=2.0, epoch=1)
    writer.report(0, loss=1.0, epoch=2).report(1, "STOP", loss=4.0, epoch=2)
    return writer
