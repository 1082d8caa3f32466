"""Reading logs: each event once, over all streams, whatever their pages look like. CloudWatch is made up here."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from syne_tune.backend.sagemaker_backend.job_logs import JobLogs
from syne_tune.backend.sagemaker_backend.request_rate import RequestRate
from syne_tune.errors import BackendError


class CloudWatch:
    """Streams of events; pages of ``page`` events, streams listed two at a time."""

    def __init__(self, page: int = 1000) -> None:
        self.streams: dict[str, list[tuple[int, str]]] = {}
        self.num_events_sent = 0
        self.refusal: ClientError | None = None
        self._page = page

    def describe_log_streams(self, logStreamNamePrefix: str, nextToken: str = "0", **_: Any) -> dict[str, Any]:
        if self.refusal is not None:
            raise self.refusal
        names = sorted(name for name in self.streams if name.startswith(logStreamNamePrefix))
        start = int(nextToken)
        chosen = [{"logStreamName": name} for name in names[start : start + 2]]
        return {"logStreams": chosen, "nextToken": str(start + 2) if start + 2 < len(names) else None}

    def get_log_events(
        self,
        logStreamName: str,
        nextToken: str = "0",
        startTime: int = 0,
        limit: int | None = None,
        **_: Any,
    ) -> dict[str, Any]:
        events = [event for event in self.streams[logStreamName] if event[0] >= startTime]
        start = int(nextToken)
        chosen = events[-limit:] if limit else events[start : start + self._page]
        self.num_events_sent += len(chosen)
        sent = [{"timestamp": time, "message": text} for time, text in chosen]
        return {"events": sent, "nextForwardToken": str(start + len(chosen))}


@pytest.fixture
def watch() -> CloudWatch:
    return CloudWatch()


def logs_of(watch: CloudWatch) -> JobLogs:
    return JobLogs(watch, RequestRate(per_second=1000.0))


def texts(lines: Any) -> list[str]:
    return [line.text for line in lines]


def test_w42_each_event_is_sent_once(watch: CloudWatch) -> None:
    logs = logs_of(watch)
    assert logs.read("job") == []
    watch.streams["job/algo-1-5"] = [(1, "a"), (2, "b")]
    watch.streams["jobs/algo-1-5"] = [(1, "of another job")]
    assert texts(logs.read("job")) == ["a", "b"]
    watch.streams["job/algo-1-5"].append((3, "c"))
    assert texts(logs.read("job")) == ["c"]
    assert logs.read("job") == []
    assert watch.num_events_sent == 3


def test_w42_all_streams_are_read_not_only_the_first_page_of_them(watch: CloudWatch) -> None:
    for host in range(1, 6):
        watch.streams[f"job/algo-{host}-77"] = [(host, f"host {host}")]
    lines = logs_of(watch).read("job", num_hosts=5)
    assert [(line.host, line.text) for line in lines] == [(f"algo-{host}", f"host {host}") for host in range(1, 6)]


def test_a_stream_that_appears_later_is_found(watch: CloudWatch) -> None:
    """After an interruption, a job has another stream."""
    logs = logs_of(watch)
    watch.streams["job/algo-1-5"] = [(1, "a")]
    logs.read("job")
    watch.streams["job/algo-1-9"] = [(9, "again")]
    assert texts(line for _ in range(30) for line in logs.read("job")) == ["again"]
    assert texts(logs.read_since("job", 2)) == ["again"]


def test_many_pages() -> None:
    watch = CloudWatch(page=10)
    watch.streams["job/algo-1-5"] = [(n, str(n)) for n in range(35)]
    logs = logs_of(watch)
    assert len(logs.read("job")) == 10  # the rest has time until the next look
    assert texts(logs.read("job", to_the_end=True)) == [str(n) for n in range(10, 35)]
    assert logs.lines("job") == [str(n) for n in range(35)]
    assert logs.tail("job", 3) == ["32", "33", "34"]


def test_logs_that_must_not_be_read_look_empty(watch: CloudWatch, caplog: pytest.LogCaptureFixture) -> None:
    logs = logs_of(watch)
    watch.refusal = ClientError({"Error": {"Code": "AccessDeniedException", "Message": "no"}}, "DescribeLogStreams")
    assert logs.read("job") == []
    assert logs.is_forbidden
    assert "by way of S3" in caplog.text
    assert logs.tail("job", 3) == []


def test_other_refusals_are_errors(watch: CloudWatch) -> None:
    watch.refusal = ClientError({"Error": {"Code": "InvalidParameterException", "Message": "odd"}}, "X")
    with pytest.raises(BackendError, match="odd"):
        logs_of(watch).read("job")
