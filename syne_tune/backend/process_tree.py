"""Processes seen from outside: are they the same as before, who descends from them, and how to end them.

On Linux everything comes from ``/proc``, which costs microseconds; elsewhere from ``psutil``.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
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
    """Sends a signal to a process and all others in its process group; nothing happens if there are none."""
    try:
        os.killpg(pid, number)
    except ProcessLookupError:
        signal_process(pid, number)  # has just been forked, and leads no group yet
    except PermissionError:
        return  # changed its user, or macOS speaking of zombies


def signal_process(pid: int, number: signal.Signals) -> None:
    """Sends a signal to a process; nothing happens if there is none."""
    try:
        os.kill(pid, number)
    except (ProcessLookupError, PermissionError):
        return


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
