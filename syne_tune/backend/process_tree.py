"""Processes seen from outside: are they the same as before, who descends from them, and how to end them.

On Linux everything comes from ``/proc``, which costs microseconds; elsewhere from ``psutil``.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

_IS_LINUX = sys.platform.startswith("linux")
_PR_SET_CHILD_SUBREAPER = 36


def identity(pid: int) -> str | None:
    """Tells a process from all others that had or will have the same id, on this machine and on others.

    Returns:
        A string for comparison; ``None`` if there is no such process, or only its remains (a zombie).
    """
    return _linux_identity(pid) if _IS_LINUX else _portable_identity(pid)


def descendants(pid: int) -> dict[int, str]:
    """Children of a process, their children and so on, in whatever process group or session.

    Returns:
        Identity by process id.
    """
    found: dict[int, str] = {}
    waiting = [pid]
    while waiting:
        for child in _children(waiting.pop()):
            known_as = identity(child)
            if known_as is not None and child not in found:
                found[child] = known_as
                waiting.append(child)
    return found


def signal_group(pid: int, number: signal.Signals) -> None:
    """Sends a signal to a process group; nothing happens if it has no members."""
    with contextlib.suppress(ProcessLookupError, PermissionError):  # the latter is how macOS speaks of zombies
        os.killpg(pid, number)


def signal_process(pid: int, number: signal.Signals) -> None:
    """Sends a signal to a process; nothing happens if there is none."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(pid, number)


def dead_children() -> Iterator[tuple[int, int]]:
    """Children that have ended, with their exit codes (negative for a signal).

    Each is reaped after it has been looked at, so that no other process gets its id meanwhile; on systems that lack
    ``waitid``, before.
    """
    with contextlib.suppress(ChildProcessError):  # raised if there are no children at all
        yield from _shown_before_reaping() if hasattr(os, "waitid") else _shown_after_reaping()


def _shown_before_reaping() -> Iterator[tuple[int, int]]:
    while (found := os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)) is not None:
        yield found.si_pid, found.si_status if found.si_code == os.CLD_EXITED else -found.si_status
        os.waitpid(found.si_pid, 0)


def _shown_after_reaping() -> Iterator[tuple[int, int]]:
    pid, status = os.waitpid(-1, os.WNOHANG)
    while pid:
        yield pid, os.waitstatus_to_exitcode(status)
        pid, status = os.waitpid(-1, os.WNOHANG)


def adopt_orphans() -> None:
    """Makes this process the parent of descendants whose own parent ends, so that it can reap them. Linux only."""
    if _IS_LINUX:
        import ctypes

        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _linux_identity(pid: int) -> str | None:
    fields = _stat_fields(pid)
    if not fields or fields[0] in ("Z", "X"):
        return None
    return f"{_boot_id()}/{fields[19]}"  # ticks between boot and start


def _stat_fields(pid: int) -> list[str]:
    """What follows the name of the process in ``/proc/<pid>/stat``: state, parent, ..."""
    try:
        with open(f"/proc/{pid}/stat", errors="replace") as file:
            return file.read().rpartition(")")[2].split()
    except OSError:
        return []


@cache
def _boot_id() -> str:
    return Path("/proc/sys/kernel/random/boot_id").read_text().strip()


def _portable_identity(pid: int) -> str | None:
    import psutil

    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return None
        return f"{socket.gethostname()}/{process.create_time():.2f}"
    except psutil.Error:
        return None


def _children(pid: int) -> list[int]:
    threads = Path(f"/proc/{pid}/task")
    try:
        listed = [(thread / "children").read_text() for thread in threads.iterdir()]
        return [int(child) for text in listed for child in text.split()]
    except OSError:
        return _portable_children(pid) if identity(pid) is not None else []


def _portable_children(pid: int) -> list[int]:
    import psutil

    try:
        return [child.pid for child in psutil.Process(pid).children()]
    except psutil.Error:
        return []
