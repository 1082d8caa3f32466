"""The processes of one host of a job: started so that they outlive the service, found again, signalled, ended."""

from __future__ import annotations

import contextlib
import signal
import subprocess
from collections.abc import Mapping, Sequence

import psutil

from syne_tune.jobs import container_init
from syne_tune.jobs.container_engine import ContainerEngine
from syne_tune.jobs.isolation import HostFolders

_WAITING_SHELL = """
echo $$ > "$0/pid.new" && mv "$0/pid.new" "$0/pid"
"$@"
echo $? > "$0/exit_code.new" && mv "$0/exit_code.new" "$0/exit_code"
"""
"""Runs the container and leaves its exit code in a file, whether the service still lives or not."""


class HostProcess:
    """One host; nothing is known but its folder, so that another process can take over.

    Args:
        folders: Of this host.
        engine: The program that runs it as a container; empty if none does.
    """

    def __init__(self, folders: HostFolders, engine: str = "") -> None:
        self._folders = folders
        self._engine = engine
        self._shell: subprocess.Popen[bytes] | None = None

    def start(self, command: Sequence[str], environment: Mapping[str, str], isolated: bool) -> None:
        """Starts the container.

        Args:
            command: What to run, isolation included.
            environment: All variables it gets.
            isolated: Whether folders under ``/opt/ml`` are only there once the command runs.
        """
        folders = self._folders
        working = None if isolated else folders.ml / "code"
        with open(folders.log, "ab") as log:
            self._shell = subprocess.Popen(
                ["sh", "-c", _WAITING_SHELL, str(folders.root), *command],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=dict(environment),
                cwd=working,
                start_new_session=True,
            )

    def was_started(self) -> bool:
        """Whether this or another process has started it."""
        return self._shell is not None or self._folders.pid.exists()

    def exit_code(self) -> int | None:
        """``None`` while it runs; 137 if it vanished without leaving an exit code."""
        code = self._code_left()
        if code is not None:
            self._reap()
            return code
        if self._find_shell() is not None:
            return None
        code = self._code_left()  # it may have ended since
        return 128 + signal.SIGKILL if code is None else code

    def _code_left(self) -> int | None:
        """The exit code that the shell has left, if any."""
        with contextlib.suppress(FileNotFoundError):
            return int(self._folders.exit_code.read_text())
        return None

    def end_time(self) -> float | None:
        """When it ended, in seconds since the epoch; ``None`` if it has not, or nobody knows."""
        with contextlib.suppress(FileNotFoundError):
            return self._folders.exit_code.stat().st_mtime
        return None

    def terminate(self) -> None:
        """Asks the job to end."""
        init = self._find_init()
        if init is not None:
            with contextlib.suppress(psutil.NoSuchProcess):
                init.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """Ends whatever is left of it."""
        if self._engine:
            ContainerEngine(self._engine).kill(self._folders)
        shell, init = self._find_shell(), self._find_init()
        for top in (init, shell):
            for process in _tree(top):
                with contextlib.suppress(psutil.NoSuchProcess):
                    process.kill()

    def _reap(self) -> None:
        if self._shell is not None:
            self._shell.wait()

    def _find_shell(self) -> psutil.Process | None:
        if self._shell is not None:
            if self._shell.poll() is not None:
                return None
            return psutil.Process(self._shell.pid)
        try:
            process = psutil.Process(int(self._folders.pid.read_text()))
            is_ours = str(self._folders.root) in process.cmdline() and process.status() != psutil.STATUS_ZOMBIE
            return process if is_ours else None
        except (FileNotFoundError, psutil.NoSuchProcess):
            return None

    def _find_init(self) -> psutil.Process | None:
        """The process that hands signals on to the job."""
        for process in _tree(self._find_shell()):
            with contextlib.suppress(psutil.NoSuchProcess):
                words = process.cmdline()
                if words[2:3] == [container_init.__file__] or (self._engine and words[1:3] == ["run", "--rm"]):
                    return process
        return None


def _tree(process: psutil.Process | None) -> list[psutil.Process]:
    """Descendants of a process, and itself as the last."""
    if process is None:
        return []
    with contextlib.suppress(psutil.NoSuchProcess):
        return [*process.children(recursive=True), process]
    return []
