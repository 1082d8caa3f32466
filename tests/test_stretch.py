from __future__ import annotations

from pathlib import Path

import pytest

from syne_tune import number_texts
from syne_tune.event_lines import decode_line, decode_stretch, encode_stretch
from syne_tune.event_log import EventLog, read_events
from syne_tune.report_block import Wording
from syne_tune.stretch import COMPLETE, GO_ON, NO_ANSWER, PAUSE, RESUME, START, STOP, Stretch

ANSWERS = [("a draw", {}), ("goes on", {}), ("too bad", {"rank": 2}), ("wait", {})]


def stretch() -> Stretch:
    return Stretch(
        letters=START + GO_ON + STOP + START + PAUSE + RESUME + GO_ON + COMPLETE,
        trial_ids=[0, 0, 0, 1, 1, 1, 1, 1],
        times=[0.0, 1.5, 2.5, 2.5, 3.0, 3.0, 4.25, 4.25],
        names=("loss", "epoch"),
        rows=[(0.1, 1), (0.3, 2), (0.7, 1), (0.6, 2)],
        configs=[{"x": 1}, {"x": 2, "y": "a"}, None],
        answers=ANSWERS,
        answer_of=[0, 1, 2, 0, 3, 0, 1],
        elapsed_before=10.0,
        since=1.0,
    )


def test_events_are_those_of_single_lines() -> None:
    events = list(stretch().events(7))
    assert [event["seq"] for event in events] == list(range(7, 15))
    kinds = "suggest report report suggest report suggest report status"
    assert [event["kind"] for event in events] == kinds.split()
    assert events[2] == {
        "seq": 9,
        "time": 2.5,
        "elapsed": 11.5,
        "kind": "report",
        "trial_id": 0,
        "result": {"loss": 0.3, "epoch": 2},
        "status": "InProgress",
        "decision": "STOP",
        "reason": "too bad",
        "facts": {"rank": 2},
    }
    assert [event["action"] for event in events if event["kind"] == "suggest"] == ["start", "start", "resume"]
    assert [event["config"] for event in events if event["kind"] == "suggest"] == [{"x": 1}, {"x": 2, "y": "a"}, None]
    assert events[-1]["status"] == "Completed"


def test_reports_come_as_a_block_with_their_decisions() -> None:
    block = stretch().block
    assert block.trial_ids == [0, 0, 1, 1]
    assert block.decisions == ["CONTINUE", "STOP", "PAUSE", "CONTINUE"]
    assert block.elapsed() == [10.5, 11.5, 12.0, 13.25]
    assert block.time_texts == ["1.5", "2.5", "3.0", "4.25"]
    only_one = Stretch(GO_ON, [3], [1.0], ("loss",), [(0.5,)], [], [("on", {})], [0])
    assert only_one.block.decisions is None


def test_a_line_of_the_log_holds_all_of_it() -> None:
    one = stretch()
    line = encode_stretch(7, one)
    assert line.count(b"\n") == 1
    one.drop_texts()
    assert encode_stretch(7, one) == line


def odd_stretch() -> Stretch:
    """Numbers and other values for which there is no quick way to write them."""
    one = stretch()
    one.times[-1] = 1e16
    one.rows = [(1e-5, 1), (-0.0, 2**70), (1e300, 3), (0.6, -4)]
    one.configs = [{"x": 1e-7}, {"x": True, "y": None, "z": "a,b"}, None]
    one.answer_of = [0, -1, -1, 0, -1, 0, 1]
    one.worded = [(Wording("rank {rank}", ("rank", "cutoff")), [(1, None), (2, 1e-5), (3, float("inf"))])]
    return one


def test_odd_values_are_read_back_exactly(monkeypatch: pytest.MonkeyPatch) -> None:
    line = encode_stretch(7, odd_stretch())
    event = decode_line(line)
    assert event is not None
    assert str(list(decode_stretch(event).events(7))) == str(list(odd_stretch().events(7)))
    monkeypatch.setattr(number_texts, "_quick_dumps", lambda: None)
    assert encode_stretch(7, odd_stretch()) == line


def test_older_lines_hold_columns() -> None:
    event = decode_line(encode_stretch(7, stretch()))
    assert event is not None
    event["columns"] = list(zip(*event.pop("rows"), strict=True))
    assert list(decode_stretch(event).events(7)) == list(stretch().events(7))


def test_readers_and_those_who_append_see_single_events(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    with EventLog(path, is_buffered=True) as log:
        log.append("session", now=0.0, elapsed=0.0)
        log.append_stretch(stretch())
        assert log.num_events == 9
        log.append("end", now=5.0, elapsed=14.0, reason="done")
    events = list(read_events(path))
    assert events[1:-1] == list(stretch().events(1))
    with EventLog(path) as again:
        assert (again.num_events, again.last_elapsed) == (10, 14.0)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:-1]))
    with EventLog(path) as again:
        assert (again.num_events, again.last_time, again.last_elapsed) == (9, 4.25, 13.25)
    path.write_bytes(lines[0] + lines[1][:-5])
    assert [event["kind"] for event in read_events(path)] == ["session"]


def test_nothing_but_a_start_and_an_end_can_be_written() -> None:
    short = Stretch(START + COMPLETE, [0, 1], [1.0, 2.0], (), [], [{"x": 0.5}], [("a draw", {})], [0])
    event = decode_line(encode_stretch(0, short))
    assert event is not None
    assert list(decode_stretch(event).events(0)) == list(short.events(0))
    assert NO_ANSWER not in short.answer_of
