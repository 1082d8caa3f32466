"""What jobs print, as CloudWatch Logs has it: read from where the last reading ended, over all streams of a job."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from syne_tune.backend.sagemaker_backend.request_rate import RequestRate, error_code, error_message
from syne_tune.errors import BackendError
from syne_tune.optional import require

logger = logging.getLogger(__name__)

LOG_GROUP = "/aws/sagemaker/TrainingJobs"

_FULL_PAGE = 1000
_READS_PER_DISCOVERY = 20
_HOST = re.compile(r"algo-\d+")


class LogLine(NamedTuple):
    """One event.

    Args:
        host: Which machine of the job printed it, for instance ``"algo-1"``.
        time: Milliseconds since the epoch.
        text: The line.
    """

    host: str
    time: int
    text: str


@dataclass
class _Position:
    """How far the streams of a job have been read: token by name of stream, and how long they were not looked for."""

    tokens: dict[str, str | None] = field(default_factory=dict)
    reads: int = 0


class JobLogs:
    """Reads the logs of jobs.

    Args:
        client: Of ``boto3``, for Logs.
        rate: Sends the requests.

    Attributes:
        is_forbidden: Whether the credentials do not allow to read logs; then all logs look empty.
    """

    def __init__(self, client: Any, rate: RequestRate) -> None:
        self.is_forbidden = False
        self._client = client
        self._rate = rate
        self._positions: dict[str, _Position] = {}

    def read(self, job: str, num_hosts: int = 1, to_the_end: bool = False) -> list[LogLine]:
        """Lines that have appeared since the last call, in order within each stream.

        Lines that appear late, with a time before that of others which have been returned, are missed; see
        :meth:`read_since`.

        Args:
            job: Name of the job.
            num_hosts: How many machines it runs on: until there are as many streams, more are looked for every time.
            to_the_end: Whether to read on until there is nothing more, instead of leaving the rest to the next call.
        """
        position = self._positions.setdefault(job, _Position())
        if len(position.tokens) < num_hosts or to_the_end or position.reads % _READS_PER_DISCOVERY == 0:
            for name in self._streams(job):
                position.tokens.setdefault(name, None)
        position.reads += 1
        lines: list[LogLine] = []
        for name in position.tokens:
            lines += self._read_on(name, position, to_the_end)
        return lines

    def read_since(self, job: str, time: int) -> list[LogLine]:
        """All lines from some time on, those that have appeared late included.

        Args:
            job: Name of the job.
            time: Milliseconds since the epoch.
        """
        position = _Position(dict.fromkeys(self._streams(job)))
        return [line for name in position.tokens for line in self._read_on(name, position, True, startTime=time)]

    def lines(self, job: str) -> list[str]:
        """All lines of a job, stream by stream."""
        return [line.text for line in self.read_since(job, 0)]

    def tail(self, job: str, number: int) -> list[str]:
        """The last lines of the stream that was written last."""
        names = self._streams(job)
        if not names:
            return []
        answer = self._get(names[-1], limit=number, startFromHead=False)
        return [event["message"].rstrip("\n") for event in answer.get("events", [])]

    def forget(self, job: str) -> None:
        """Drops the position in the streams of a job that need not be read any more."""
        self._positions.pop(job, None)

    def _read_on(self, stream: str, position: _Position, to_the_end: bool, **conditions: Any) -> Iterator[LogLine]:
        found = _HOST.match(stream.partition("/")[2])
        host = found[0] if found else stream
        while True:
            token = position.tokens[stream]
            where = {"startFromHead": True} if token is None else {"nextToken": token, "startFromHead": True}
            answer = self._get(stream, **where, **conditions)
            events = answer.get("events", [])
            yield from (LogLine(host, event["timestamp"], event["message"]) for event in events)
            position.tokens[stream] = answer.get("nextForwardToken", token)
            is_end = position.tokens[stream] == token
            if is_end or (not to_the_end and len(events) < _FULL_PAGE):
                return

    def _streams(self, job: str) -> list[str]:
        names: list[str] = []
        arguments = {"logGroupName": LOG_GROUP, "logStreamNamePrefix": f"{job}/"}
        while True:
            page = self._call(self._client.describe_log_streams, arguments)
            names += [stream["logStreamName"] for stream in page.get("logStreams", [])]
            if not page.get("nextToken"):
                return names
            arguments["nextToken"] = page["nextToken"]

    def _get(self, stream: str, **arguments: Any) -> dict[str, Any]:
        where = {"logGroupName": LOG_GROUP, "logStreamName": stream}
        return self._call(self._client.get_log_events, where | arguments)

    def _call(self, operation: Any, arguments: dict[str, Any]) -> dict[str, Any]:
        """The answer; an empty one if there is no such log yet, or it must not be read."""
        if self.is_forbidden:
            return {}
        exceptions = require("botocore.exceptions", "aws")
        try:
            answer: dict[str, Any] = self._rate.call(operation, **arguments)
        except exceptions.ClientError as error:
            if "AccessDenied" in error_code(error):
                logger.warning("Logs of jobs cannot be read (%s); reports arrive later, by way of S3", error)
                self.is_forbidden = True
            elif error_code(error) != "ResourceNotFoundException":
                raise BackendError(f"Logs of jobs cannot be read: {error_message(error)}") from error
            return {}
        return answer
