"""Report channels on S3, and what jobs are told about them. S3 is made up here."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest

from syne_tune.backend.sagemaker_backend.report_files import ReportFile, channel_in_job
from syne_tune.backend.sagemaker_backend.trial_checkpoints import CheckpointStore
from syne_tune.report import Reporter
from syne_tune.report_channel import append_report


class Store:
    """Files of our own below the checkpoints of one trial."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def append(self, name: str, epoch: int) -> None:
        append_report(str(self._folder / name), f'{{"epoch":{epoch}}}')

    def read(self, uri: str, name: str, start: int = 0) -> bytes | None:
        path = self._folder / name
        return path.read_bytes()[start:] if path.exists() else None

    def own_files(self, uri: str, prefix: str) -> list[str]:
        return [path.name for path in self._folder.iterdir() if path.name.startswith(prefix)]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


def channel(store: Store, num_hosts: int = 1) -> ReportFile:
    return ReportFile(cast(CheckpointStore, store), "s3://bucket/0/checkpoints/", "0-study", num_hosts)


def test_reading_goes_on_where_it_ended(store: Store) -> None:
    reports = channel(store)
    assert reports.read_on() is None
    store.append("0-study.jsonl", 1)
    assert reports.read_on() == [{"epoch": 1}]
    assert reports.read_on() == []
    store.append("0-study.jsonl", 2)
    assert reports.read_on() == [{"epoch": 2}]
    assert reports.read_all() == [{"epoch": 1}, {"epoch": 2}]


def test_of_several_machines_the_first_that_reports_counts(store: Store) -> None:
    assert channel(store, num_hosts=12).read_all() is None
    store.append("0-study.algo-10.jsonl", 10)
    store.append("0-study.algo-9.jsonl", 9)
    assert channel(store, num_hosts=12).read_all() == [{"epoch": 9}]


def test_each_machine_has_a_channel_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = channel_in_job("0-study", num_hosts=2)
    assert path == "/opt/ml/checkpoints/.syne_tune/0-study.$SM_CURRENT_HOST.jsonl"
    assert channel_in_job("0-study", num_hosts=1) == "/opt/ml/checkpoints/.syne_tune/0-study.jsonl"
    monkeypatch.setenv("SYNE_TUNE_REPORT_CHANNEL", str(tmp_path / Path(path).name))
    for host in ("algo-1", "algo-2"):
        monkeypatch.setenv("SM_CURRENT_HOST", host)
        Reporter()(epoch=1)
    assert sorted(found.name for found in tmp_path.iterdir()) == ["0-study.algo-1.jsonl", "0-study.algo-2.jsonl"]
