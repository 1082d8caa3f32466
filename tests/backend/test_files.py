from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from syne_tune.backend.files import (
    Claim,
    ExitRecord,
    RunFiles,
    RunSpec,
    TrialFiles,
    file_size,
    last_lines,
    read_lines,
    same_config,
)

SPEC = RunSpec(["python", "a b.py"], "/", {"A": "1"}, {"lr": float("inf"), "layers": [1, 2]}, timeout=3.5, gpus=[1])


@pytest.fixture
def run(tmp_path: Path) -> RunFiles:
    files = TrialFiles(tmp_path, 3).run(0)
    files.write_spec(SPEC)
    return files


class TestRun:
    def test_records_are_read_as_they_were_written(self, run: RunFiles) -> None:
        record = ExitRecord(1.5, code=-9, told=True, stdout_end=7)
        run.write_exit(record)
        assert run.spec() == SPEC._replace(after=[])
        assert run.exit() == record
        assert run.path == Path(run.key)

    def test_nothing_has_happened_at_first(self, tmp_path: Path) -> None:
        run = TrialFiles(tmp_path, 0).run(0)
        assert (run.spec(), run.claim(), run.exit(), run.cannot_start()) == (None, None, None, None)
        assert not run.is_to_end()
        assert not run.is_claimed()
        assert run.is_over()  # nobody need wait for a run whose folder is gone

    def test_only_one_process_can_be_the_run(self, run: RunFiles) -> None:
        with ThreadPoolExecutor(8) as pool:
            won = list(pool.map(lambda pid: run.write_claim(Claim(pid, "x", 0.0)), range(8)))
        assert won.count(True) == 1
        claim = run.claim()
        assert claim is not None
        assert claim.pid == won.index(True)

    def test_unreadable_claim_is_a_claim(self, run: RunFiles) -> None:
        (run.path / "pid.json").write_text('{"pid": 1')
        assert run.claim() is None
        assert run.is_claimed()

    def test_newer_versions_may_write_more(self, run: RunFiles) -> None:
        (run.path / "exit.json").write_text('{"ended": 1.0, "code": 0, "mood": "good"}')
        record = run.exit()
        assert record == ExitRecord(1.0, code=0)
        assert record is not None
        assert record.is_good()


class TestTrial:
    def test_documented_layout(self, tmp_path: Path) -> None:
        files = TrialFiles(tmp_path, 12)
        names = [files.config, files.stdout, files.stderr, files.checkpoints, files.stop_marker, files.end_marker]
        assert [str(path.relative_to(tmp_path)) for path in names] == [
            "12/config.json",
            "12/std.out",
            "12/std.err",
            "12/checkpoints",
            "12/stop",
            "12/end",
        ]
        assert files.run(2).stdout == files.stdout
        assert files.run(2).path == tmp_path / "12/runs/2"

    def test_checkpoint_counts_only_if_there_is_something_in_it(self, tmp_path: Path) -> None:
        files = TrialFiles(tmp_path, 0)
        assert not files.has_checkpoint()
        files.checkpoints.mkdir(parents=True)
        assert not files.has_checkpoint()
        (files.checkpoints / "model").touch()
        assert files.has_checkpoint()

    def test_moving_aside_loses_nothing(self, tmp_path: Path) -> None:
        files = TrialFiles(tmp_path, 0)
        for number in range(2):
            files.run(0).write_spec(SPEC)
            files.stdout.write_text(f"run {number}")
            files.move_aside()
        assert not files.path.exists()
        assert [(tmp_path / f"0.stale-{n}/std.out").read_text() for n in range(2)] == ["run 0", "run 1"]
        files.run(1).write_spec(SPEC)
        files.move_run_aside(1)
        assert (files.path / "runs/1.stale-0/run.json").exists()

    def test_end_is_marked_only_where_there_is_a_folder(self, tmp_path: Path) -> None:
        files = TrialFiles(tmp_path, 0)
        files.mark_end(1.25)
        assert not files.path.exists()
        files.path.mkdir()
        files.mark_end(1.25)
        assert float(files.end_marker.read_text()) == 1.25
        files.remove_markers()
        assert not files.end_marker.exists()


def test_last_lines_reads_only_the_end(tmp_path: Path) -> None:
    path = tmp_path / "log"
    assert last_lines(path, 3) == read_lines(path) == []
    path.write_text("old\n" + "x" * 200_000 + "\nlast but one\nlast\n")
    assert last_lines(path, 2) == ["last but one", "last"]
    assert last_lines(path, 9, start=file_size(path) - 5) == ["last"]
    path.write_bytes(b"\xff broken\n")
    assert last_lines(path, 1) == read_lines(path) == ["\N{REPLACEMENT CHARACTER} broken"]


def test_configurations_are_compared_as_they_are_written() -> None:
    assert same_config({"a": (1, 2), "b": 0.1}, {"b": 0.1, "a": [1, 2]})
    assert not same_config({"a": 1}, {"a": 2})
    assert same_config({"a": float("nan")}, {"a": float("nan")})
