from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from syne_tune.backend.files import RunSpec, TrialFiles
from syne_tune.backend.host_client import control_folder
from syne_tune.backend.open_runs import OpenRuns
from syne_tune.backend.trial_runs import Run


@pytest.fixture
def open_runs(tmp_path: Path) -> Iterator[OpenRuns]:
    runs = OpenRuns(tmp_path, [])
    yield runs
    runs.close()


def make_run(tmp_path: Path, trial_id: int, command: str) -> Run:
    files = TrialFiles(tmp_path, trial_id).run(0)
    spec = RunSpec(["/bin/sh", "-c", command], str(tmp_path), {}, {})
    files.write_spec(spec)
    return Run(files, spec)


def test_no_host_is_started_for_nothing(open_runs: OpenRuns, tmp_path: Path) -> None:
    open_runs.keep_in_touch()
    open_runs.wait(0.0)
    assert open_runs.take_ended() == []
    assert not control_folder(tmp_path).exists()


def test_runs_are_open_until_they_have_ended(open_runs: OpenRuns, tmp_path: Path) -> None:
    short, long = make_run(tmp_path, 0, "exit 0"), make_run(tmp_path, 3, "sleep 600")
    open_runs.add(3, 0, long)
    open_runs.add(0, 0, short)
    assert open_runs.trial_ids() == [0, 3]
    while not (ended := open_runs.take_ended()):
        open_runs.wait(60.0)
    assert ended == [(0, 0, short)]
    assert open_runs.of(0, 3) == [long]
    open_runs.end(long)
    while not (ended := open_runs.take_ended()):
        open_runs.wait(60.0)
    assert ended == [(3, 0, long)]


def test_what_was_noticed_while_waiting_for_an_end_is_not_forgotten(open_runs: OpenRuns, tmp_path: Path) -> None:
    open_runs.add(0, 0, make_run(tmp_path, 0, "exit 0"))
    open_runs.add(1, 0, run := make_run(tmp_path, 1, "sleep 600"))
    open_runs.wait_for_exits(60.0)
    before = time.monotonic()
    open_runs.wait(600.0)
    assert time.monotonic() - before < 300.0
    open_runs.end(run)
