from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syne_tune import Reporter
from syne_tune.backend.files import Claim, ExitRecord, RunSpec, TrialFiles
from syne_tune.backend.trial_runs import GrowingFile, Run, TrialRuns
from syne_tune.constants import ENV_REPORT_CHANNEL, ENV_REPORT_EXPECTS, ENV_REPORT_WAKE
from syne_tune.report import read_output
from syne_tune.trial import Result


class Trial:
    """Writes the files of a trial, as worker host and training script do."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.files = TrialFiles(folder, 0)
        self.runs = TrialRuns(self.files)
        self._monkeypatch = monkeypatch
        monkeypatch.delenv(ENV_REPORT_EXPECTS, raising=False)
        monkeypatch.delenv(ENV_REPORT_WAKE, raising=False)

    def start(self, **facts: object) -> Run:
        files = self.files.run(self.runs.count)
        files.write_spec(RunSpec([], "/", {}, {}, **facts))  # type: ignore[arg-type]
        spec = files.spec()
        assert spec is not None
        size = self.files.stdout.stat().st_size if self.files.stdout.exists() else 0
        files.write_claim(Claim(1, "x", 0.0, stdout_start=size))
        return self.runs.add(spec)

    def report(self, *epochs: int) -> None:
        self._monkeypatch.setenv(ENV_REPORT_CHANNEL, str(self.files.run(self.runs.count - 1).reports))
        reporter = Reporter()
        for epoch in epochs:
            reporter(epoch=epoch)

    def print(self, text: str) -> None:
        with open(self.files.stdout, "a") as file:
            file.write(text)

    def end(self, **facts: object) -> None:
        record = ExitRecord(1.0, stdout_end=self.files.stdout.stat().st_size if self.files.stdout.exists() else 0)
        self.files.run(self.runs.count - 1).write_exit(record._replace(**facts))  # type: ignore[arg-type]

    def epochs(self) -> list[int]:
        """What has arrived, by reading bit by bit and by reading all at once: they must agree."""
        self.runs.read()
        arrived = [result["epoch"] for result in self.runs.metrics]
        afresh = TrialRuns(self.files)
        afresh.recall(self.runs.count)
        afresh.read()
        assert [result["epoch"] for result in afresh.metrics] == arrived
        assert afresh.is_complete == self.runs.is_complete
        return arrived


@pytest.fixture
def trial(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Trial:
    return Trial(tmp_path, monkeypatch)


def printed(*epochs: int) -> str:
    return "".join(f'[tune-metric]: {{"epoch": {epoch}}}\n' for epoch in epochs)


class TestOneRun:
    def test_reports_arrive_as_they_are_made(self, trial: Trial) -> None:
        trial.start()
        assert trial.epochs() == []
        trial.report(1, 2)
        assert trial.epochs() == [1, 2]
        trial.report(3)
        trial.end()
        assert trial.epochs() == [1, 2, 3]
        assert trial.runs.is_complete

    def test_output_counts_where_there_is_no_channel(self, trial: Trial) -> None:
        trial.start()
        trial.print("hello\n" + printed(1) + '[tune-metric]: {"ep')
        assert trial.epochs() == [1]
        trial.print('och": 2}\n')
        assert trial.epochs() == [1, 2]

    def test_what_the_reporter_prints_is_not_counted_again(self, trial: Trial) -> None:
        trial.start()
        trial.report(1)
        trial.print(printed(1))
        assert trial.epochs() == [1]

    def test_reporter_that_appears_late_doubles_nothing(self, trial: Trial) -> None:
        trial.start()
        trial.print(printed(1))
        assert trial.epochs() == [1]
        trial.report(2)
        trial.print(printed(2))
        assert trial.epochs() == [1, 2]

    def test_output_is_not_read_if_there_is_a_channel(self, trial: Trial, monkeypatch: pytest.MonkeyPatch) -> None:
        """W-41: a gigabyte of other output costs nothing."""
        run = trial.start()
        trial.report(1)
        trial.print("x" * 1000)
        monkeypatch.setattr(run, "_read_stdout", lambda: pytest.fail("std.out was read"))
        trial.runs.read()
        assert [result["epoch"] for result in trial.runs.metrics] == [1]

    def test_silent_run_is_noticed_when_it_prints(self, trial: Trial) -> None:
        run = trial.start()
        assert run.is_silent()
        assert not run.has_new_output()
        trial.print(printed(1))
        assert run.has_new_output()
        assert trial.epochs() == [1]
        assert not run.has_new_output()

    def test_deleted_folder_ends_the_run(self, trial: Trial) -> None:
        run = trial.start()
        trial.files.move_aside()
        assert run.has_ended()
        assert run.exit is not None
        assert "deleted" in str(run.exit.lost)


class TestSeveralRuns:
    """W-03: each run has its own beginning, so that no report of a later one is taken for an earlier one."""

    def test_resumed_run_delivers_its_first_reports(self, trial: Trial) -> None:
        trial.start()
        trial.report(1, 2)
        assert trial.epochs() == [1, 2]
        trial.end(told=True)
        trial.start()
        trial.report(2, 3)
        assert trial.epochs() == [1, 2, 2, 3]

    def test_the_same_from_standard_output(self, trial: Trial) -> None:
        trial.start()
        trial.print(printed(1) + '[tune-metric]: {"epo')
        assert trial.epochs() == [1]
        trial.end(told=True)
        trial.start()
        trial.print(printed(2))
        assert trial.epochs() == [1, 2]

    def test_late_reports_of_a_run_come_before_those_of_the_next(self, trial: Trial) -> None:
        trial.start()
        trial.report(1)
        assert trial.epochs() == [1]
        trial.report(2)
        trial.end(told=True)
        trial.start()
        trial.report(3)
        assert trial.epochs() == [1, 2, 3]

    def test_next_run_waits_for_the_end_of_the_one_before(self, trial: Trial) -> None:
        trial.start()
        trial.report(1)
        trial.start()
        trial.report(2)
        assert trial.epochs() == [1]

    @pytest.mark.parametrize(
        ("facts", "expected"),
        [
            ({"resource_attr": "epoch", "from_scratch": False}, [1, 2, 3, 4]),
            ({"resource_attr": "epoch", "from_scratch": True}, [1, 2, 3, 4]),
            ({"from_scratch": True}, [1, 2, 3, 4]),
            ({"from_scratch": False}, [1, 2, 1, 2, 3, 4]),
        ],
    )
    def test_repeated_reports_are_left_out(self, trial: Trial, facts: dict, expected: list[int]) -> None:
        trial.start()
        trial.report(1, 2)
        trial.end(code=-9)
        trial.start(retry=True, **facts)
        trial.report(1, 2, 3)
        assert trial.epochs() == expected[:-1]
        trial.end(code=-9)
        trial.start(retry=True, **facts)
        trial.report(*range(1, 5)) if facts["from_scratch"] or "resource_attr" in facts else trial.report(4)
        assert trial.epochs() == expected

    def test_only_the_interrupted_run_is_repeated(self, trial: Trial) -> None:
        """A run without checkpoint begins anew after a pause, and again when it is lost."""
        trial.start()
        trial.report(1, 2)
        trial.end(told=True)
        trial.start()
        trial.report(1)
        trial.end(code=-9)
        trial.start(retry=True)
        trial.report(1, 2, 3)
        assert trial.epochs() == [1, 2, 1, 2, 3]

    def test_run_without_reports_begins_a_chain_too(self, trial: Trial) -> None:
        trial.start()
        trial.report(1, 2)
        trial.end(told=True)
        trial.start()
        trial.end(code=-9)
        trial.start(retry=True)
        trial.report(1)
        assert trial.epochs() == [1, 2, 1]

    def test_missing_folder_is_passed_over(self, trial: Trial) -> None:
        trial.start()
        trial.report(1)
        trial.end()
        runs = TrialRuns(trial.files)
        assert [number for number, _ in runs.recall(3)] == [0]
        assert runs.last is None
        runs.read()
        assert [result["epoch"] for result in runs.metrics] == [1]


def lines_of(data: bytes) -> tuple[list[Result], int, int]:
    end = data.rfind(b"\n") + 1
    return [{"line": line} for line in data[:end].splitlines()], end, 0


@given(pieces=st.lists(st.binary(max_size=20), max_size=10), chunk=st.integers(1, 8))
def test_every_byte_is_parsed_once(tmp_path_factory: pytest.TempPathFactory, pieces: list[bytes], chunk: int) -> None:
    """W-41: whatever the pieces in which a file grows and is read, the lines come out once and in order."""
    path = tmp_path_factory.mktemp("growing") / "file"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("syne_tune.backend.trial_runs._CHUNK_BYTES", chunk)
        file = GrowingFile(path, lines_of)
        found: list[Result] = []
        for piece in pieces:
            with open(path, "ab") as writer:
                writer.write(piece)
            found += file.read_new()
    assert found == lines_of(b"".join(pieces))[0]
    assert not file.has_grown()


def test_old_output_is_not_read_again(tmp_path: Path) -> None:
    """W-41: the cost of a look depends on what is new."""
    path = tmp_path / "std.out"
    path.write_text("noise\n" * 100_000 + printed(1))
    sizes: list[int] = []

    def counting(
        parse: Callable[[bytes], tuple[list[Result], int, int]],
    ) -> Callable[[bytes], tuple[list[Result], int, int]]:
        return lambda data: (sizes.append(len(data)), parse(data))[1]

    file = GrowingFile(path, counting(read_output))
    assert len(file.read_new()) == 1
    sizes.clear()
    with open(path, "a") as writer:
        writer.write(printed(2))
    assert [result["epoch"] for result in file.read_new()] == [2]
    assert sum(sizes) < 100
