"""Requests and answers checked against the description of the service that botocore ships."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from syne_tune.jobs.api_error import ApiError, invalid
from syne_tune.optional import require


class ServiceModel:
    """What botocore knows about one service with a JSON protocol.

    Args:
        service: Name as for ``boto3.client``, for example ``"sagemaker"``.
    """

    def __init__(self, service: str) -> None:
        self._model = _load(service)
        self.target_prefix = str(self._model.metadata["targetPrefix"])
        self.operations = frozenset(self._model.operation_names)

    def check_request(self, operation: str, request: Mapping[str, Any]) -> None:
        """Refuses a request that does not fit its description.

        Raises:
            ApiError: ``ValidationException`` with everything that is wrong.
        """
        shape = self._model.operation_model(operation).input_shape
        problems = list(_problems(request, shape, "")) if shape is not None else []
        if problems:
            count = f"{len(problems)} validation error{'s' if len(problems) > 1 else ''} detected: "
            raise invalid(count + "; ".join(problems))

    def render(self, operation: str, answer: Mapping[str, Any]) -> bytes:
        """The body of an answer.

        Args:
            operation: Name of the operation.
            answer: Its members; those that are ``None`` are left out, times are seconds since the epoch. Members that
                the description calls required may be missing, as AWS leaves them out, too, while a job runs.

        Raises:
            ApiError: ``InternalFailure`` if the answer breaks the description: a defect of this service.
        """
        shape = self._model.operation_model(operation).output_shape
        plain = without_none(answer)
        problems = [] if shape is None else list(_problems(plain, shape, "", complete=False))
        if problems:
            raise ApiError("InternalFailure", f"answer to {operation} is malformed: {'; '.join(problems)}", 500)
        return json.dumps(plain).encode() if shape is not None else b""

    def members(self, structure: str) -> frozenset[str]:
        """Names of the members a structure may have."""
        return frozenset(self._model.shape_for(structure).members)


@cache
def _load(service: str) -> Any:
    return require("botocore.session", "jobs").Session().get_service_model(service)


def without_none(value: Any) -> Any:
    """A copy of nested mappings and sequences that leaves out members that are ``None``."""
    if isinstance(value, Mapping):
        return {key: without_none(member) for key, member in value.items() if member is not None}
    if isinstance(value, (list, tuple)):
        return [without_none(member) for member in value]
    return value


_TYPES: Mapping[str, tuple[Any, ...]] = {
    "structure": (Mapping,),
    "map": (Mapping,),
    "list": (list,),
    "string": (str,),
    "integer": (int,),
    "long": (int,),
    "float": (int, float),
    "double": (int, float),
    "boolean": (bool,),
    "timestamp": (int, float, str, datetime.datetime),
    "blob": (str,),
}


def _problems(value: Any, shape: Any, path: str, complete: bool = True) -> Iterator[str]:
    expected = _TYPES[shape.type_name]
    if not isinstance(value, expected) or (isinstance(value, bool) and bool not in expected):
        yield _failed(value, path, f"Member must be of type {shape.type_name}")
        return
    if shape.type_name == "structure":
        yield from _structure_problems(value, shape, path, complete)
    elif shape.type_name == "map":
        yield from _size_problems(value, len(value), shape, path)
        for key, member in value.items():
            yield from _problems(key, shape.key, f"{path}.key")
            yield from _problems(member, shape.value, f"{path}.{key}", complete)
    elif shape.type_name == "list":
        yield from _size_problems(value, len(value), shape, path)
        for position, member in enumerate(value, 1):
            yield from _problems(member, shape.member, f"{path}.{position}.member", complete)
    elif shape.type_name == "string":
        yield from _string_problems(value, shape, path)
    elif shape.type_name in ("integer", "long", "float", "double"):
        yield from _range_problems(value, shape, path)


def _structure_problems(value: Mapping[str, Any], shape: Any, path: str, complete: bool) -> Iterator[str]:
    for name in shape.required_members if complete else ():
        if value.get(name) is None:
            yield _failed(None, _member(path, name), "Member must not be null")
    for name, member in value.items():
        if name not in shape.members:
            yield _failed(member, _member(path, name), f"Unknown member; legal are: {', '.join(sorted(shape.members))}")
        elif member is not None:
            yield from _problems(member, shape.members[name], _member(path, name), complete)


def _string_problems(value: str, shape: Any, path: str) -> Iterator[str]:
    metadata = shape.metadata
    yield from _size_problems(value, len(value), shape, path)
    if metadata.get("enum") and value not in metadata["enum"]:
        yield _failed(value, path, f"Member must satisfy enum value set: [{', '.join(metadata['enum'])}]")
    pattern = metadata.get("pattern")
    compiled = _compiled(pattern) if pattern else None
    if compiled is not None and not compiled.fullmatch(value):
        yield _failed(value, path, f"Member must satisfy regular expression pattern: {pattern}")


def _size_problems(value: Any, size: int, shape: Any, path: str) -> Iterator[str]:
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if least is not None and size < int(least):
        yield _failed(value, path, f"Member must have length greater than or equal to {least}")
    if most is not None and size > int(most):
        yield _failed(value, path, f"Member must have length less than or equal to {most}")


def _range_problems(value: float, shape: Any, path: str) -> Iterator[str]:
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if least is not None and value < float(least):
        yield _failed(value, path, f"Member must have value greater than or equal to {least}")
    if most is not None and value > float(most):
        yield _failed(value, path, f"Member must have value less than or equal to {most}")


def _member(path: str, name: str) -> str:
    lowered = name[:1].lower() + name[1:]
    return f"{path}.{lowered}" if path else lowered


def _failed(value: Any, path: str, rule: str) -> str:
    shown = "null" if value is None else f"'{value}'"
    shown = shown if len(shown) <= 200 else shown[:200] + "...'"
    return f"Value {shown} at '{path}' failed to satisfy constraint: {rule}"


@cache
def _compiled(pattern: str) -> re.Pattern[str] | None:
    """``None`` for patterns of Java that Python lacks, those of tags among them: they are not checked."""
    try:
        return re.compile(pattern)
    except re.error:
        return None
