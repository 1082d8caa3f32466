"""One port for all services: decides which part answers a request, and checks it against the service's description."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from syne_tune.errors import OptionError, nearest
from syne_tune.jobs.api_error import ApiError, invalid
from syne_tune.jobs.faults import Faults, Throttle
from syne_tune.jobs.http_message import Answer, Request
from syne_tune.jobs.s3_api import S3Api
from syne_tune.jobs.service import JobService
from syne_tune.jobs.service_model import ServiceModel

logger = logging.getLogger(__name__)

CONTROL = "/_jobs/"
"""Paths below this belong to the service itself, not to AWS."""

_COMMANDS = ("faults", "health", "interrupt", "record", "reset-faults", "restart")

_JSON = "application/x-amz-json-1.1"


class Gateway:
    """Answers requests for SageMaker, Logs, S3 and the service's own control paths.

    Args:
        service: What does the work.
    """

    def __init__(self, service: JobService) -> None:
        self._service = service
        self._s3 = S3Api(service.objects)
        self._throttle = Throttle(service.clock)
        self._models = {ServiceModel(name).target_prefix: name for name in service.operations}

    def answer(self, request: Request) -> Answer | None:
        """Answers one request; ``None`` if it is for a service that is not among these."""
        if request.path.startswith(CONTROL):
            return _json_answer(lambda: self._control(request), "application/json")
        prefix, _, operation = request.headers.get("x-amz-target", "").partition(".")
        if prefix in self._models:
            name = self._models[prefix]
            return _json_answer(lambda: self._operation(name, operation, request), _JSON)
        if request.service in ("s3", "s3express") or _is_unsigned_object(request):
            return self._s3.answer(request)
        return None

    def _operation(self, service: str, operation: str, request: Request) -> bytes:
        model, operations = ServiceModel(service), self._service.operations[service]
        if operation not in operations:
            known = "is not part of the local service" if operation in model.operations else "does not exist"
            raise ApiError("UnknownOperationException", f"{operation} {known}; it has: {', '.join(sorted(operations))}")
        self._throttle.check(self._service.faults.requests_per_second)
        body = _parsed(request)
        model.check_request(operation, body)
        return model.render(operation, operations[operation](body, request.region))

    def _control(self, request: Request) -> bytes:
        command, body = request.path.removeprefix(CONTROL), _parsed(request)
        service = self._service
        if command == "health":
            return json.dumps({"isolation": service.isolation.kind, "jobs": len(service.registry.all())}).encode()
        if command == "faults":
            try:
                service.faults = service.faults.changed(body)
            except OptionError as error:
                raise invalid(str(error)) from error
            return json.dumps(asdict(service.faults)).encode()
        if command == "reset-faults":
            service.faults = Faults()
            return b"{}"
        if command in ("interrupt", "restart"):
            service.interrupt(body.get("job", ""), "Interrupted" if command == "interrupt" else "Restarting")
            return b"{}"
        if command == "record":
            return json.dumps(service.registry.get(body.get("job", "")).as_record()).encode()
        raise invalid(f"{CONTROL}{command} is not known; {nearest(command, _COMMANDS)}")


def _is_unsigned_object(request: Request) -> bool:
    """Whether it may be for S3, in the name of nobody, for example by a presigned address."""
    return "authorization" not in request.headers and request.method in ("GET", "PUT", "HEAD") and request.path != "/"


def _parsed(request: Request) -> dict[str, Any]:
    content = request.body.read()
    try:
        body = json.loads(content) if content else {}
    except ValueError as error:
        raise ApiError("SerializationException", f"the body is not JSON: {error}") from error
    if not isinstance(body, dict):
        raise ApiError("SerializationException", "the body is not a JSON object")
    return body


def _json_answer(work: Any, content_type: str) -> Answer:
    headers: Mapping[str, str] = {"Content-Type": content_type}
    try:
        return Answer(200, work(), headers)
    except ApiError as error:
        body = json.dumps({"__type": error.code, "message": str(error)}).encode()
        return Answer(error.status, body, {**headers, "x-amzn-ErrorType": error.code})
    except Exception as error:  # a client must get an answer, also to what this service does wrong
        logger.exception("request failed")
        body = json.dumps({"__type": "InternalFailure", "message": repr(error)}).encode()
        return Answer(500, body, headers)
