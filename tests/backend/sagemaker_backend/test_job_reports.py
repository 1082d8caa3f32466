"""Reports of one job, put together from a log and a channel: whatever is late or missing, each once and in order."""

from __future__ import annotations

import json
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from syne_tune.backend.sagemaker_backend.job_logs import LogLine
from syne_tune.backend.sagemaker_backend.job_reports import JobReports, MadeReport
from syne_tune.constants import ST_WORKER_ITER, ST_WORKER_TIMESTAMP
from syne_tune.trial import Result


def report(number: int, attempt: int = 0) -> Result:
    return {"epoch": number, ST_WORKER_TIMESTAMP: 1000.0 * attempt + number, ST_WORKER_ITER: number}


def line(made: Result, host: str = "algo-1") -> LogLine:
    return LogLine(host, int(1000 * made.get(ST_WORKER_TIMESTAMP, 0)), f"[tune-metric]: {json.dumps(made)}")


def bare(taken: Sequence[MadeReport]) -> list[Result]:
    return [made.report for made in taken]


class TestLog:
    def test_reports_come_in_order_and_once(self) -> None:
        reports = JobReports()
        reports.add_lines([line(report(0)), LogLine("algo-1", 5, "epoch 1 of 7"), line(report(1))])
        reports.add_lines([line(report(1)), line(report(2))])
        assert bare(reports.take()) == [report(0), report(1), report(2)]
        assert reports.take() == []

    def test_a_report_waits_for_its_predecessor(self) -> None:
        reports = JobReports()
        reports.add_lines([line(report(0)), line(report(2))])
        assert bare(reports.take()) == [report(0)]
        assert reports.lacks
        assert reports.missing_since == 0
        reports.add_lines([line(report(1))])
        assert bare(reports.take()) == [report(1), report(2)]
        assert not reports.lacks

    def test_reports_of_another_reporter_come_as_they_are_read(self) -> None:
        reports = JobReports()
        lines = [line({"loss": 2.0}), line({"loss": 2.0})]
        reports.add_lines(lines)
        assert bare(reports.take()) == [{"loss": 2.0}, {"loss": 2.0}]
        reports.add_lines([*lines, line({"loss": 3.0})])
        assert bare(reports.take()) == [{"loss": 3.0}]

    def test_w42_each_report_of_several_machines_counts_once(self) -> None:
        reports = JobReports()
        reports.add_lines([line(report(n), host) for n in range(3) for host in ("algo-1", "algo-2")])
        assert bare(reports.take() + reports.take_rest()) == [report(0), report(1), report(2)]

    def test_if_the_first_machine_is_silent_the_next_counts(self) -> None:
        reports = JobReports()
        reports.add_lines([line(report(n), host) for n in range(2) for host in ("algo-10", "algo-9")])
        assert reports.take() == []
        assert bare(reports.take_rest()) == [report(0), report(1)]


class TestChannel:
    def test_channel_fills_gaps(self) -> None:
        reports = JobReports()
        reports.add_lines([line(report(3))])
        reports.add_channel([report(0), report(1), report(2)])
        assert bare(reports.take()) == [report(n) for n in range(4)]

    def test_nothing_is_missing_within_a_channel(self) -> None:
        """Two reporters in one script have numbers of their own."""
        mixed = [report(0), {**report(0), ST_WORKER_TIMESTAMP: 0.5}, report(1), {**report(1), ST_WORKER_TIMESTAMP: 1.5}]
        reports = JobReports()
        reports.add_channel(mixed)
        assert bare(reports.take()) == mixed


class TestRestart:
    def test_a_job_that_begins_anew_first_has_its_channel_read(self) -> None:
        reports = JobReports()
        reports.add_lines([line(report(0)), line(report(0, attempt=1))])
        assert bare(reports.take()) == [report(0)]
        assert reports.lacks
        reports.add_channel([report(0), report(1)])
        assert reports.take() == [
            MadeReport(report(1), False),
            MadeReport(report(0, attempt=1), True),
        ]

    def test_an_empty_channel_is_an_answer(self) -> None:
        reports = JobReports()
        reports.add_lines([line(report(0)), line(report(0, attempt=1))])
        reports.take()
        reports.add_channel([])
        assert reports.take() == [MadeReport(report(0, attempt=1), True)]


@given(st.data())
def test_however_they_arrive_each_report_is_taken_once_and_in_order(data: st.DataObject) -> None:
    """The log is shuffled, doubled, partly lost, and read in pieces; the channel is read whole at the end."""
    made = [report(n) for n in range(data.draw(st.integers(1, 12), label="reports"))]
    seen = data.draw(st.lists(st.sampled_from(made), max_size=24), label="log")
    cuts = sorted(data.draw(st.lists(st.integers(0, len(seen)), max_size=4), label="readings"))
    prefix = data.draw(st.integers(0, len(made)), label="channel meanwhile")
    reports, taken = JobReports(), []
    for start, end in zip([0, *cuts], [*cuts, len(seen)], strict=True):
        reports.add_lines(map(line, seen[start:end]))
        taken += bare(reports.take())
        assert taken == made[: len(taken)]
    reports.add_channel(made[:prefix])
    taken += bare(reports.take())
    assert taken == made[: len(taken)]
    assert len(taken) >= prefix
    reports.add_channel(made)
    assert taken + bare(reports.take_rest()) == made
