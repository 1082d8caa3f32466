"""The file through which reports travel: nothing lost, doubled, reordered or rounded, whatever else happens.

``SYNE_TUNE_LONG_TESTS=1`` reports 100,000 values beside a gigabyte of other output, which takes minutes and needs the
space; otherwise there are fewer of both.
"""

from __future__ import annotations

import os
import random
import signal
import struct
import subprocess
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syne_tune.constants import ENV_REPORT_CHANNEL
from syne_tune.errors import ReportError
from syne_tune.jsonio import dumps
from syne_tune.report import read_output
from syne_tune.report_channel import ReportChannel, append_report, read_channel

IS_LONG = bool(os.environ.get("SYNE_TUNE_LONG_TESTS"))
NUM_REPORTS = 100_000 if IS_LONG else 3_000
BYTES_BESIDE_EACH = 10_000

AWKWARD_SCRIPT = """
import random, struct, sys
from syne_tune import Reporter

def awkward_values(number):
    stream = random.Random(17)
    fixed = [1e-308, 0.1 + 0.2, 5e-324, 2.2250738585072014e-308, 1.7976931348623157e308, 0.0, -0.0,
             float("inf"), float("-inf"), float("nan"), 1e16 + 2, 1 / 3, -1e-5]
    yield from fixed
    for _ in range(number - len(fixed)):
        yield struct.unpack("<d", stream.randbytes(8))[0]

if __name__ == "__main__":
    number, noise = int(sys.argv[1]), int(sys.argv[2])
    report = Reporter()
    for n, value in enumerate(awkward_values(number)):
        print("progress \\r" * (noise // 10), end="" if n % 3 else "\\n")
        report(**{"n": n, "größe ☃ [tune-metric]: {}": value})
"""


def awkward_values(number: int) -> list[float]:
    """What the script reports."""
    names: dict[str, Any] = {"__name__": "script"}
    exec(AWKWARD_SCRIPT, names)
    return list(names["awkward_values"](number))


def bits(value: float) -> bytes:
    return b"nan" if value != value else struct.pack("<d", value)


def followed(path: Path, process: subprocess.Popen[bytes], parse: Any) -> Iterator[list[dict[str, Any]]]:
    """What is found in a growing file, read in pieces while a process writes to it."""
    start = 0
    is_running = True
    while is_running:
        is_running = process.poll() is None
        with open(path, "rb") as file:
            file.seek(start)
            reports, consumed, damaged = parse(file.read())
        assert damaged == 0
        start += consumed
        yield reports


@pytest.mark.parametrize("source", ["channel", "output"])
def test_awkward_values_arrive_exactly_once_in_order_and_exact(tmp_path: Path, source: str) -> None:
    script, channel, output = tmp_path / "train.py", tmp_path / "reports.jsonl", tmp_path / "std.out"
    script.write_text(AWKWARD_SCRIPT)
    channel.touch()
    command = [sys.executable, str(script), str(NUM_REPORTS), str(BYTES_BESIDE_EACH)]
    environment = {**os.environ, ENV_REPORT_CHANNEL: str(channel)}
    path, parse = {"channel": (channel, read_channel), "output": (output, read_output)}[source]
    with open(output, "wb") as stdout, subprocess.Popen(command, stdout=stdout, env=environment) as process:
        reports = [report for piece in followed(path, process, parse) for report in piece]
    assert process.returncode == 0
    assert output.stat().st_size > NUM_REPORTS * BYTES_BESIDE_EACH * 0.99
    assert [report["n"] for report in reports] == list(range(NUM_REPORTS))
    assert [report["st_worker_iter"] for report in reports] == list(range(NUM_REPORTS))
    received = [bits(report["größe ☃ [tune-metric]: {}"]) for report in reports]
    assert received == [bits(value) for value in awkward_values(NUM_REPORTS)]


def written(path: Path, *reports: dict[str, Any]) -> bytes:
    channel = ReportChannel(str(path))
    for report in reports:
        channel.append(dumps(report))
    channel.close()
    return path.read_bytes()


def numbers_in(data: bytes) -> list[int]:
    return [int(line.split(b" ")[1]) for line in data.splitlines()]


def test_form_of_a_line(tmp_path: Path) -> None:
    data = written(tmp_path / "reports.jsonl", {"loss": 0.5}, {"loss": float("nan")})
    bodies = [b'0 {"loss":0.5}', b'1 {"loss":{"$float":"nan"}}']
    assert data == b"".join(b"%08x %s\n" % (zlib.crc32(body), body) for body in bodies)
    assert repr(read_channel(data)) == f"([{{'loss': 0.5}}, {{'loss': nan}}], {len(data)}, 0)"


def test_next_process_goes_on_counting(tmp_path: Path) -> None:
    path = tmp_path / "reports.jsonl"
    written(path, {"n": 0}, {"n": 1})
    data = written(path, {"n": 2})
    assert numbers_in(data) == [0, 1, 2]
    assert read_channel(data)[0] == [{"n": 0}, {"n": 1}, {"n": 2}]


def test_two_writers_take_turns(tmp_path: Path) -> None:
    path = str(tmp_path / "reports.jsonl")
    one, two = ReportChannel(path), ReportChannel(path)
    for n in range(10):
        (one if n % 3 else two).append(dumps({"n": n}))
    one.close()
    two.close()
    data = Path(path).read_bytes()
    assert numbers_in(data) == list(range(10))
    assert [report["n"] for report in read_channel(data)[0]] == list(range(10))


def test_torn_line_is_closed_and_skipped_wherever_it_ends(tmp_path: Path) -> None:
    """A process may die at any byte of a line; the next one loses nothing, and nothing wrong is read."""
    whole = written(tmp_path / "whole", {"n": 0}, {"n": 1})
    start_of_last = whole.index(b"\n") + 1
    for length in range(start_of_last, len(whole) + 1):
        path = tmp_path / f"torn-{length}"
        path.write_bytes(whole[:length])
        assert read_channel(path.read_bytes())[1] == (length if length == len(whole) else start_of_last)
        reports, consumed, damaged = read_channel(written(path, {"n": 2}))
        is_last_whole = length >= len(whole) - 1  # all of it but the newline
        assert [report["n"] for report in reports] == ([0, 1, 2] if is_last_whole else [0, 2])
        assert consumed == path.stat().st_size
        assert damaged == (0 if is_last_whole or length == start_of_last else 1)


@given(data=st.data())
def test_damaged_bytes_cost_their_line_only(data: st.DataObject, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("channel") / "reports.jsonl"
    intact = written(path, *({"n": n, "loss": n / 7} for n in range(5)))
    position = data.draw(st.integers(0, len(intact) - 1))
    byte = data.draw(st.integers(0, 255))
    if intact[position] in b"\n" or byte in b"\n":
        return
    reports, consumed, damaged = read_channel(intact[:position] + bytes([byte]) + intact[position + 1 :])
    hit = intact[:position].count(b"\n")
    if damaged == 0:
        assert intact[position] == byte
    else:
        assert damaged == 1
        assert [report["n"] for report in reports] == [n for n in range(5) if n != hit]
    assert consumed == len(intact)


def test_reading_in_pieces(tmp_path: Path) -> None:
    data = written(tmp_path / "reports.jsonl", *({"n": n, "text": "x" * n} for n in range(50)))
    found: list[dict[str, Any]] = []
    start = 0
    for end in range(0, len(data) + 1, 7):
        reports, consumed, _ = read_channel(data[start:end])
        found += reports
        start += consumed
    found += read_channel(data[start:])[0]
    assert [report["n"] for report in found] == list(range(50))


def test_killed_writers_lose_nothing_they_finished(tmp_path: Path) -> None:
    """Processes are killed while they report; each of their reports before the one in progress is there."""
    channel = tmp_path / "reports.jsonl"
    script = """
import sys
from syne_tune import Reporter
report = Reporter()
for n in range(10**9):
    report(n=n, padding="x" * 5000)
    sys.stderr.write(f"{n}\\n")
    sys.stderr.flush()
"""
    stream = random.Random(3)
    environment = {**os.environ, ENV_REPORT_CHANNEL: str(channel)}
    for _ in range(4):
        size_before = channel.stat().st_size if channel.exists() else 0
        with subprocess.Popen(
            [sys.executable, "-c", script], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment
        ) as process:
            assert process.stderr is not None
            lines = [process.stderr.readline() for _ in range(stream.randrange(1, 200))]
            process.send_signal(signal.SIGKILL)
            num_finished = len(lines) + process.stderr.read().count(b"\n")
        reports, _, damaged = read_channel(channel.read_bytes()[size_before:])
        assert damaged == 0
        assert [report["n"] for report in reports] == list(range(len(reports)))
        assert len(reports) >= num_finished
    assert numbers_in(channel.read_bytes()) == list(range(len(numbers_in(channel.read_bytes()))))


def test_disk_that_fills_up_in_the_middle_of_a_line(tmp_path: Path) -> None:
    """The report fails with an error that says why; what follows once there is space is not affected."""
    path = tmp_path / "reports.jsonl"
    script = f"""
import resource, signal
from syne_tune.errors import ReportError
from syne_tune.report_channel import append_report
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
append_report({str(path)!r}, '{{"n":0}}')
soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (50, hard))
try:
    append_report({str(path)!r}, '{{"n":1,"padding":"' + "x" * 100 + '"}}')
except ReportError as error:
    print(error)
resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
append_report({str(path)!r}, '{{"n":2}}')
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=120, check=True)
    assert "could not be written" in done.stdout
    assert "File too large" in done.stdout
    reports, _, damaged = read_channel(path.read_bytes())
    assert reports == [{"n": 0}, {"n": 2}]
    assert damaged == 1


def test_unwritable_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="Is a directory"):
        append_report(str(tmp_path), "{}")
