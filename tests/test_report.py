"""What a training script may report, and how reports are written and found again."""

from __future__ import annotations

import json
import os
import pickle
import select
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from syne_tune import Reporter
from syne_tune.constants import (
    ENV_REPORT_CHANNEL,
    ENV_REPORT_EXPECTS,
    ENV_REPORT_WAKE,
    ST_WORKER_COST,
    ST_WORKER_ITER,
    ST_WORKER_TIME,
    ST_WORKER_TIMESTAMP,
)
from syne_tune.errors import ReportError
from syne_tune.report import (
    ENV_DOLLARS_PER_HOUR,
    ENV_INSTANCE_COUNT,
    MAX_REPORT_BYTES,
    collect_reports,
    expectations,
    read_output,
    retrieve,
)
from syne_tune.report_channel import read_channel

JSON_VALUES = st.recursive(
    st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
METRICS = st.dictionaries(
    st.text(min_size=1, max_size=10).filter(lambda name: not name.startswith("st_")), JSON_VALUES, max_size=4
)


@pytest.fixture(autouse=True)
def _no_backend(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (ENV_REPORT_CHANNEL, ENV_REPORT_WAKE, ENV_REPORT_EXPECTS, ENV_DOLLARS_PER_HOUR, ENV_INSTANCE_COUNT):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def channel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "reports.jsonl"
    monkeypatch.setenv(ENV_REPORT_CHANNEL, str(path))
    return path


def collected(report: Reporter, *reports: dict[str, Any], expects: str = "") -> list[dict[str, Any]]:
    received: list[dict[str, Any]] = []
    with collect_reports(received.append, expects):
        for metrics in reports:
            report(**metrics)
    return received


def without_own_entries(report: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in report.items() if not name.startswith("st_worker_")}


def run_script(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=120, env={**os.environ, **environment}
    )


# ---------------------------------------------------------------------- the printed line


def test_line_has_the_documented_form(capsys: pytest.CaptureFixture[str]) -> None:
    before = time.time()
    report = Reporter()
    report(epoch=1, loss=0.5)
    report(epoch=2, loss=float("nan"), accuracy=float("inf"))
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith('[tune-metric]: {"epoch": 1, "loss": 0.5, "st_worker_timestamp": ')
    assert second.startswith('[tune-metric]: {"epoch": 2, "loss": NaN, "accuracy": Infinity, ')
    values = json.loads(first.removeprefix("[tune-metric]: "))
    assert list(values) == ["epoch", "loss", ST_WORKER_TIMESTAMP, ST_WORKER_TIME, ST_WORKER_ITER]
    assert before - 1 < values[ST_WORKER_TIMESTAMP] < time.time() + 1
    assert 0 <= values[ST_WORKER_TIME] < time.time() - before + 1
    assert [report[ST_WORKER_ITER] for report in retrieve([first, second])] == [0, 1]


def test_line_is_ascii_whatever_the_names(capsys: pytest.CaptureFixture[str]) -> None:
    Reporter()(**{"précision": 1, "准确率": "☃"})
    line = capsys.readouterr().out
    assert line.isascii()
    assert without_own_entries(retrieve([line])[0]) == {"précision": 1, "准确率": "☃"}


def test_line_is_flushed_at_once() -> None:
    script = "import os; from syne_tune import Reporter; Reporter()(loss=1); os._exit(0)"
    assert retrieve([run_script(script).stdout])[0]["loss"] == 1


def test_line_is_written_in_one_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise, what another thread prints could come between the line and its end."""
    written: list[str] = []

    class Stream:
        def write(self, text: str) -> None:
            written.append(text)

        def flush(self) -> None:
            written.append("flushed")

    monkeypatch.setattr(sys, "stdout", Stream())
    Reporter()(loss=1)
    assert len(written) == 2
    assert written[0].endswith("}\n")
    assert written[1] == "flushed"


def test_report_without_console() -> None:
    script = "import sys; from syne_tune import Reporter; sys.stdout = None; Reporter()(loss=1)"
    assert run_script(script).returncode == 0


def test_full_disk_is_reported() -> None:
    script = "from syne_tune import Reporter; Reporter()(loss=1)"
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-c", script], stdout=full, stderr=subprocess.PIPE, text=True, timeout=120
        )
    assert done.returncode != 0
    assert "ReportError: The report could not be printed to standard output: No space left" in done.stderr


# ---------------------------------------------------------------------- what is added


def test_without_time_c12(capsys: pytest.CaptureFixture[str]) -> None:
    """C12, W-29: the first report of ``Reporter(add_time=False)`` works."""
    Reporter(add_time=False)(loss=1)
    (report,) = retrieve(capsys.readouterr().out.splitlines())
    assert set(report) == {"loss", ST_WORKER_TIMESTAMP, ST_WORKER_ITER}


def test_cost(monkeypatch: pytest.MonkeyPatch) -> None:
    """W-45: local trials can have a cost, too."""
    assert ST_WORKER_COST not in collected(Reporter(), {"loss": 1})[0]
    monkeypatch.setenv(ENV_DOLLARS_PER_HOUR, "7200")
    (report,) = collected(Reporter(), {"loss": 1})
    assert report[ST_WORKER_COST] == pytest.approx(2 * report[ST_WORKER_TIME])
    monkeypatch.setenv(ENV_INSTANCE_COUNT, '"3"')
    (report,) = collected(Reporter(), {"loss": 1})
    assert report[ST_WORKER_COST] == pytest.approx(6 * report[ST_WORKER_TIME])
    assert ST_WORKER_COST not in collected(Reporter(add_cost=False), {"loss": 1})[0]
    assert ST_WORKER_COST not in collected(Reporter(add_time=False), {"loss": 1})[0]


def test_wrong_price_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ENV_DOLLARS_PER_HOUR, "one dollar")
    with pytest.raises(ReportError, match=r"SYNE_TUNE_DOLLARS_PER_HOUR='one dollar'"):
        collected(Reporter(), {"loss": 1})


def test_time_stamps_never_decrease(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reports are sorted by them, so that a step of the system clock must not show."""
    report = Reporter()
    first = collected(report, {"loss": 1})
    monkeypatch.setattr(time, "time", lambda: 0.0)
    second = collected(report, {"loss": 1})
    assert first[0][ST_WORKER_TIMESTAMP] <= second[0][ST_WORKER_TIMESTAMP]


def test_running_number_counts_successful_reports_only() -> None:
    report = Reporter()
    collected(report, {"loss": 1})
    with pytest.raises(ReportError):
        collected(report, {"loss": None})
    assert collected(report, {"loss": 1})[0][ST_WORKER_ITER] == 1


def test_threads_share_a_reporter(channel: Path) -> None:
    report = Reporter()
    threads = [
        threading.Thread(target=lambda k=k: [report(thread=k, n=n) for n in range(50)])  # type: ignore[misc]
        for k in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    reports, _, damaged = read_channel(channel.read_bytes())
    assert damaged == 0
    assert [report[ST_WORKER_ITER] for report in reports] == list(range(400))
    for k in range(8):
        assert [report["n"] for report in reports if report["thread"] == k] == list(range(50))


def test_pickled_reporter_starts_anew() -> None:
    report = Reporter(add_time=False)
    collected(report, {"loss": 1}, {"loss": 2})
    copy = pickle.loads(pickle.dumps(report))
    assert copy.add_time is False
    assert collected(copy, {"loss": 3})[0][ST_WORKER_ITER] == 0


# ---------------------------------------------------------------------- what may be reported


def test_numpy_values_arrive_as_plain_ones() -> None:
    metrics = {
        "a": np.float32(0.1),
        "b": np.int64(3),
        "c": np.bool_(True),
        "d": np.array([1.5, 2.5]),
        "e": np.float64("inf"),
        "f": [np.float64(1.0), {"g": np.int8(1)}],
    }
    (report,) = collected(Reporter(), metrics)
    expected = {
        "a": float(np.float32(0.1)),
        "b": 3,
        "c": True,
        "d": [1.5, 2.5],
        "e": float("inf"),
        "f": [1.0, {"g": 1}],
    }
    assert without_own_entries(report) == expected
    assert [type(report[name]) for name in "abce"] == [float, int, bool, float]


@pytest.mark.parametrize(
    ("metrics", "parts"),
    [
        ({"loss": None}, ["'loss' is None", "float('nan')"]),
        ({"st_loss": 1}, ["'st_loss' = 1", "reserved", "Rename"]),
        ({"loss": object()}, ["'loss' cannot be reported", "type object", "float(...)"]),
        ({"loss": 1 + 2j}, ["'loss' cannot be reported", "type complex"]),
        ({"loss": {1: 2}}, ["'loss' cannot be reported", "key 1 must be a string"]),
        ({"loss": [b"bytes"]}, ["'loss' cannot be reported", "type bytes"]),
        ({"loss": {"$float": "one"}}, ["cannot be written", "'one'"]),
        ({"text": "\ud800"}, ["cannot be written", "surrogates"]),
        ({"loss": 1, "curve": list(range(20_000))}, [f"less than {MAX_REPORT_BYTES}", "'curve'", "summary"]),
    ],
)
def test_what_cannot_be_reported_is_refused(metrics: dict[str, Any], parts: list[str]) -> None:
    """7.3, row ``report.py:162``, last sentence: the size limit is an error with a message, not an assertion."""
    with pytest.raises(ReportError) as refused:
        collected(Reporter(), metrics)
    for part in parts:
        assert part in str(refused.value)


def test_circular_value_is_refused() -> None:
    endless: list[Any] = []
    endless.append(endless)
    with pytest.raises(ReportError, match="'loss' cannot be reported"):
        collected(Reporter(), {"loss": endless})


def test_values_are_copied() -> None:
    values = [1, 2]
    received = collected(Reporter(), {"values": values})
    values.append(3)
    assert received[0]["values"] == [1, 2]


@given(METRICS)
def test_every_legal_report_arrives_unchanged(metrics: dict[str, Any]) -> None:
    (report,) = collected(Reporter(), metrics)
    assert repr(without_own_entries(report)) == repr(metrics)


# ---------------------------------------------------------------------- what the scheduler needs


def test_form_of_expectations() -> None:
    assert json.loads(expectations(["loss"], "epoch")) == {"metrics": ["loss"], "resource": "epoch"}
    assert json.loads(expectations(("a", "b"))) == {"metrics": ["a", "b"], "resource": None}


@pytest.mark.parametrize(
    ("metrics", "parts"),
    [
        ({"los": 1, "epoch": 1}, ["needs 'loss'", "reported were 'los', 'epoch'", "did you mean 'los'?", "Rename it"]),
        ({"loss": 1, "epochs": 1}, ["needs 'epoch'", "did you mean 'epochs'?"]),
        ({}, ["needs 'loss', 'epoch'", "reported were nothing"]),
        ({"loss": "0.5", "epoch": 1}, ["number for 'loss'", "reported was '0.5'", "loss=float(...)"]),
        ({"loss": True, "epoch": 1}, ["number for 'loss'", "reported was True"]),
        ({"loss": [0.5], "epoch": 1}, ["number for 'loss'", "reported was [0.5]"]),
        ({"loss": 1, "epoch": 0}, ["'epoch' as resource", "reported was 0", "positive integer"]),
        ({"loss": 1, "epoch": -1}, ["reported was -1"]),
        ({"loss": 1, "epoch": 1.0}, ["reported was 1.0", "int(...)"]),
        ({"loss": 1, "epoch": float("nan")}, ["'epoch' as resource"]),
    ],
)
def test_what_the_scheduler_cannot_use_is_refused(metrics: dict[str, Any], parts: list[str]) -> None:
    """7.3, row ``tuner.py:640``: missing or non-numeric metrics and bad resources are errors at the call site."""
    with pytest.raises(ReportError) as refused:
        collected(Reporter(), metrics, expects=expectations(["loss"], "epoch"))
    for part in parts:
        assert part in str(refused.value)


@pytest.mark.parametrize("value", [1, 0.5, float("nan"), float("-inf"), np.float32(2), np.int64(3)])
def test_what_the_scheduler_can_use(value: float) -> None:
    metrics = {"loss": value, "epoch": np.int64(1), "note": "further entries may be anything", "flag": True}
    assert len(collected(Reporter(), metrics, expects=expectations(["loss"], "epoch"))) == 1


def test_expectations_come_from_the_environment(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(ENV_REPORT_EXPECTS, expectations(["loss"]))
    report = Reporter()
    with pytest.raises(ReportError, match="needs 'loss'"):
        report(accuracy=1)
    assert capsys.readouterr().out == ""
    report(loss=1)
    assert len(retrieve([capsys.readouterr().out])) == 1


# ---------------------------------------------------------------------- with a channel


def test_channel_is_created_with_the_reporter(channel: Path) -> None:
    Reporter()
    assert channel.read_bytes() == b""


def test_reports_go_to_the_channel_and_are_printed(channel: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = Reporter()
    report(loss=0.1 + 0.2, worst=float("nan"))
    reports, _, _ = read_channel(channel.read_bytes())
    assert repr(reports) == repr(retrieve([capsys.readouterr().out]))


def test_several_reporters_share_the_channel(channel: Path) -> None:
    one, two = Reporter(), Reporter()
    one(n=1)
    two(n=2)
    one(n=3)
    reports, _, damaged = read_channel(channel.read_bytes())
    assert damaged == 0
    assert [(report["n"], report[ST_WORKER_ITER]) for report in reports] == [(1, 0), (2, 0), (3, 1)]


def test_reporter_made_before_the_channel_uses_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A warm worker may import the user's module, with a reporter in it, before it knows the trial."""
    report = Reporter()
    monkeypatch.setenv(ENV_REPORT_CHANNEL, str(tmp_path / "reports.jsonl"))
    report(loss=1)
    assert len(read_channel((tmp_path / "reports.jsonl").read_bytes())[0]) == 1


def test_forked_process_can_report(channel: Path) -> None:
    script = """
import os, threading, time
from syne_tune import Reporter
report = Reporter()
report(process="parent", n=0)
stop = threading.Event()
def keep_reporting():
    n = 1
    while not stop.is_set():
        report(process="parent", n=n)
        n += 1
thread = threading.Thread(target=keep_reporting)
thread.start()
children = []
for k in range(5):
    child = os.fork()  # most likely while the thread is reporting
    if child == 0:
        for n in range(20):
            report(process=f"child {k}", n=n)
        os._exit(0)
    children.append(child)
for child in children:
    assert os.waitpid(child, 0)[1] == 0
stop.set()
thread.join()
"""
    assert run_script(script).returncode == 0
    reports, _, damaged = read_channel(channel.read_bytes())
    assert damaged == 0
    for k in range(5):
        assert [report["n"] for report in reports if report["process"] == f"child {k}"] == list(range(20))
    numbers = [int(line.split(b" ", 2)[1]) for line in channel.read_bytes().splitlines()]
    assert numbers == list(range(len(reports)))


def test_full_disk_is_reported_by_the_channel(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ENV_REPORT_CHANNEL, "/dev/full")
    report = Reporter()
    with pytest.raises(ReportError, match=r"could not be written to '/dev/full': No space left .* disk has space"):
        report(loss=1)


def test_channel_in_missing_folder_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ENV_REPORT_CHANNEL, str(tmp_path / "nowhere" / "reports.jsonl"))
    with pytest.raises(ReportError, match="No such file or directory"):
        Reporter()


def test_report_has_arrived_even_if_it_cannot_be_printed(channel: Path) -> None:
    script = "from syne_tune import Reporter; Reporter()(loss=1); import os; os._exit(0)"
    with open("/dev/full", "w") as full:
        done = subprocess.run([sys.executable, "-c", script], stdout=full, timeout=120)
    assert done.returncode == 0
    assert len(read_channel(channel.read_bytes())[0]) == 1


@pytest.fixture
def fifo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "wake"
    os.mkfifo(path)
    monkeypatch.setenv(ENV_REPORT_WAKE, str(path))
    return path


def test_each_report_wakes_the_tuner(channel: Path, fifo: Path) -> None:
    listener = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
    report = Reporter()
    for n in range(3):
        report(n=n)
    assert len(os.read(listener, 100)) == 3
    os.close(listener)


def test_nobody_need_listen(channel: Path, fifo: Path) -> None:
    report = Reporter()
    report(n=1)
    fifo.unlink()
    report(n=2)
    assert len(read_channel(channel.read_bytes())[0]) == 2


def test_full_fifo_does_not_block(channel: Path, fifo: Path) -> None:
    listener = os.open(fifo, os.O_RDWR | os.O_NONBLOCK)
    while select.select([], [listener], [], 0)[1]:
        os.write(listener, b"x" * 4096)
    Reporter()(n=1)
    os.close(listener)
    assert len(read_channel(channel.read_bytes())[0]) == 1


# ---------------------------------------------------------------------- finding reports in logs


def test_retrieve_is_tolerant_w09() -> None:
    """W-09 and 7.3, row ``report.py:162``: several reports on a line, braces and text around them, broken ones."""
    lines = [
        'progress 10% [tune-metric]: {"a": 1} [tune-metric]: {"a": 2}',
        '[tune-metric]: {"a": 3}}} trailing } brace {',
        "[tune-metric]: {not json}",
        '[tune-metric]: {"a": 4, "b": NaN, "c": -Infinity}',
        "[tune-metric]: [1, 2]",
        "[tune-metric]: ",
        '[tune-metric]: {"a": "cut in the mid',
        '[tune-metric]: {"a": "[tune-metric]: {}"}',
        '[tune-metric]: {"a": {"b": {"c": "}"}}} {',
        '[tune-metric]: {"half a character": "\\ud800"}',
        "nothing",
        '[tune-metric]: {"a": 5}\n',
    ]
    values = [report["a"] for report in retrieve(lines)]
    assert values == [1, 2, 3, 4, "[tune-metric]: {}", {"b": {"c": "}"}}, 5]
    _, consumed, broken = read_output("\n".join(lines).encode())
    assert broken == 5
    assert consumed == len("\n".join(lines).encode())


def test_deeply_nested_garbage_is_skipped() -> None:
    assert retrieve(["[tune-metric]: " + "[" * 100_000, '[tune-metric]: {"a": 1}']) == [{"a": 1}]


@given(
    st.lists(
        st.one_of(
            METRICS.map(lambda metrics: "[tune-metric]: " + json.dumps(metrics) + "\n"),
            st.text(max_size=30).map(lambda text: text.replace("[tune-metric]", "")),
        ),
        max_size=8,
    ),
    st.lists(st.integers(1, 60), min_size=1, max_size=5),
)
def test_log_read_in_pieces_gives_the_same_reports(parts: list[str], piece_sizes: list[int]) -> None:
    text = "".join(parts)
    data = text.encode("utf-8", "surrogatepass")
    expected = [json.loads(part[15:]) for part in parts if part.startswith("[tune-metric]: ")]
    found: list[dict[str, Any]] = []
    start = end = turn = 0
    while end < len(data):
        end += piece_sizes[turn % len(piece_sizes)]
        turn += 1
        reports, consumed, broken = read_output(data[start:end])
        assert broken == 0
        found += reports
        start += consumed
    assert repr(found) == repr(expected)


def test_endless_line_is_not_kept() -> None:
    """A progress bar may write megabytes without ending its line."""
    data = b"10%\r" * 1_000_000 + b"[tune-m"
    assert read_output(data) == ([], len(data) - 7, 0)
    unfinished = b'[tune-metric]: {"a": "' + b"x" * 3 * MAX_REPORT_BYTES
    assert read_output(unfinished)[1:] == (len(unfinished), 1)


# ---------------------------------------------------------------------- collecting


def test_collected_reports_are_not_printed(channel: Path, capsys: pytest.CaptureFixture[str]) -> None:
    received: list[dict[str, Any]] = []
    with collect_reports(received.append):
        report = Reporter()
        report(loss=1)
    assert not channel.exists()
    assert capsys.readouterr().out == ""
    assert received[0]["loss"] == 1


def test_collecting_may_be_nested_and_ends() -> None:
    outer: list[dict[str, Any]] = []
    inner: list[dict[str, Any]] = []
    report = Reporter()
    with collect_reports(outer.append):
        report(n=1)
        with collect_reports(inner.append):
            report(n=2)
        report(n=3)
    assert [r["n"] for r in outer] == [1, 3]
    assert [r["n"] for r in inner] == [2]


def test_threads_started_while_collecting_are_collected() -> None:
    received: list[dict[str, Any]] = []
    with collect_reports(received.append):
        report = Reporter()
        thread = threading.Thread(target=report, kwargs={"loss": 1})
        thread.start()
        thread.join()
    assert received[0]["loss"] == 1
