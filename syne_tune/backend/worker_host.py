"""The worker host: a small process that is the parent of all trials of one experiment, and outlives the tuner.

It does what the files of a run say (:mod:`syne_tune.backend.files`): starts what has not been started, ends what shall
end, reaps, and writes down how each run ended. A client, usually the tuner, connects to its socket and sends one line
of JSON per run to look at::

    {"run": "<folder>", "environ": {"PATH": ...}}

Looking twice at the same run does no harm. When a run has ended, one byte is written to the FIFO ``wake``. The host
ends once no client is connected and no run is left.

Standard library only, and cheap to import, because the first trial waits for it.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import selectors
import signal
import socket
import sys
import time
import traceback
import warnings
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from syne_tune.backend import process_tree
from syne_tune.backend.files import ExitRecord, RunFiles, RunSpec, file_size
from syne_tune.backend.trial_process import Launch, become
from syne_tune.report_channel import wake

SOCKET_NAME = "host.sock"
LOCK_NAME = "host.lock"
WAKE_NAME = "wake"
LOG_NAME = "host.log"

_PATIENCE = 10.0
"""Seconds a host waits for its first client."""

_ORPHAN_INTERVAL = 0.2
_RETRY_INTERVAL = 1.0
_RECEIVE_BYTES = 1 << 16


class ActiveRun:
    """A run whose process exists.

    Args:
        run: Its folder.
        spec: What was started.
        pid: Its process, the leader of a process group.
        identity: Identity of the process if it is not a child of this one.
    """

    def __init__(self, run: RunFiles, spec: RunSpec, pid: int, identity: str | None = None) -> None:
        self.run = run
        self.pid = pid
        self.identity = identity
        self.deadline = None if spec.timeout is None else time.monotonic() + spec.timeout
        self.kill_at: float | None = None
        self.told = False
        self.timed_out = False
        self.missing_since: float | None = None
        self._grace = spec.grace
        self._family: dict[int, str] = {}

    def end(self) -> None:
        """Asks the processes to end, and notes when to kill them."""
        if self.kill_at is not None or self.is_missing():
            return
        self._family = process_tree.descendants(self.pid)
        process_tree.signal_group(self.pid, signal.SIGTERM)
        process_tree.signal_group(self.pid, signal.SIGCONT)  # a stopped process would never notice
        self.kill_at = time.monotonic() + self._grace

    def kill(self) -> None:
        """Kills the processes that did not end when asked."""
        self.kill_at = None
        if not self.is_missing():
            self._family.update(process_tree.descendants(self.pid))
            process_tree.signal_group(self.pid, signal.SIGKILL)
            self._kill_family()

    def kill_rest(self) -> None:
        """Kills what the main process, which has ended, has left behind."""
        if process_tree.identity(self.pid) is None:  # otherwise the id of an orphan is in use again
            process_tree.signal_group(self.pid, signal.SIGKILL)
        self._kill_family()

    def is_missing(self) -> bool:
        """Whether a process that is not a child of this one is gone."""
        return self.identity is not None and process_tree.identity(self.pid) != self.identity

    def _kill_family(self) -> None:
        for pid, identity in self._family.items():
            if process_tree.identity(pid) == identity:
                process_tree.signal_process(pid, signal.SIGKILL)


class WorkerHost:
    """Serves clients and looks after runs until there is neither.

    Args:
        listener: Listening socket.
        lock: Descriptor of the lock that is held as long as there is a host.
        wake_path: The FIFO to write to when a run has ended.
        preload_error: Why modules to be imported beforehand could not be; no warm run can be started then.
    """

    def __init__(self, listener: socket.socket, lock: int, wake_path: str, preload_error: str | None = None) -> None:
        self._lock = lock
        self._wake_path = wake_path
        self._preload_error = preload_error
        self._clients: dict[socket.socket, bytes] = {}
        self._waiting: dict[str, Launch] = {}
        self._active: dict[str, ActiveRun] = {}
        self._unwritten: dict[str, ExitRecord] = {}
        self._is_settled = False
        self._selector = selectors.PollSelector()  # not epoll, which a forked process would share
        self._listener = listener
        self._signals, self._signals_in = socket.socketpair()
        self._watch_descriptors()

    def _watch_descriptors(self) -> None:
        for end in (self._listener, self._signals, self._signals_in):
            end.setblocking(False)
        signal.set_wakeup_fd(self._signals_in.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        self._selector.register(self._listener, selectors.EVENT_READ, self._accept)
        self._selector.register(self._signals, selectors.EVENT_READ, self._drain_signals)

    def serve(self) -> None:
        """Works until no client is connected and no run is left."""
        patience_ends = time.monotonic() + _PATIENCE
        settling_time = time.monotonic() + _RETRY_INTERVAL
        while self._has_work() or time.monotonic() < patience_ends:
            events = self._selector.select(self._seconds_to_wait())
            if self._clients:
                patience_ends = 0.0
            for key, _ in events:
                key.data()
            self._reap()
            self._look_at_clock()
            self._start_ready()
            if not events or time.monotonic() > settling_time:
                self._settle()

    def _let_go(self) -> None:
        """Closes the descriptors of the host, as a forked process must."""
        for end in (self._listener, self._signals, self._signals_in, *self._clients):
            end.close()
        os.close(self._lock)

    def _has_work(self) -> bool:
        return bool(self._clients or self._active or self._waiting or self._unwritten)

    # ------------------------------------------------------------------ clients

    def _accept(self) -> None:
        try:
            client, _ = self._listener.accept()
        except OSError:
            return  # changed its mind
        client.setblocking(False)
        self._clients[client] = b""
        self._selector.register(client, selectors.EVENT_READ, partial(self._receive, client))

    def _receive(self, client: socket.socket) -> None:
        try:
            data = client.recv(_RECEIVE_BYTES)
        except BlockingIOError:
            return
        except ConnectionError:
            data = b""
        if not data:
            self._selector.unregister(client)
            del self._clients[client]
            client.close()
            return
        *lines, rest = (self._clients[client] + data).split(b"\n")
        self._clients[client] = rest
        for line in lines:
            order = json.loads(line)
            self._look_at(RunFiles(order["run"]), order["environ"])

    def _drain_signals(self) -> None:
        self._signals.recv(_RECEIVE_BYTES)

    # ------------------------------------------------------------------ runs

    def _look_at(self, run: RunFiles, environ: dict[str, str]) -> None:
        if run.exit() is not None:
            wake(self._wake_path)
        elif run.key in self._unwritten:
            return
        elif run.key in self._active or self._adopt(run):
            if run.is_to_end():
                self._active[run.key].told = True
                self._active[run.key].end()
        elif run.is_claimed():
            self._record_exit(run, ExitRecord(time.time(), lost="its process left no trace", told=run.is_to_end()))
        elif run.is_to_end():
            self._waiting.pop(run.key, None)
            self._record_exit(run, ExitRecord(time.time(), told=True))
        elif run.is_specified():  # else another run is about to take its place, of which there will be an order, too
            self._wait_with(run, environ)

    def _adopt(self, run: RunFiles) -> bool:
        """Watches a run that another host had started, if there is one."""
        claim = run.claim()
        spec = run.spec()
        if claim is None or spec is None:
            return False
        self._active[run.key] = active = ActiveRun(run, spec, claim.pid, claim.identity)
        if active.deadline is not None:
            active.deadline -= max(0.0, time.time() - claim.started)
        return True

    def _wait_with(self, run: RunFiles, environ: dict[str, str]) -> None:
        spec = run.spec()
        if spec is None:
            self._record_exit(run, ExitRecord(time.time(), cannot_start=f"{run.path} cannot be read"))
        elif spec.warm and self._preload_error is not None:
            self._record_exit(run, ExitRecord(time.time(), cannot_start=self._preload_error))
        else:
            self._waiting[run.key] = Launch(run, spec, environ)

    def _start_ready(self) -> None:
        for key, launch in list(self._waiting.items()):
            if all(RunFiles(other).is_over() for other in launch.spec.after):
                del self._waiting[key]
                self._start(launch)

    def _start(self, launch: Launch) -> None:
        sys.stdout.flush()
        sys.stderr.flush()
        try:
            pid = _fork()
        except OSError as error:
            self._record_exit(launch.run, ExitRecord(time.time(), lost=f"no further process: {error.strerror}"))
            return
        if pid == 0:
            self._let_go()
            become(launch)
        with contextlib.suppress(OSError):  # the process does it, too, but perhaps not before it is sent a signal
            os.setpgid(pid, pid)
        self._active[launch.run.key] = ActiveRun(launch.run, launch.spec, pid)

    def _reap(self) -> None:
        by_pid = {active.pid: active for active in self._active.values() if active.identity is None}
        for pid, code in process_tree.dead_children():
            if pid in by_pid:
                self._finish(by_pid[pid], code)

    def _finish(self, active: ActiveRun, code: int | None, lost: str | None = None) -> None:
        active.kill_rest()
        del self._active[active.run.key]
        claim = active.run.claim()
        if claim is not None and claim.pid != active.pid:  # it was somebody else's run already
            self._adopt(active.run)
            return
        reason = active.run.cannot_start()
        if claim is None and not active.told and code is not None and code >= 0:  # else a signal was faster
            reason = f"{active.run.path} cannot be written"
        record = ExitRecord(
            ended=time.time(),
            code=code,
            told=active.told,
            timed_out=active.timed_out,
            lost=lost,
            cannot_start=reason,
            stdout_end=file_size(active.run.stdout),
        )
        self._record_exit(active.run, record)

    def _record_exit(self, run: RunFiles, record: ExitRecord) -> None:
        self._unwritten.pop(run.key, None)
        try:
            run.write_exit(record)
        except FileNotFoundError:
            return  # the folder has been deleted, so nobody will ask
        except OSError as error:
            if record.code != 0 and record.lost is None:  # its own last words could not be written either
                record = record._replace(lost=f"it ended while {run.path} could not be written: {error.strerror}")
            self._unwritten[run.key] = record  # tried again until there is space
            return
        wake(self._wake_path)

    # ------------------------------------------------------------------ time

    def _seconds_to_wait(self) -> float | None:
        times = [t for run in self._active.values() for t in (run.deadline, run.kill_at) if t is not None]
        waits = [max(0.0, min(times) - time.monotonic())] if times else []
        if any(run.identity is not None for run in self._active.values()):
            waits.append(_ORPHAN_INTERVAL)
        if self._unwritten or not self._is_settled:
            waits.append(_RETRY_INTERVAL)
        return min(waits, default=None if self._has_work() else _PATIENCE)

    def _look_at_clock(self) -> None:
        now = time.monotonic()
        for active in list(self._active.values()):
            if active.deadline is not None and now >= active.deadline:
                active.deadline = None
                active.timed_out = not active.told
                active.end()
            if active.kill_at is not None and now >= active.kill_at:
                active.kill()
            if active.identity is not None:
                self._look_for(active, now)
        for key, record in list(self._unwritten.items()):
            self._record_exit(RunFiles(key), record)

    def _look_for(self, active: ActiveRun, now: float) -> None:
        """Notes the end of a process that is not a child of this one; its own parent may still say how it ended."""
        if active.run.exit() is not None:
            del self._active[active.run.key]
        elif active.is_missing():
            active.missing_since = active.missing_since or now
            if now - active.missing_since > _ORPHAN_INTERVAL:
                self._finish(active, None, lost="nobody saw how it ended, since its worker host had ended before")

    def _settle(self) -> None:
        """Does what the first trials need not wait for."""
        if not self._is_settled:
            self._is_settled = True
            process_tree.adopt_orphans()


def _fork() -> int:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # threads of preloaded modules do not concern the fork
        return os.fork()


# ---------------------------------------------------------------------- the process


def preload(names: Sequence[str]) -> str | None:
    """Imports modules that trials will need.

    Args:
        names: Modules; or a file of :mod:`syne_tune.backend.python_backend.function_file`, whose function is loaded.

    Returns:
        What went wrong, if anything did.
    """
    for name in names:
        try:
            if name.endswith(".pkl"):
                functions = importlib.import_module("syne_tune.backend.python_backend.function_file")
                functions.load_function(name)
            else:
                importlib.import_module(name)
        except (Exception, SystemExit) as error:  # noqa: BLE001  # importing runs arbitrary code
            traceback.print_exc()
            if not name.endswith(".pkl"):  # a function is loaded again in the trial, which shows the error
                return f"preload: importing {name!r} failed with {type(error).__name__}: {error}"
    if names:
        importlib.import_module("runpy")
    process_tree.identity(os.getpid())  # fills caches
    gc.collect()
    gc.freeze()  # so that forked processes share what there is
    return None


def clean_up(control: Path) -> None:
    """Removes what a host needs while it runs; its lock comes last, since the next host waits for it."""
    if file_size(control / LOG_NAME) == 0:
        (control / LOG_NAME).unlink(missing_ok=True)
    for name in (SOCKET_NAME, WAKE_NAME, LOCK_NAME):
        (control / name).unlink(missing_ok=True)
    with contextlib.suppress(OSError):  # not empty: somebody starts the next host
        control.rmdir()


def main(arguments: Sequence[str]) -> None:
    """Entry point of the process.

    Args:
        arguments: Descriptor of the listening socket, descriptor of the lock, folder of socket and FIFO, and the names
            to import beforehand.
    """
    listener, lock, control = int(arguments[0]), int(arguments[1]), Path(arguments[2])
    os.set_inheritable(listener, False)
    os.set_inheritable(lock, False)
    error = preload(arguments[3:])
    host = WorkerHost(socket.socket(fileno=listener), lock, str(control / WAKE_NAME), error)
    host.serve()
    clean_up(control)
