from __future__ import annotations

from syne_tune.report_block import ReportBlock


def block(elapsed_before: float = 0.0, since: float = 0.0) -> ReportBlock:
    rows = [[0.1, 1], [0.2, 1], [0.3, 2]]
    return ReportBlock(("loss", "epoch"), [4, 7, 4], [1.5, 2.5, 1e17], rows, [("on", {})], {}, elapsed_before, since)


def test_reports_are_dictionaries_when_asked_for() -> None:
    assert len(block()) == 3
    assert list(block().results()) == [block().result(i) for i in range(3)]
    assert block().result(2) == {"loss": 0.3, "epoch": 2}
    assert block().by_trial == {4: (2, 2), 7: (1, 1)}
    assert ReportBlock((), [], [], []).by_trial == {}


def test_reports_that_somebody_changes_are_their_own() -> None:
    first, *_ = block().results()
    first["loss"] = None
    assert block().result(0)["loss"] == 0.1
    empty = ReportBlock((), [1, 2], [1.0, 2.0], [(), ()])
    assert list(empty.results()) == [{}, {}]
    assert empty.row_texts == ["", ""]


def test_running_time_counts_from_its_origin() -> None:
    assert block().elapsed() == [1.5, 2.5, 1e17]
    assert block(10.0, 1.0).elapsed()[:2] == [10.5, 11.5]


def test_texts_read_back_exactly_and_can_be_dropped() -> None:
    one = block(10.0, 1.0)
    assert one.row_texts == ["0.1,1", "0.2,1", "0.3,2"]
    assert list(map(float, one.time_texts)) == one.times
    assert list(map(float, one.elapsed_texts)) == one.elapsed()
    one.drop_texts()
    assert vars(one).keys().isdisjoint({"row_texts", "time_texts"})
    assert one.time_texts[0] == "1.5"
