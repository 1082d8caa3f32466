"""The log: exact round trips, torn tails cut, damage elsewhere refused, a full disk said."""

import errno
import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from syne_tune.errors import EventLogError
from syne_tune.event_lines import decode_line, encode_event
from syne_tune.event_log import EventLog, read_events
from syne_tune.report_block import ReportBlock


@pytest.fixture
def path(tmp_path):
    return tmp_path / "events.jsonl"


def fill(path, count):
    log = EventLog(path)
    for number in range(count):
        log.append("user", now=1000.0 + number, elapsed=0.5 * number, action="note", details={"number": number})
    log.close()


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(fields=st.dictionaries(st.text(min_size=1), values, max_size=4))
def test_line_round_trip_is_exact(fields):
    assert decode_line(encode_event(fields)) == fields


def test_numbering_continues_after_reopening(path):
    fill(path, 3)
    fill(path, 2)
    assert [event["seq"] for event in read_events(path)] == [0, 1, 2, 3, 4]


def test_truncation_at_every_byte_keeps_all_whole_lines(path):
    fill(path, 4)
    data = path.read_bytes()
    for length in range(len(data) + 1):
        path.write_bytes(data[:length])
        whole = data[:length].count(b"\n")
        assert len(list(read_events(path))) == whole
        log = EventLog(path)
        assert log.num_events == whole
        log.close()
        assert path.read_bytes() == b"".join(data.splitlines(keepends=True)[:whole])


@settings(max_examples=60)
@given(position=st.integers(0, 400), flip=st.integers(1, 255))
def test_damage_is_never_taken_for_an_event(tmp_path_factory, position, flip):
    path = tmp_path_factory.mktemp("log") / "events.jsonl"
    fill(path, 4)
    data = bytearray(path.read_bytes())
    position %= len(data)
    data[position] ^= flip
    path.write_bytes(data)
    original = [{"number": n} for n in range(4)]
    try:
        events = list(read_events(path))
    except EventLogError as error:
        assert "damaged or missing" in str(error)
    else:  # only the last line may vanish without an error
        assert [event["details"] for event in events] in (original, original[:3])


def test_missing_line_is_an_error_that_names_the_line(path):
    fill(path, 4)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:1] + lines[2:]))
    with pytest.raises(EventLogError, match="line 2 is damaged or missing"):
        list(read_events(path))


def test_foreign_file_is_empty_but_an_intact_tail_betrays_it(path):
    fill(path, 1)
    path.write_bytes(b"something else\n" + path.read_bytes())
    with pytest.raises(EventLogError, match="line 1"):
        EventLog(path)


def test_non_finite_floats_survive(path):
    log = EventLog(path)
    log.append("report", now=0.0, elapsed=0.0, result={"a": float("inf"), "b": float("nan"), "c": -0.0})
    log.close()
    (event,) = read_events(path)
    assert event["result"]["a"] == float("inf")
    assert event["result"]["b"] != event["result"]["b"]
    assert str(event["result"]["c"]) == "-0.0"


@pytest.mark.parametrize("partial", [True, False])
def test_full_disk_is_said_and_leaves_the_log_intact(path, monkeypatch, partial):
    fill(path, 2)
    log = EventLog(path)
    real_write = os.write

    def write(fd, data):
        if partial:
            return real_write(fd, data[: len(data) // 2])
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "write", write)
    with pytest.raises(EventLogError, match="Free space on this disk"):
        log.append("user", now=0.0, elapsed=0.0)
    monkeypatch.undo()
    log.append("user", now=0.0, elapsed=0.0)
    log.close()
    assert len(list(read_events(path))) == 3


def test_events_that_happen_at_once_are_one_write(path, monkeypatch):
    fill(path, 1)
    log, writes, real_write = EventLog(path), [], os.write
    monkeypatch.setattr(os, "write", lambda fd, data: writes.append(data) or real_write(fd, data))
    events = log.append_together("user", 3.0, 2.0, [{"action": "one"}, {"action": "two"}])
    assert log.append_together("user", 3.0, 2.0, []) == []
    assert len(writes) == 1
    log.close()
    assert [event["seq"] for event in events] == [1, 2]
    assert list(read_events(path))[1:] == events


def test_of_events_that_happen_at_once_none_is_kept_if_the_disk_is_full(path, monkeypatch):
    fill(path, 1)
    log, real_write = EventLog(path), os.write
    monkeypatch.setattr(os, "write", lambda fd, data: real_write(fd, data[:-5]))
    with pytest.raises(EventLogError, match="cannot append event 1"):
        log.append_together("user", 3.0, 2.0, [{"action": "one"}, {"action": "two"}])
    monkeypatch.undo()
    assert log.append("user", now=0.0, elapsed=0.0)["seq"] == 1
    log.close()
    assert len(list(read_events(path))) == 2


def block_of_reports() -> ReportBlock:
    answers = [("on", {"next": 3}), ("on and on", {})]
    return ReportBlock(("loss", "epoch"), [0, 1], [5.0, 6.5], [[0.1, 1], [0.3, 2]], answers, {0: 0, 1: 1}, 1.0, 2.0)


def test_readers_see_the_reports_of_a_block_one_by_one(tmp_path):
    path = tmp_path / "events.jsonl"
    with EventLog(path) as log:
        log.append("user", now=0.0, elapsed=0.0)
        log.append_block(block_of_reports())
        assert log.append("user", now=7.0, elapsed=6.0)["seq"] == 3
    events = list(read_events(path))
    assert [event["seq"] for event in events] == [0, 1, 2, 3]
    first, second = events[1:3]
    assert (first["kind"], first["result"], first["facts"]) == ("report", {"loss": 0.1, "epoch": 1}, {"next": 3})
    assert (second["time"], second["elapsed"], second["reason"]) == (6.5, 5.5, "on and on")
    with EventLog(path) as log:
        assert (log.num_events, log.first_time, log.last_time, log.last_elapsed) == (4, 0.0, 7.0, 6.0)


def test_a_block_that_was_cut_short_is_dropped_as_a_whole(tmp_path):
    path = tmp_path / "events.jsonl"
    with EventLog(path) as log:
        log.append_block(block_of_reports())
        log.append_block(block_of_reports())
    content = path.read_bytes()
    path.write_bytes(content[:-1])
    assert [event["seq"] for event in read_events(path)] == [0, 1]
    with EventLog(path) as log:
        assert (log.num_events, log.last_elapsed) == (2, 5.5)


def test_a_buffered_log_is_written_when_it_is_flushed_or_closed(tmp_path):
    path = tmp_path / "events.jsonl"
    with EventLog(path, is_buffered=True) as log:
        log.append("user", now=0.0, elapsed=0.0)
        assert path.read_bytes() == b""
        log.flush()
        assert len(list(read_events(path))) == 1
        log.append("user", now=0.0, elapsed=0.0)
    assert len(list(read_events(path))) == 2
