"""The end of the tuner: finds or starts the worker host of an experiment, sends it orders, and waits to be woken.

Socket, lock and FIFO are in a folder for temporary files that only the user may enter. Its name follows from the path
of the experiment, so that the tuner that continues an experiment finds the host of the one before.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import select
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path

from syne_tune.backend.files import last_lines
from syne_tune.backend.worker_host import LOCK_NAME, LOG_NAME, SOCKET_NAME, WAKE_NAME
from syne_tune.errors import BackendError

_LONGEST_FOLDER = 60  # the path of a socket must fit into about 100 bytes
_CONNECT_TIMEOUT = 30.0
_RECEIVE_BYTES = 1 << 16
_MOST_STARTS, _SECONDS_BETWEEN_STARTS = 20, 60.0
_BOOT = "import sys; sys.path[:] = {path}; from syne_tune.backend.worker_host import main; main(sys.argv[1:])"

_started: list[subprocess.Popen[bytes]] = []  # kept until they end, so that they are reaped


def control_folder(root: Path) -> Path:
    """Folder of socket, lock and FIFO that belong to an experiment.

    Args:
        root: Folder of its trials.
    """
    base = tempfile.gettempdir()
    digest = sha256(os.fsencode(os.path.realpath(root))).hexdigest()[:16]
    return Path(base if len(base) <= _LONGEST_FOLDER else "/tmp") / f"syne-tune-{os.getuid()}-{digest}"


class HostClient:
    """Connection to a worker host.

    Args:
        root: Folder of the trials.
        preload: What a host started from here imports beforehand, see :func:`~syne_tune.backend.worker_host.preload`.
    """

    def __init__(self, root: Path, preload: Sequence[str] = ()) -> None:
        self.control = control_folder(root)
        self.wake_path = self.control / WAKE_NAME
        self._preload = list(preload)
        self._socket: socket.socket | None = None
        self._wake: int | None = None
        self._starts_in_a_row = 0
        self._last_start = 0.0

    @property
    def is_connected(self) -> bool:
        """Whether there is a host, as far as is known."""
        return self._socket is not None

    def connect(self) -> bool:
        """Connects to the host unless connected; starts one if there is none.

        Returns:
            Whether the connection is new. The host then knows nothing of what earlier ones were told.

        Raises:
            BackendError: If there is no host and none can be started.
        """
        if self._socket is not None:
            return False
        deadline = time.monotonic() + _CONNECT_TIMEOUT
        while not self._try_connect():
            if time.monotonic() > deadline:
                raise BackendError(
                    f"The worker host of {self.control} does not answer. End the process that holds "
                    f"{self.control / LOCK_NAME}, or remove that folder"
                )
            if not self._start_host():
                time.sleep(0.005)
        if self._wake is None:
            self._open_wake()
        return True

    def tell(self, run: str, environ: Mapping[str, str]) -> None:
        """Makes the host look at a run. If the host has ended, nothing happens but that the connection is closed.

        Args:
            run: Its folder.
            environ: Environment for the run, in case it is started.
        """
        if self._socket is None:
            return
        line = json.dumps({"run": run, "environ": dict(environ)}).encode() + b"\n"
        try:
            self._socket.sendall(line)
        except OSError:
            self.close()

    def wait(self, timeout: float) -> bool:
        """Blocks until a trial has reported or ended, or the host has ended.

        Args:
            timeout: At most so many seconds.

        Returns:
            Whether anything happened.
        """
        if self._socket is None or self._wake is None:
            time.sleep(timeout)
            return False
        poll = select.poll()
        poll.register(self._wake, select.POLLIN)
        poll.register(self._socket, select.POLLIN)
        ready = [descriptor for descriptor, _ in poll.poll(max(0.0, timeout) * 1000)]
        if self._wake in ready:
            os.read(self._wake, _RECEIVE_BYTES)
        if self._socket.fileno() in ready and not self._is_alive():
            self.close()
        return bool(ready)

    def close(self) -> None:
        """Disconnects. The host ends once nothing runs any more."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None
        if self._wake is not None:
            os.close(self._wake)
            self._wake = None
        for process in list(_started):
            if process.poll() is not None:
                _started.remove(process)

    def __del__(self) -> None:
        self.close()

    def _is_alive(self) -> bool:
        assert self._socket is not None, "asked only while connected"
        try:
            return bool(self._socket.recv(_RECEIVE_BYTES))
        except OSError:
            return False

    # ------------------------------------------------------------------ finding or starting a host

    def _try_connect(self) -> bool:
        connection = socket.socket(socket.AF_UNIX)
        try:
            connection.connect(str(self.control / SOCKET_NAME))
        except (FileNotFoundError, NotADirectoryError, ConnectionRefusedError):
            connection.close()
            return False
        self._socket = connection
        return True

    def _start_host(self) -> bool:
        """Starts a host, unless another one lives or is just ending."""
        self._make_folder()
        lock = self._lock()
        if lock is None:
            return False
        try:
            self._limit_starts()
            (self.control / SOCKET_NAME).unlink(missing_ok=True)
            with socket.socket(socket.AF_UNIX) as listener:
                listener.bind(str(self.control / SOCKET_NAME))
                listener.listen()
                self._spawn(listener.fileno(), lock)
        finally:
            os.close(lock)  # the host holds it, too
        return True

    def _make_folder(self) -> None:
        try:
            self.control.mkdir(mode=0o700, exist_ok=True)
            found = self.control.lstat()
        except OSError as error:
            raise BackendError(
                f"{self.control} cannot be created ({error.strerror}). Name another folder for temporary files "
                "in the environment variable TMPDIR"
            ) from error
        if found.st_uid != os.getuid() or not stat.S_ISDIR(found.st_mode) or found.st_mode & 0o077:
            raise BackendError(f"{self.control} must be a folder that only you may enter. Remove it")

    def _lock(self) -> int | None:
        """Takes the lock that the host will hold; ``None`` if it is taken."""
        path = self.control / LOCK_NAME
        try:
            lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        except FileNotFoundError:
            return None  # the folder has just been removed by a host that ended
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if os.fstat(lock).st_ino == path.stat().st_ino:
                return lock
        except (BlockingIOError, FileNotFoundError):
            pass  # a host lives, or has just removed the file
        os.close(lock)
        return None

    def _limit_starts(self) -> None:
        now = time.monotonic()
        is_in_a_row = now - self._last_start < _SECONDS_BETWEEN_STARTS
        self._starts_in_a_row = self._starts_in_a_row + 1 if is_in_a_row else 1
        self._last_start = now
        if self._starts_in_a_row > _MOST_STARTS:
            log = "\n".join(last_lines(self.control / LOG_NAME, 20))
            raise BackendError(f"The worker host ends again and again. See {self.control / LOG_NAME}:\n{log}")

    def _spawn(self, listener: int, lock: int) -> None:
        path = [str(entry) if entry else os.getcwd() for entry in sys.path]
        arguments = [str(listener), str(lock), str(self.control), *self._preload]
        with open(self.control / LOG_NAME, "ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-c", _BOOT.format(path=path), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=(listener, lock),
                start_new_session=True,
                env={"OMP_NUM_THREADS": "1", **os.environ},
            )
        _started.append(process)

    def _open_wake(self) -> None:
        with contextlib.suppress(FileExistsError):
            os.mkfifo(self.wake_path, 0o600)
        self._wake = os.open(self.wake_path, os.O_RDWR | os.O_NONBLOCK)
