"""The operations of CloudWatch Logs that training jobs and their readers need."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from syne_tune.jobs.api_error import ApiError
from syne_tune.jobs.http_message import DEFAULT_REGION
from syne_tune.jobs.log_store import LogEvent, LogStore
from syne_tune.jobs.paging import page
from syne_tune.jobs.training_job import ACCOUNT

_MOST_EVENTS = 10_000

Operation = Callable[[Mapping[str, Any], str], dict[str, Any]]
"""From a request and its region to the answer."""


class LogsApi:
    """Answers Logs requests from a log store."""

    def __init__(self, store: LogStore) -> None:
        self._store = store
        self.operations: Mapping[str, Operation] = {
            "CreateLogGroup": self._create_group,
            "CreateLogStream": self._create_stream,
            "DeleteLogGroup": self._delete_group,
            "DeleteLogStream": self._delete_stream,
            "DescribeLogGroups": self._describe_groups,
            "DescribeLogStreams": self._describe_streams,
            "PutLogEvents": self._put_events,
            "GetLogEvents": self._get_events,
            "FilterLogEvents": self._filter_events,
        }

    def _create_group(self, request: Mapping[str, Any], region: str) -> dict[str, Any]:
        if not self._store.create_group(request["logGroupName"]):
            raise ApiError("ResourceAlreadyExistsException", "The specified log group already exists")
        return {}

    def _create_stream(self, request: Mapping[str, Any], region: str) -> dict[str, Any]:
        if not self._store.create_stream(request["logGroupName"], request["logStreamName"]):
            raise ApiError("ResourceAlreadyExistsException", "The specified log stream already exists")
        return {}

    def _delete_group(self, request: Mapping[str, Any], region: str) -> dict[str, Any]:
        self._store.delete_group(request["logGroupName"])
        return {}

    def _delete_stream(self, request: Mapping[str, Any], region: str) -> dict[str, Any]:
        self._store.delete_stream(request["logGroupName"], request["logStreamName"])
        return {}

    def _describe_groups(self, request: Mapping[str, Any], region: str) -> dict[str, Any]:
        found = self._store.groups(request.get("logGroupNamePrefix", ""))
        chosen, token = page(found, request.get("nextToken"), request.get("limit", 50))
        groups = [{"logGroupName": n, "creationTime": t, "arn": _arn(region, n), "storedBytes": 0} for n, t in chosen]
        return {"logGroups": groups, "nextToken": token}

    def _describe_streams(self, request: Mapping[str, Any], region: str) -> dict[str, Any]:
        group = _group(request)
        found = self._store.streams(group, request.get("logStreamNamePrefix", ""))
        described = [self._stream(group, name, created, region) for name, created in found]
        if request.get("orderBy") == "LastEventTime":
            described.sort(key=lambda stream: stream.get("lastEventTimestamp") or 0)
        if request.get("descending"):
            described.reverse()
        chosen, token = page(described, request.get("nextToken"), request.get("limit", 50))
        return {"logStreams": chosen, "nextToken": token}

    def _stream(self, group: str, name: str, created: int, region: str) -> dict[str, Any]:
        described: dict[str, Any] = {
            "logStreamName": name,
            "creationTime": created,
            "arn": f"{_arn(region, group)}:log-stream:{name}",
            "storedBytes": 0,
        }
        if events := self._store.events(group, [name]):
            described |= {
                "firstEventTimestamp": events[0].time,
                "lastEventTimestamp": events[-1].time,
                "lastIngestionTime": max(event.ingested for event in events),
            }
        return described

    def _put_events(self, request: Mapping[str, Any], region: str) -> dict[str, Any]:
        group, stream = request["logGroupName"], request["logStreamName"]
        self._store.check_stream(group, stream)
        self._store.write(group, stream, [(event["timestamp"], event["message"]) for event in request["logEvents"]])
        return {"nextSequenceToken": "0"}

    def _get_events(self, request: Mapping[str, Any], region: str) -> dict[str, Any]:
        group, stream = _group(request), request["logStreamName"]
        self._store.check_stream(group, stream)
        limit = request.get("limit", _MOST_EVENTS)
        events = self._store.events(group, [stream], request.get("startTime", 0), request.get("endTime"))
        chosen = _part(events, request.get("nextToken"), limit, bool(request.get("startFromHead")))
        token = request.get("nextToken") or "f/0-0"
        first, last = (_position(chosen[0]), _position(chosen[-1])) if chosen else (token[2:], token[2:])
        rendered = [{"timestamp": e.time, "message": e.message, "ingestionTime": e.ingested} for e in chosen]
        return {"events": rendered, "nextForwardToken": f"f/{last}", "nextBackwardToken": f"b/{first}"}

    def _filter_events(self, request: Mapping[str, Any], region: str) -> dict[str, Any]:
        group = _group(request)
        names = request.get("logStreamNames") or [
            name for name, _ in self._store.streams(group, request.get("logStreamNamePrefix", ""))
        ]
        pattern = request.get("filterPattern", "").strip('"')
        events = self._store.events(group, names, request.get("startTime", 0), request.get("endTime"))
        matching = [event for event in events if pattern in event.message]
        chosen, token = page(matching, request.get("nextToken"), request.get("limit", _MOST_EVENTS))
        return {"events": [_filtered(event) for event in chosen], "searchedLogStreams": [], "nextToken": token}


def _group(request: Mapping[str, Any]) -> str:
    name = request.get("logGroupName") or str(request.get("logGroupIdentifier", "")).removesuffix(":*")
    if not name:
        raise ApiError("InvalidParameterException", "Either logGroupName or logGroupIdentifier is needed")
    return str(name).partition(":log-group:")[2] or str(name)


def _arn(region: str, group: str) -> str:
    return f"arn:aws:logs:{region or DEFAULT_REGION}:{ACCOUNT}:log-group:{group}"


def _filtered(event: LogEvent) -> dict[str, Any]:
    return {
        "logStreamName": event.stream,
        "timestamp": event.time,
        "message": event.message,
        "ingestionTime": event.ingested,
        "eventId": str(event.id),
    }


def _position(event: LogEvent) -> str:
    return f"{event.time}-{event.id}"


def _part(events: Sequence[LogEvent], token: str | None, limit: int, from_head: bool) -> Sequence[LogEvent]:
    """The events after or before the place that a token stands for."""
    if token is None:
        return events[:limit] if from_head else events[-limit:]
    direction, _, position = token.partition("/")
    time, _, identity = position.partition("-")
    if direction not in ("f", "b") or not (time.isdigit() and identity.isdigit()):
        raise ApiError("InvalidParameterException", f"The specified nextToken is invalid: {token!r}")
    place = (int(time), int(identity))
    if direction == "f":
        return [event for event in events if (event.time, event.id) > place][:limit]
    return [event for event in events if (event.time, event.id) < place][-limit:]
