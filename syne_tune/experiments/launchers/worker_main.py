"""What a process does that runs experiments for :mod:`.worker_pool`.

It gets, over a socket, what all experiments have in common, then the experiments themselves, and answers to each with
its outcome. What is printed meanwhile is sent too, for the other process may draw a bar on the terminal. When the
socket is closed, the process ends at once, in the middle of an experiment if need be: whoever waits for the outcome is
gone.
"""

from __future__ import annotations

import io
import os
import pickle
import sys
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection
from queue import SimpleQueue
from typing import Any, NamedTuple

from syne_tune.experiments.launchers.execute import FAILED, Launch, Outcome, run_experiment
from syne_tune.experiments.launchers.methods import set_log_level
from syne_tune.experiments.launchers.plan import PlannedExperiment


class Printed(NamedTuple):
    """Something that was printed in a worker.

    Attributes:
        stream: ``"stdout"`` or ``"stderr"``.
        text: What was printed.
    """

    stream: str
    text: str


def main(descriptor: int) -> None:
    """Runs experiments until the other side closes the socket.

    Args:
        descriptor: The socket.
    """
    os.set_inheritable(descriptor, False)
    connection = Connection(descriptor)
    send = _sender(connection)
    for name in ("stdout", "stderr"):
        setattr(sys, name, io.TextIOWrapper(io.BufferedWriter(_Sent(name, send)), "utf-8", line_buffering=True))
    messages: SimpleQueue[Any] = SimpleQueue()
    threading.Thread(target=_listen, args=(connection, messages), daemon=True).start()
    run = _runner(messages.get())
    while True:
        outcome = run(messages.get())
        sys.stdout.flush()
        sys.stderr.flush()
        send(outcome)


def _sender(connection: Connection) -> Callable[[object], None]:
    """Sends messages one at a time, whichever threads they come from."""
    lock = threading.Lock()

    def send(message: object) -> None:
        with lock:
            connection.send(message)

    return send


def _listen(connection: Connection, messages: SimpleQueue[Any]) -> None:
    try:
        while True:
            messages.put(connection.recv())
    except (EOFError, OSError):
        os._exit(0)  # ends all threads, whatever they are doing


def _runner(payload: bytes) -> Callable[[PlannedExperiment], Outcome]:
    try:
        launch: Launch = pickle.loads(payload)
    except Exception as error:  # noqa: BLE001  # code of users is imported here
        why = f"{type(error).__name__}: {error}"
        message = f"methods cannot be loaded in another process ({why}); pass --num_processes 1"
        return lambda planned: Outcome(planned, FAILED, message=message)
    set_log_level(launch.is_verbose)
    return lambda planned: run_experiment(planned, launch)


class _Sent(io.RawIOBase):
    """A stream whose content is sent to the other process."""

    def __init__(self, name: str, send: Callable[[object], None]) -> None:
        self._name = name
        self._send = send

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        content = bytes(data)
        self._send(Printed(self._name, content.decode(errors="replace")))
        return len(content)
