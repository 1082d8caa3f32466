"""What the base class of backends does by itself, for backends that implement the abstract methods and nothing else."""

from __future__ import annotations

import datetime
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from syne_tune.backend.trial_backend import TrialBackend
from syne_tune.errors import BackendError
from syne_tune.report import retrieve
from syne_tune.testing import toy_training
from syne_tune.testing.backends import BackendContract
from syne_tune.trial import Failure, FailureCause, Result, Status, Trial, TrialRecord, TrialResult


class ThirdPartyBackend(TrialBackend):
    """As a user would write it: one process per trial, its whole log parsed at each look."""

    poll_interval = 0.05

    def __init__(self, folder: Path, delete_checkpoints: bool = False) -> None:
        super().__init__(delete_checkpoints)
        self.folder = folder
        self.script = Path(toy_training.__file__)
        self.processes: dict[int, subprocess.Popen[bytes]] = {}

    def trial_path(self, trial_id: int) -> Path:
        return self.folder / str(trial_id)

    def _schedule(self, trial_id: int, config: dict[str, Any]) -> None:
        path = self.trial_path(trial_id)
        path.mkdir(parents=True, exist_ok=True)
        arguments = {**config, "st_checkpoint_dir": path / "checkpoints"}
        command = [sys.executable, str(self.script)]
        command += [text for name, value in arguments.items() for text in (f"--{name}", str(value))]
        with open(path / "std.out", "ab") as out, open(path / "std.err", "ab") as err:
            self.processes[trial_id] = subprocess.Popen(command, stdout=out, stderr=err)

    def _end(self, trial_id: int) -> None:
        self.processes[trial_id].kill()
        self.processes[trial_id].wait()

    def _pause_trial(self, trial_id: int, result: Result | None) -> None:
        self._end(trial_id)

    def _resume_trial(self, trial_id: int) -> None:
        pass

    def _stop_trial(self, trial_id: int, result: Result | None) -> None:
        self._end(trial_id)

    def _status(self, trial_id: int) -> str:
        known = self._trial_dict[trial_id].status
        if known != Status.in_progress:
            return known
        code = self.processes[trial_id].poll()
        return {None: Status.in_progress, 0: Status.completed}.get(code, Status.failed)

    def _all_trial_results(self, trial_ids: list[int]) -> list[TrialResult]:
        found = []
        for trial_id in trial_ids:
            status = self._status(trial_id)
            trial = self._trial_dict[trial_id]
            reports = retrieve(self.stdout(trial_id))
            found.append(TrialResult(trial_id, trial.config, trial.creation_time, reports, status))
        return found

    def busy_trial_ids(self) -> list[tuple[int, str]]:
        return [(i, Status.in_progress) for i, process in self.processes.items() if process.poll() is None]

    def stdout(self, trial_id: int) -> list[str]:
        return (self.trial_path(trial_id) / "std.out").read_text().splitlines()

    def stderr(self, trial_id: int) -> list[str]:
        return (self.trial_path(trial_id) / "std.err").read_text().splitlines()

    def copy_checkpoint(self, src_trial_id: int, tgt_trial_id: int) -> None:
        source, target = (self.trial_path(i) / "checkpoints" for i in (src_trial_id, tgt_trial_id))
        shutil.copytree(source, target)

    def delete_checkpoint(self, trial_id: int) -> None:
        shutil.rmtree(self.trial_path(trial_id) / "checkpoints", ignore_errors=True)

    def entrypoint_path(self) -> Path:
        return self.script

    def set_entrypoint(self, entry_point: str) -> None:
        self.script = Path(entry_point)


class TestThirdPartyBackend(BackendContract):
    """The abstract methods suffice, except for jobs that outlive a tuner, and for judging reports."""

    @pytest.fixture(autouse=True)
    def _folder(self, tmp_path: Path) -> None:
        self.folder = tmp_path

    def make_backend(self, delete_checkpoints: bool = False) -> TrialBackend:
        return ThirdPartyBackend(self.folder, delete_checkpoints)

    test_run_from_scratch_repeats_no_report = None
    test_missing_metric_is_refused_where_it_is_reported = None
    test_running_trials_are_adopted = None
    test_running_trials_are_adopted_by_an_unpickled_backend = None
    test_trial_that_ended_meanwhile_is_adopted = None


class ScriptedBackend(TrialBackend):
    """Does what the test says."""

    def __init__(self, delete_checkpoints: bool = False) -> None:
        super().__init__(delete_checkpoints)
        self.calls: list[tuple[Any, ...]] = []
        self.updates: dict[int, TrialResult] = {}

    def says(self, trial_id: int, reports: list[Result], status: str = Status.in_progress) -> None:
        job_record = {"lr": "0.1", "st_checkpoint_dir": "somewhere"}
        self.updates[trial_id] = TrialResult(trial_id, job_record, datetime.datetime.now(), list(reports), status)

    def _schedule(self, trial_id: int, config: dict[str, Any]) -> None:
        self.calls.append(("schedule", trial_id, config))

    def _pause_trial(self, trial_id: int, result: Result | None) -> None:
        self.calls.append(("pause", trial_id, result))

    def _resume_trial(self, trial_id: int) -> None:
        self.calls.append(("resume", trial_id))

    def _stop_trial(self, trial_id: int, result: Result | None) -> None:
        self.calls.append(("stop", trial_id, result))

    def _cleanup_after_trial(self, trial_id: int) -> None:
        self.calls.append(("clean up", trial_id))

    def _all_trial_results(self, trial_ids: list[int]) -> list[TrialResult]:
        return [self.updates[trial_id] for trial_id in trial_ids if trial_id in self.updates]

    def busy_trial_ids(self) -> list[tuple[int, str]]:
        return []

    def stdout(self, trial_id: int) -> list[str]:
        return [f"out {n}" for n in range(30)]

    def stderr(self, trial_id: int) -> list[str]:
        return ["err"]

    def copy_checkpoint(self, src_trial_id: int, tgt_trial_id: int) -> None:
        self.calls.append(("copy", src_trial_id, tgt_trial_id))

    def delete_checkpoint(self, trial_id: int) -> None:
        self.calls.append(("delete", trial_id))

    def entrypoint_path(self) -> Path:
        return Path("train.py")

    def set_entrypoint(self, entry_point: str) -> None:
        raise NotImplementedError


CONFIG = {"lr": 0.1}


def started(number: int = 1, **options: Any) -> ScriptedBackend:
    backend = ScriptedBackend(**options)
    for _ in range(number):
        backend.start_trial(CONFIG)
    backend.calls.clear()
    return backend


def report(n: int, timestamp: float = 0.0) -> Result:
    return {"n": n, "st_worker_timestamp": timestamp}


def fetched(backend: TrialBackend, *trial_ids: int) -> list[tuple[int, int]]:
    return [(trial_id, result["n"]) for trial_id, result in backend.fetch_status_results(trial_ids)[1]]


def test_abstract_methods_are_the_documented_ones() -> None:
    assert TrialBackend.__abstractmethods__ == {
        "busy_trial_ids",
        "stdout",
        "stderr",
        "copy_checkpoint",
        "delete_checkpoint",
        "entrypoint_path",
        "set_entrypoint",
        "_schedule",
        "_pause_trial",
        "_resume_trial",
        "_stop_trial",
        "_all_trial_results",
    }


def test_checkpoint_is_copied_before_the_trial_starts() -> None:
    backend = started(2)
    backend.start_trial(CONFIG, checkpoint_trial_id=1)
    assert backend.calls == [("copy", 1, 2), ("schedule", 2, CONFIG)]


def test_configuration_of_the_caller_is_copied_w36() -> None:
    """W-36: what the user hands over is not changed, and changing it later has no effect."""
    config = {"lr": 0.1}
    backend = ScriptedBackend()
    trial = backend.start_trial(config)
    backend.calls[0][2]["lr"] = 0.2
    config["lr"] = 0.3
    assert trial.config == {"lr": 0.1}


def test_chosen_configuration_is_the_truth_w08() -> None:
    """W-08: a job record with texts and further entries does not replace what the scheduler chose."""
    backend = started()
    backend.says(0, [])
    statuses, _ = backend.fetch_status_results([0])
    assert statuses[0][0].config == CONFIG


def test_reports_are_delivered_once_and_sorted_by_time() -> None:
    backend = started(2)
    backend.says(0, [report(1, 1.0), report(2, 4.0)])
    backend.says(1, [report(1, 2.0), report(2, 3.0)])
    assert fetched(backend, 0, 1) == [(0, 1), (1, 1), (1, 2), (0, 2)]
    assert fetched(backend, 0, 1) == []
    backend.says(0, [report(1, 1.0), report(2, 4.0), report(3, 5.0)], Status.completed)
    statuses, results = backend.fetch_status_results([0, 1])
    assert [(trial_id, result["n"]) for trial_id, result in results] == [(0, 3)]
    assert {trial_id: status for trial_id, (_, status) in statuses.items()} == {
        0: Status.completed,
        1: Status.in_progress,
    }


def test_reports_without_time_stamp_keep_their_order() -> None:
    backend = started()
    backend.says(0, [{"n": n} for n in range(5)])
    assert fetched(backend, 0) == [(0, n) for n in range(5)]


@pytest.mark.parametrize("status", [Status.paused, Status.stopping, Status.stopped])
def test_reports_are_hidden(status: str) -> None:
    backend = started()
    backend.says(0, [report(1)], status)
    assert fetched(backend, 0) == []


@pytest.mark.parametrize("status", [Status.completed, Status.failed])
def test_last_reports_come_with_the_end(status: str) -> None:
    backend = started()
    backend.says(0, [report(1)], status)
    assert fetched(backend, 0) == [(0, 1)]


def test_trial_the_backend_says_nothing_about_keeps_its_status() -> None:
    backend = started()
    statuses, results = backend.fetch_status_results([0, 5])
    assert list(statuses) == [0]
    assert statuses[0][1] == Status.in_progress
    assert results == []


def test_reports_after_the_pausing_one_are_withheld() -> None:
    backend = started()
    reports = [report(n, float(n)) for n in range(1, 4)]
    backend.says(0, reports)
    assert fetched(backend, 0) == [(0, 1), (0, 2), (0, 3)]
    backend.pause_trial(0, reports[0])
    backend.says(0, reports, Status.paused)
    assert fetched(backend, 0) == []
    resumed = backend.resume_trial(0, {"lr": 0.5})
    assert (resumed.config, resumed.status) == ({"lr": 0.5}, Status.in_progress)
    backend.says(0, [*reports, report(4, 9.0)])
    assert fetched(backend, 0) == [(0, 2), (0, 3), (0, 4)]
    assert backend.calls == [
        ("pause", 0, reports[0]),
        ("clean up", 0),
        ("resume", 0),
        ("schedule", 0, {"lr": 0.5}),
    ]


def test_only_failed_and_stopped_trials_can_be_run_again() -> None:
    backend = started()
    with pytest.raises(BackendError, match="Trial 0 has status InProgress"):
        backend.retry_trial(0)
    backend.says(0, [report(1)], Status.failed)
    assert fetched(backend, 0) == [(0, 1)]
    trial = backend.retry_trial(0)
    assert (trial.status, trial.failure, backend.calls) == (Status.in_progress, None, [("schedule", 0, CONFIG)])
    backend.says(0, [report(1), report(1)])
    assert fetched(backend, 0) == [(0, 1)]
    backend.stop_trial(0)
    assert backend.retry_trial(0).status == Status.in_progress


@pytest.mark.parametrize("deletes", [False, True])
def test_stop(deletes: bool) -> None:
    backend = started(delete_checkpoints=deletes)
    result = report(1)
    backend.stop_trial(0, result)
    assert backend.calls == [("stop", 0, result), *([("delete", 0)] if deletes else []), ("clean up", 0)]


def test_stop_all_stops_what_runs_and_deletes_what_is_left() -> None:
    backend = started(3, delete_checkpoints=True)
    backend.says(0, [], Status.completed)
    backend.says(1, [], Status.in_progress)
    backend.fetch_status_results([0, 1])
    backend.pause_trial(2)
    backend.calls.clear()
    backend.stop_all()
    assert [call for call in backend.calls if call[0] == "stop"] == [("stop", 1, None)]
    assert {call[1] for call in backend.calls if call[0] == "delete"} == {0, 1, 2}


def test_failure_is_told_from_the_log_if_nothing_else_is_known() -> None:
    backend = started()
    failure = backend.failure(0)
    assert failure.cause == FailureCause.ERROR
    assert failure.log_tail == (*(f"out {n}" for n in range(11, 30)), "err")
    known = Failure(FailureCause.TIMEOUT, "too long")
    backend._trial_dict[0].failure = known
    assert backend.failure(0) is known


def test_waiting_sleeps_for_the_poll_interval(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr(time, "sleep", slept.append)
    backend = ScriptedBackend()
    backend.wait(100)
    backend.wait(0.25)
    backend.wait(-1)
    assert slept == [backend.poll_interval, 0.25, 0]


def record(trial_id: int, status: str = Status.in_progress, **facts: Any) -> TrialRecord:
    return TrialRecord(Trial(trial_id, dict(CONFIG), datetime.datetime(2024, 1, 2)), status, **facts)


def test_adopted_trials_are_started_again_if_they_were_running() -> None:
    backend = ScriptedBackend()
    backend.adopt_trial(record(0, Status.completed, num_reports=2))
    backend.adopt_trial(record(1, num_reports=1))
    backend.adopt_trial(record(2, checkpoint_trial_id=0))
    backend.adopt_trial(record(3, run=1, checkpoint_trial_id=0))
    assert backend.calls == [
        ("schedule", 1, CONFIG),
        ("copy", 0, 2),
        ("schedule", 2, CONFIG),
        ("schedule", 3, CONFIG),
    ]
    assert backend.new_trial_id() == 4
    backend.says(0, [report(1), report(2)], Status.completed)
    backend.says(1, [report(1), report(2)])
    statuses, results = backend.fetch_status_results([0, 1])
    assert [(trial_id, result["n"]) for trial_id, result in results] == [(1, 2)]
    assert statuses[0][1] == Status.completed


def test_adopted_paused_trial_can_be_resumed() -> None:
    backend = ScriptedBackend()
    backend.adopt_trial(record(0, Status.paused, num_reports=1))
    assert backend.calls == []
    trial = backend.resume_trial(0)
    assert (trial.status, trial.creation_time) == (Status.in_progress, datetime.datetime(2024, 1, 2))


def test_adopting_a_known_trial_does_not_start_it_again() -> None:
    backend = started()
    backend.says(0, [report(1), report(2)])
    backend.fetch_status_results([0])
    backend.adopt_trial(record(0, num_reports=1))
    assert backend.calls == []
    assert fetched(backend, 0) == [(0, 2)]


@pytest.mark.parametrize("action", ["pause_trial", "resume_trial", "retry_trial"])
def test_unknown_trial_is_refused(action: str) -> None:
    with pytest.raises(BackendError, match="Trial 7 is unknown; trials so far: 1"):
        getattr(started(), action)(7)
