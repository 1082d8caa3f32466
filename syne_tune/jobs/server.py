"""The HTTP side: one loopback port that speaks for all services."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterable
from types import TracebackType
from typing import Any, cast
from urllib.parse import parse_qsl

from syne_tune.errors import OptionError
from syne_tune.jobs.gateway import Gateway
from syne_tune.jobs.http_message import DEFAULT_REGION, Answer, Request
from syne_tune.jobs.other_services import OtherServices, simulated_policy
from syne_tune.jobs.service import JobService, ServiceOptions
from syne_tune.optional import require

HOST = "127.0.0.1"

_HIGHEST_PORT = 65535
_JOB_EXTRA = "jobs"


class JobServer:
    """A job service that listens.

    Args:
        options: How the service works.
        port: Where to listen on the loopback interface; 0 for any free port.

    Raises:
        OptionError: If the port is taken, or an option is wrong.
    """

    def __init__(self, options: ServiceOptions, port: int = 0) -> None:
        self._server = _listening(port, self._respond)
        self.endpoint = f"http://{HOST}:{self._server.server_port}"
        try:
            self.service = JobService(options, self.endpoint)
        except BaseException:
            self._server.server_close()
            raise
        self._gateway = Gateway(self.service)
        self._others = OtherServices(self.service.metrics, self._region_of)
        self._thread = threading.Thread(target=self._server.serve_forever, name="job server", daemon=True)

    def start(self) -> list[str]:
        """Begins to answer; returns the names of the jobs taken over from an earlier service."""
        self._thread.start()
        return self.service.resume()

    def close(self, stop_jobs: bool = True) -> None:
        """Ends the service, see :meth:`JobService.close`."""
        self.service.close(stop_jobs)
        self._server.shutdown()
        self._server.server_close()

    def __enter__(self) -> JobServer:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def _region_of(self, job: str) -> str:
        return next((found.region for found in self.service.registry.all() if found.name == job), DEFAULT_REGION)

    def _respond(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """The WSGI application."""
        wrappers = require("werkzeug.wrappers", _JOB_EXTRA)
        incoming = wrappers.Request(environ)
        answer = self._gateway.answer(_plain(incoming)) or _policy_answer(incoming)
        if answer is None:
            return self._others(environ, start_response)
        outgoing = wrappers.Response(answer.body, answer.status, dict(answer.headers))
        return cast(Iterable[bytes], outgoing(environ, start_response))


def _plain(incoming: Any) -> Request:
    headers = {name.lower(): value for name, value in incoming.headers.items()}
    return Request(incoming.method, incoming.path, incoming.args.to_dict(), headers, incoming.stream)


def _policy_answer(incoming: Any) -> Answer | None:
    if "/iam/" not in incoming.headers.get("Authorization", ""):
        return None
    content = incoming.get_data()
    incoming.environ["wsgi.input"] = io.BytesIO(content)  # whoever answers instead reads it once more
    form = dict(parse_qsl(content.decode()))
    if form.get("Action") != "SimulatePrincipalPolicy":
        return None
    actions = [value for name, value in form.items() if name.startswith("ActionNames.member.")]
    return Answer(200, simulated_policy(actions), {"Content-Type": "text/xml"})


def _listening(port: int, application: Any) -> Any:
    serving = require("werkzeug.serving", _JOB_EXTRA)

    class Handler(serving.WSGIRequestHandler):  # type: ignore[misc,name-defined]
        protocol_version = "HTTP/1.1"

        def log_request(self, *_: object) -> None:
            """Keeps quiet: requests are many."""

    try:
        if not 0 <= port <= _HIGHEST_PORT:
            raise OSError(f"ports have numbers from 0 to {_HIGHEST_PORT}")
        return serving.make_server(HOST, port, application, threaded=True, request_handler=Handler)
    except (OSError, SystemExit) as error:
        why = "is it in use?" if isinstance(error, SystemExit) else f"{error}."
        raise OptionError(
            f"port {port} on {HOST} cannot be used: {why} Choose another with --port, or 0 for any"
        ) from error
