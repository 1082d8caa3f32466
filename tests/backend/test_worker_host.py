"""Worker host and client together: the host is always a process of its own."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil

from syne_tune.backend import host_client, process_tree
from syne_tune.backend.failures import classify
from syne_tune.backend.files import ExitRecord, RunFiles, RunSpec, TrialFiles
from syne_tune.backend.host_client import HostClient
from syne_tune.backend.worker_host import LOCK_NAME, LOG_NAME
from syne_tune.trial import FailureCause


def command(tmp_path: Path, number: int, argv: list[str], **facts: object) -> RunFiles:
    """A run of trial ``number``, as the backend leaves it for the host."""
    run = TrialFiles(tmp_path, number).run(0)
    spec = RunSpec(argv, cwd=str(tmp_path), env={}, config={})
    run.write_spec(spec._replace(**facts))  # type: ignore[arg-type]
    return run


def shell(tmp_path: Path, number: int, text: str, **facts: object) -> RunFiles:
    return command(tmp_path, number, ["/bin/sh", "-c", text], **facts)


def python(tmp_path: Path, number: int, text: str, **facts: object) -> RunFiles:
    return command(tmp_path, number, [sys.executable, "-c", text], **facts)


def tell(client: HostClient, *runs: RunFiles) -> None:
    client.connect()
    for run in runs:
        client.tell(run.key, os.environ)


def until(holds: Callable[[], object], patience: float = 60.0) -> None:
    deadline = time.monotonic() + patience
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def exit_of(run: RunFiles) -> ExitRecord:
    until(run.exit)
    record = run.exit()
    assert record is not None
    return record


def host_pid() -> int:
    """The host that this process has started last."""
    return host_client._started[-1].pid


class TestRuns:
    def test_process_is_started_recorded_and_reaped(self, client: HostClient, tmp_path: Path) -> None:
        run = shell(tmp_path, 0, "echo out; echo $GREETING >&2; exit 3", env={"GREETING": "hi"})
        tell(client, run)
        record = exit_of(run)
        assert (record.code, record.told, record.timed_out, record.stdout_end) == (3, False, False, 4)
        assert run.stdout.read_text() == "out\n"
        assert run.stderr.read_text() == "hi\n"
        claim = run.claim()
        assert claim is not None
        assert process_tree.identity(claim.pid) is None
        assert claim.started <= record.ended

    def test_client_is_woken(self, client: HostClient, tmp_path: Path) -> None:
        run = shell(tmp_path, 0, "exit 0")
        tell(client, run)
        until(lambda: client.wait(60.0) and run.exit())
        assert not client.wait(0.0)

    def test_looking_again_starts_nothing_again(self, client: HostClient, tmp_path: Path) -> None:
        run = shell(tmp_path, 0, "echo started")
        tell(client, run, run, run)
        exit_of(run)
        tell(client, run)
        other = shell(tmp_path, 1, "exit 0")
        tell(client, other)
        exit_of(other)
        assert run.stdout.read_text() == "started\n"

    def test_end_of_a_process_that_ends_when_asked(self, client: HostClient, tmp_path: Path) -> None:
        handler = (
            "import signal, sys, time; signal.signal(signal.SIGTERM, lambda *_: sys.exit(7)); print(1, flush=True)"
        )
        run = python(tmp_path, 0, f"{handler}; time.sleep(600)", grace=60.0)
        tell(client, run)
        until(lambda: run.stdout.exists() and run.stdout.read_text())
        run.order_end()
        tell(client, run)
        record = exit_of(run)
        assert (record.code, record.told) == (7, True)

    def test_process_that_does_not_end_is_killed(self, client: HostClient, tmp_path: Path) -> None:
        stubborn = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(1, flush=True)"
        run = python(tmp_path, 0, f"{stubborn}; time.sleep(600)", grace=0.1)
        tell(client, run)
        until(lambda: run.stdout.exists() and run.stdout.read_text())
        run.order_end()
        tell(client, run)
        assert exit_of(run).code == -signal.SIGKILL

    def test_run_that_shall_end_before_it_began_never_starts(self, client: HostClient, tmp_path: Path) -> None:
        run = shell(tmp_path, 0, "echo started")
        run.order_end()
        tell(client, run)
        assert exit_of(run).told
        assert not run.stdout.exists()

    def test_run_waits_for_others_to_be_over(self, client: HostClient, tmp_path: Path) -> None:
        first = shell(tmp_path, 0, "read x < fifo; echo first >> order")
        second = shell(tmp_path, 1, "echo second >> order", after=[first.key, str(tmp_path / "gone")])
        os.mkfifo(tmp_path / "fifo")
        tell(client, second, first)
        (tmp_path / "fifo").write_text("go\n")
        exit_of(second)
        assert (tmp_path / "order").read_text() == "first\nsecond\n"

    def test_time_limit(self, client: HostClient, tmp_path: Path) -> None:
        run = shell(tmp_path, 0, "sleep 600", timeout=0.2)
        tell(client, run)
        record = exit_of(run)
        assert record.timed_out
        assert not record.told

    def test_command_that_is_missing_or_not_executable(self, client: HostClient, tmp_path: Path) -> None:
        (tmp_path / "data").write_text("no program")
        runs = [
            command(tmp_path, 0, ["no-such-program"]),
            command(tmp_path, 1, [str(tmp_path / "data")]),
            command(tmp_path, 2, ["true"], cwd=str(tmp_path / "nowhere")),
        ]
        tell(client, *runs)
        missing, forbidden, nowhere = [exit_of(run) for run in runs]
        assert missing.code == 127
        assert "'no-such-program' could not be started: No such file" in str(missing.cannot_start)
        assert "no-such-program" in runs[0].stderr.read_text()
        assert forbidden.code == 126
        assert "Permission denied" in str(forbidden.cannot_start)
        assert "nowhere" in str(nowhere.cannot_start)

    def test_what_a_run_leaves_behind_is_killed(self, client: HostClient, tmp_path: Path) -> None:
        run = shell(tmp_path, 0, "sleep 600 & echo $!")
        tell(client, run)
        exit_of(run)
        until(lambda: process_tree.identity(int(run.stdout.read_text())) is None)

    def test_stopped_grandchild_in_a_session_of_its_own(self, client: HostClient, tmp_path: Path) -> None:
        """W-11: descendants are killed wherever they are, and leave no zombies."""
        child = "subprocess.Popen(['sleep', '600'], start_new_session=True)"
        run = python(tmp_path, 0, f"import subprocess, time; print({child}.pid, flush=True); time.sleep(600)")
        tell(client, run)
        until(lambda: run.stdout.exists() and run.stdout.read_text())
        pid = int(run.stdout.read_text())
        assert process_tree.identity(pid) is not None
        run.order_end()
        tell(client, run)
        exit_of(run)
        until(lambda: process_tree.identity(pid) is None)
        until(lambda: not Path(f"/proc/{pid}").exists())

    def test_deleted_folder_is_no_reason_to_end(self, client: HostClient, tmp_path: Path) -> None:
        run = shell(tmp_path, 0, "mv 0 moved; exit 0")
        other = shell(tmp_path, 1, "exit 0", after=[run.key])
        tell(client, run, other)
        assert exit_of(other).code == 0

    def test_killed_before_it_claimed_its_run(self, client: HostClient, tmp_path: Path) -> None:
        """The system may be short of memory at any moment; nothing is wrong with the script or its folder then."""
        run = shell(tmp_path, 0, "echo started")
        os.mkfifo(run.stdout)  # the process waits for a reader before it gets as far as its claim
        tell(client, run)
        until(lambda: psutil.Process(host_pid()).children())
        for process in psutil.Process(host_pid()).children():
            process.kill()
        record = exit_of(run)
        assert (record.code, record.cannot_start) == (-signal.SIGKILL, None)
        assert classify(record, RunSpec(["true"], "/", {}, {}), [], []).cause is FailureCause.LOST

    def test_unreadable_claim_counts_as_lost(self, client: HostClient, tmp_path: Path) -> None:
        run = shell(tmp_path, 0, "echo started")
        (run.path / "pid.json").write_text("{")
        tell(client, run)
        assert exit_of(run).lost
        assert not run.stdout.exists()

    def test_unreadable_specification(self, client: HostClient, tmp_path: Path) -> None:
        run = TrialFiles(tmp_path, 0).run(0)
        run.path.mkdir(parents=True)
        (run.path / "run.json").write_text("{")
        tell(client, run)
        assert "cannot be read" in str(exit_of(run).cannot_start)

    def test_late_order_does_not_end_the_run_that_has_taken_the_place(self, client: HostClient, tmp_path: Path) -> None:
        """An order for a run that had been moved aside was taken for one for its successor, not yet written."""
        run = TrialFiles(tmp_path, 0).run(0)
        run.path.mkdir(parents=True)
        tell(client, run)
        other = shell(tmp_path, 1, "echo first")
        tell(client, other)
        assert exit_of(other).code == 0
        assert run.exit() is None
        tell(client, shell(tmp_path, 0, "echo second"))
        assert exit_of(run).code == 0


class TestHost:
    def test_needs_little_and_starts_fast(self) -> None:
        code = "import sys; import syne_tune.backend.worker_host; print(*sys.modules)"
        loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
        assert not {"numpy", "pandas", "psutil", "subprocess", "dataclasses", "logging"} & set(loaded)

    def test_ends_and_cleans_up_when_nobody_needs_it(self, client: HostClient, tmp_path: Path) -> None:
        run = shell(tmp_path, 0, "sleep 0.3")
        tell(client, run)
        client.close()
        assert exit_of(run).code == 0
        until(lambda: not client.control.exists())
        client.close()

    def test_outlives_its_client_as_long_as_something_runs(self, client: HostClient, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "fifo")
        run = shell(tmp_path, 0, "read x < fifo; exit 5")
        tell(client, run)
        client.close()
        other = HostClient(tmp_path)
        assert other.connect()
        assert not other.connect()
        (tmp_path / "fifo").write_text("go\n")
        assert exit_of(run).code == 5
        other.close()

    def test_all_clients_share_one_host(self, client: HostClient, tmp_path: Path) -> None:
        client.connect()
        before = host_pid()
        other = HostClient(tmp_path)
        other.connect()
        client.close()
        assert host_pid() == before
        assert process_tree.identity(before) is not None
        other.close()
        until(lambda: process_tree.identity(before) is None)

    def test_killed_host_is_noticed_and_replaced(self, client: HostClient, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "fifo")
        runs = [shell(tmp_path, 0, "read x < fifo; exit 0"), shell(tmp_path, 1, "sleep 600", timeout=600.0)]
        tell(client, *runs)
        until(lambda: all(run.claim() for run in runs))
        os.kill(host_pid(), signal.SIGKILL)
        until(lambda: client.wait(60.0) and not client.is_connected)
        tell(client, *runs)
        (tmp_path / "fifo").write_text("go\n")
        record = exit_of(runs[0])
        assert "worker host had ended" in str(record.lost)
        runs[1].order_end()
        tell(client, runs[1])
        assert exit_of(runs[1]).told
        assert [run.claim() is not None for run in runs] == [True, True]

    def test_run_that_ended_without_a_host_is_lost(self, client: HostClient, tmp_path: Path) -> None:
        run = shell(tmp_path, 0, "sleep 600")
        tell(client, run)
        until(run.claim)
        claim = run.claim()
        assert claim is not None
        os.kill(host_pid(), signal.SIGKILL)
        os.kill(claim.pid, signal.SIGKILL)
        until(lambda: client.wait(60.0) and not client.is_connected)
        tell(client, run)
        assert exit_of(run).lost

    def test_module_that_cannot_be_preloaded(self, tmp_path: Path) -> None:
        client = HostClient(tmp_path, preload=["no_such_module"])
        run = python(tmp_path, 0, "", warm=True)
        cold = shell(tmp_path, 1, "exit 0")
        tell(client, run, cold)
        assert "importing 'no_such_module' failed with ModuleNotFoundError" in str(exit_of(run).cannot_start)
        assert exit_of(cold).code == 0
        client.close()
        until(lambda: (client.control / LOG_NAME).exists() and not (client.control / LOCK_NAME).exists())
        shutil.rmtree(client.control)
