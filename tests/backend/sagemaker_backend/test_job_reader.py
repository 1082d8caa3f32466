"""Reports of one job: quickly from the log, surely from the channel. Log and channel are made up here."""

from __future__ import annotations

import datetime
import json
from typing import Any, cast

from syne_tune.backend.sagemaker_backend.job_end import JobEnd
from syne_tune.backend.sagemaker_backend.job_logs import JobLogs, LogLine
from syne_tune.backend.sagemaker_backend.job_reader import JobReader, Patience
from syne_tune.backend.sagemaker_backend.report_files import ReportFile
from syne_tune.constants import ST_WORKER_ITER, ST_WORKER_TIMESTAMP
from syne_tune.trial import Result, Status

COMPLETED = JobEnd(Status.completed, datetime.datetime.now(datetime.timezone.utc))
PATIENCE = Patience(log=10.0, gap=3.0, longest=30.0)


class Sources:
    """A log, of which new lines are read once, and a channel."""

    def __init__(self) -> None:
        self.new: list[int] = []
        self.all: list[int] = []
        self.channel: list[int] | None = None
        self.is_forbidden = False
        self.reader = JobReader("job", 1, cast(JobLogs, self), cast(ReportFile, self), PATIENCE)

    def read(self, job: str, num_hosts: int) -> list[LogLine]:
        read, self.new = self.new, []
        return [line(number) for number in read]

    def read_since(self, job: str, time: int) -> list[LogLine]:
        return [found for found in map(line, self.all) if found.time >= time]

    def forget(self, job: str) -> None:
        self.new = []

    def read_on(self) -> list[Result] | None:
        return None if self.channel is None else [report(number) for number in self.channel]

    read_all = read_on

    def look(self, now: float) -> list[int]:
        return [made.report[ST_WORKER_ITER] for made in self.reader.look(now, 0.5)]

    def finish(self, now: float, **facts: Any) -> list[int] | None:
        made = self.reader.finish(JobEnd(**{**COMPLETED.__dict__, **facts}), now)
        return None if made is None else [one.report[ST_WORKER_ITER] for one in made]


def report(number: int) -> Result:
    return {ST_WORKER_ITER: number, ST_WORKER_TIMESTAMP: 100.0 + number}


def line(number: int) -> LogLine:
    return LogLine("algo-1", 1000 * (100 + number), f"[tune-metric]: {json.dumps(report(number))}")


def test_looks_are_frequent_while_there_are_reports_and_rare_otherwise() -> None:
    sources, now = Sources(), 0.0
    for number in range(5):
        sources.new = [number]
        assert sources.look(now) == [number]
        now = sources.reader.due
    assert now == 2.5
    for _ in range(30):
        sources.look(now)
        before, now = now, sources.reader.due
    assert now - before == PATIENCE.longest


def test_a_gap_is_filled_from_the_channel_after_a_while() -> None:
    sources = Sources()
    sources.new, sources.channel = [0, 2], [0, 1]
    assert sources.look(0.0) == [0]
    assert sources.look(1.0) == []
    assert sources.look(4.0) == [1, 2]


def test_a_gap_is_filled_from_the_log_if_there_is_no_channel() -> None:
    sources = Sources()
    sources.new, sources.all = [0, 2], [0, 1, 2]
    sources.look(0.0)
    assert sources.look(4.0) == [1, 2]


def test_a_silent_log_is_no_silent_job() -> None:
    sources = Sources()
    sources.channel = [0, 1]
    sources.look(0.0)
    assert sources.look(4.0) == [0, 1]


def test_the_end_of_a_job_with_channel_needs_no_log() -> None:
    sources = Sources()
    sources.new, sources.channel = [0], [0, 1, 2]
    assert sources.look(0.0) == [0]
    assert sources.finish(1.0) == [1, 2]


def test_the_end_of_a_job_without_channel_waits_for_the_log() -> None:
    sources = Sources()
    assert sources.finish(0.0) is None
    sources.all = [0, 1]
    assert sources.finish(9.0) is None
    assert sources.finish(11.0) == [0, 1]


def test_a_job_that_never_trained_is_not_waited_for() -> None:
    assert Sources().finish(0.0, has_trained=False) == []


def test_after_an_interruption_the_log_may_have_what_the_channel_lacks() -> None:
    sources = Sources()
    sources.all, sources.channel = [0, 1, 2, 3], [0, 1]
    assert sources.finish(0.0, may_lack_reports=True) == [0, 1, 2, 3]
