"""Several experiments at a time, each in a process of its own: :func:`run_in_processes`.

A worker is a fresh Python process, connected to this one by a socket. It is told one experiment after the other and
answers with an outcome each; see :mod:`.worker_main` for its side. Processes share nothing but files, so that results
do not depend on how many there are.

Workers stand outside of the process group of this one, so that Ctrl-C reaches this process only, which then ends them.
If it has no time to do so, they end by themselves: their socket is closed.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection, Pipe, wait

import cloudpickle

from syne_tune.errors import OptionError
from syne_tune.experiments.launchers.execute import FAILED, Launch, Outcome
from syne_tune.experiments.launchers.plan import PlannedExperiment
from syne_tune.experiments.launchers.worker_main import Printed

_BOOT = """\
import sys
sys.path[:] = {path!r}
from syne_tune.experiments.launchers.worker_main import main
main({descriptor})
"""
_NUM_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def run_in_processes(planned: Sequence[PlannedExperiment], payload: bytes, num_processes: int) -> Iterator[Outcome]:
    """Runs experiments, several at a time.

    Experiments of one benchmark are run one after the other, so that workers read the same files, and each file once.

    Args:
        planned: The experiments.
        payload: What they have in common, as :func:`for_other_processes` makes it.
        num_processes: How many are run at a time.

    Yields:
        How each of them went, as soon as it has ended. If a process dies, only the experiment that it ran has failed.
        All processes have ended when the last outcome is there, or the iterator is closed.
    """
    waiting = deque(sorted(planned, key=lambda one: one.benchmark))
    workers: dict[Connection, _Worker] = {}

    def start(number: int) -> None:
        started = [_Worker.start() for _ in range(min(number, len(waiting)))]
        workers.update((worker.connection, worker) for worker in started)
        for worker in started:
            worker.send(payload)
            worker.run(waiting.popleft())

    try:
        start(num_processes)
        while workers:
            for connection in wait(list(workers)):
                assert isinstance(connection, Connection), "only connections are waited for"
                worker = workers[connection]
                outcome = worker.answer()
                if outcome is None:
                    continue
                if waiting and not worker.is_dead:
                    worker.run(waiting.popleft())
                else:
                    workers.pop(connection).end()
                    start(1)
                yield outcome
    finally:
        for worker in workers.values():
            worker.end()


def for_other_processes(launch: Launch) -> bytes:
    """What experiments have in common, in the form in which workers get it.

    Args:
        launch: Its functions may be lambdas and closures.

    Raises:
        OptionError: If something in it exists in this process only, such as an open file.
    """
    try:
        content: bytes = cloudpickle.dumps(launch)
    except Exception as error:
        raise OptionError(f"methods cannot be sent to other processes ({type(error).__name__}: {error})") from error
    return content


class _Worker:
    """A process, and the experiment it runs."""

    def __init__(self, process: subprocess.Popen[bytes], connection: Connection) -> None:
        self.connection = connection
        self.is_dead = False
        self._process = process
        self._planned: PlannedExperiment | None = None

    @staticmethod
    def start() -> _Worker:
        """Starts a process, which does nothing yet."""
        ours, theirs = Pipe()
        path = [os.path.abspath(entry) for entry in sys.path]
        with theirs:
            process = subprocess.Popen(
                [sys.executable, "-c", _BOOT.format(path=path, descriptor=theirs.fileno())],
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                start_new_session=True,
                env={**dict.fromkeys(_NUM_THREADS, "1"), **os.environ},
            )
        return _Worker(process, ours)

    def send(self, message: object) -> None:
        """Sends a message, which is lost if the process has died: then the next answer says so."""
        with suppress(OSError):
            self.connection.send(message)

    def run(self, planned: PlannedExperiment) -> None:
        """Tells the next experiment to the process, which has ended the one before."""
        self._planned = planned
        self.send(planned)

    def answer(self) -> Outcome | None:
        """Receives one message, which waits already: an outcome, or something printed, which is printed here."""
        try:
            message: Outcome | Printed = self.connection.recv()
        except (EOFError, OSError):
            self.is_dead = True
            assert self._planned is not None, "processes are asked once they have something to do"
            return Outcome(self._planned, FAILED, message=f"its process {self._cause_of_death()}; call again to run it")
        if isinstance(message, Outcome):
            return message
        getattr(sys, message.stream).write(message.text)
        return None

    def _cause_of_death(self) -> str:
        code = self._process.wait()
        if code >= 0:
            return f"ended with exit code {code}"
        hint = ", maybe for lack of memory" if code == -signal.SIGKILL else ""
        return f"was ended by {signal.Signals(-code).name}{hint}"

    def end(self) -> None:
        """Ends the process, whatever it is doing."""
        self.connection.close()
        self._process.kill()
        self._process.wait()
