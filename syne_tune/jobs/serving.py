"""Runs the service in the foreground, and as a process of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import FrameType

from syne_tune.errors import OptionError
from syne_tune.jobs.http_message import DEFAULT_REGION
from syne_tune.jobs.sdk_defaults import SETTINGS_VARIABLE, write_sdk_defaults
from syne_tune.jobs.server import JobServer
from syne_tune.jobs.service import ServiceOptions

ENDPOINT_FILE = "endpoint"
"""In the folder of a service that listens; contains its address."""

_START_TIMEOUT = 120.0
_POLL = 0.05


def environment(endpoint: str, region: str = DEFAULT_REGION, sdk_defaults: Path | None = None) -> dict[str, str]:
    """Variables that make AWS clients talk to a service.

    Args:
        endpoint: Its address.
        region: Where jobs are said to run.
        sdk_defaults: File written by :func:`syne_tune.jobs.sdk_defaults.write_sdk_defaults`, for the SageMaker SDKs.
    """
    return {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_DEFAULT_REGION": region,
        "AWS_REGION": region,
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_EC2_METADATA_DISABLED": "true",
        **({} if sdk_defaults is None else {SETTINGS_VARIABLE: str(sdk_defaults)}),
    }


def serve(
    options: ServiceOptions, port: int, keep_jobs: bool, on_ready: Callable[[JobServer, list[str]], None]
) -> None:
    """Serves until this process gets SIGINT or SIGTERM.

    Args:
        options: How the service works.
        port: Where to listen; 0 for any free port.
        keep_jobs: Whether running jobs go on after the end of the service, for the next one to take over.
        on_ready: Called with the server, and the names of jobs taken over, once it listens.
    """
    asked_to_end = threading.Event()

    def end(number: int, frame: FrameType | None) -> None:  # noqa: ARG001  # what signal handlers get
        asked_to_end.set()

    server = JobServer(options, port)
    address = options.folder / ENDPOINT_FILE
    previous = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        taken_over = server.start()
        address.write_text(server.endpoint)
        on_ready(server, taken_over)
        while not asked_to_end.wait(1.0):
            pass
    finally:
        address.unlink(missing_ok=True)
        server.close(stop_jobs=not keep_jobs)
        for number, handler in previous.items():
            signal.signal(number, handler)


class ServiceProcess:
    """A service as a process of its own, for tests and for programs that bring their own service.

    Args:
        folder: Holds everything.
        *arguments: More arguments of ``syne-tune jobs serve``.
        variables: Additional variables for the process.
        interpreter: The Python to run it, which has the extra ``jobs``; this one by default.

    Raises:
        OptionError: If it does not start; the message contains what it printed.
    """

    def __init__(
        self,
        folder: Path,
        *arguments: str,
        variables: Mapping[str, str] | None = None,
        interpreter: str = sys.executable,
    ) -> None:
        self._folder = folder
        self._interpreter = interpreter
        self._arguments = arguments
        self._variables = dict(variables or {})
        self._port = 0
        self._process: subprocess.Popen[bytes] | None = None
        self.endpoint = ""
        self.start()

    def start(self) -> None:
        """Starts it, on the same port as before if it has been started before."""
        self._folder.mkdir(parents=True, exist_ok=True)
        address, log = self._folder / ENDPOINT_FILE, self._folder / "service.log"
        address.unlink(missing_ok=True)
        command = [self._interpreter, "-m", "syne_tune.cli.main", "jobs", "serve"]
        command += ["--folder", str(self._folder), "--port", str(self._port), *self._arguments]
        with open(log, "ab") as file:
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=file, stderr=file, env={**os.environ, **self._variables}
            )
        deadline = time.monotonic() + _START_TIMEOUT
        while not (address.exists() and address.read_text()):
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                raise OptionError(f"the job service did not start: {log.read_text(errors='replace')[-2000:]}")
            time.sleep(_POLL)
        self.endpoint = address.read_text()
        self._port = int(self.endpoint.rpartition(":")[2])

    @property
    def environment(self) -> dict[str, str]:
        """Variables that make AWS clients talk to it."""
        return environment(self.endpoint, sdk_defaults=write_sdk_defaults(self._folder, DEFAULT_REGION))

    def close(self) -> None:
        """Asks it to end, and waits until it has."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait()

    def kill(self) -> None:
        """Ends it at once, as a crash would; jobs go on."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def __enter__(self) -> ServiceProcess:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
