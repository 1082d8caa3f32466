"""The operations of CloudWatch Logs that training jobs and their readers need."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from syne_tune.jobs.api_error import ApiError
from syne_tune.jobs.http_message import DEFAULT_REGION
from syne_tune.jobs.log_store import EventRange, LogEvent, LogStore
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
        if request.get("orderBy") == "LastEventTime":
            found.sort(key=lambda stream: self._last_time(group, stream[0]))
        if request.get("descending"):
            found.reverse()
        chosen, token = page(found, request.get("nextToken"), request.get("limit", 50))
        described = [self._stream(group, name, created, region) for name, created in chosen]
        return {"logStreams": described, "nextToken": token}

    def _last_time(self, group: str, stream: str) -> int:
        return next((event.time for event in self._store.events(group, [stream], limit=1, from_end=True)), 0)

    def _stream(self, group: str, name: str, created: int, region: str) -> dict[str, Any]:
        described: dict[str, Any] = {
            "logStreamName": name,
            "creationTime": created,
            "arn": f"{_arn(region, group)}:log-stream:{name}",
            "storedBytes": 0,
        }
        if last := self._store.events(group, [name], limit=1, from_end=True):
            described |= {
                "firstEventTimestamp": self._store.events(group, [name], limit=1)[0].time,
                "lastEventTimestamp": last[0].time,
                "lastIngestionTime": last[0].ingested,
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
        direction, place = _direction_and_place(request.get("nextToken"))
        from_end = direction == "b" or (direction == "" and not request.get("startFromHead"))
        limit = request.get("limit", _MOST_EVENTS)
        chosen = self._store.events(group, [stream], _range(request, direction, place), limit, from_end)
        first, last = (_place(chosen[0]), _place(chosen[-1])) if chosen else (place, place)
        rendered = [{"timestamp": e.time, "message": e.message, "ingestionTime": e.ingested} for e in chosen]
        return {"events": rendered, "nextForwardToken": _token("f", last), "nextBackwardToken": _token("b", first)}

    def _filter_events(self, request: Mapping[str, Any], region: str) -> dict[str, Any]:
        group = _group(request)
        names = request.get("logStreamNames") or [
            name for name, _ in self._store.streams(group, request.get("logStreamNamePrefix", ""))
        ]
        limit = request.get("limit", _MOST_EVENTS)
        wanted = _range(request, *_direction_and_place(request.get("nextToken")))
        found = self._store.events(group, names, wanted, limit + 1)
        chosen, more = found[:limit], len(found) > limit
        return {
            "events": [_filtered(event) for event in chosen],
            "searchedLogStreams": [],
            "nextToken": _token("f", _place(chosen[-1])) if more else None,
        }


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


def _place(event: LogEvent) -> tuple[int, int]:
    return event.time, event.id


def _token(direction: str, place: tuple[int, int]) -> str:
    return f"{direction}/{place[0]}-{place[1]}"


def _direction_and_place(token: str | None) -> tuple[str, tuple[int, int]]:
    """What a token stands for: forward (``"f"``) or backward (``"b"``) from an event; no direction without a token."""
    if token is None:
        return "", (0, 0)
    direction, _, place = token.partition("/")
    time, _, identity = place.partition("-")
    if direction not in ("f", "b") or not (time.isdigit() and identity.isdigit()):
        raise ApiError("InvalidParameterException", f"The specified nextToken is invalid: {token!r}")
    return direction, (int(time), int(identity))


def _range(request: Mapping[str, Any], direction: str, place: tuple[int, int]) -> EventRange:
    """The events a request is about, as far as they come after or before the place that its token stands for."""
    wanted = EventRange(
        start=request.get("startTime", 0),
        end=request.get("endTime", 2**62),
        contains=request.get("filterPattern", "").strip('"'),
    )
    if direction == "":
        return wanted
    return replace(wanted, after=place) if direction == "f" else replace(wanted, before=place)
