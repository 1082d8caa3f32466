from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from syne_tune.backend import process_tree

_GRANDCHILD = "import time; time.sleep(600)"
_CHILD = f"""
import subprocess, sys, time
subprocess.Popen([sys.executable, "-c", {_GRANDCHILD!r}], start_new_session=True)
print(flush=True)
time.sleep(600)
"""
_FAMILY = f"""
import subprocess, sys, time
subprocess.Popen([sys.executable, "-c", {_CHILD!r}])
time.sleep(600)
"""


@pytest.fixture
def family() -> Iterator[subprocess.Popen[str]]:
    """A process with a child and, in a session of its own, a grandchild."""
    with subprocess.Popen([sys.executable, "-c", _FAMILY], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        process.stdout.readline()  # written by the child when the grandchild is there
        found = process_tree.descendants(process.pid)
        yield process
        for pid in (process.pid, *found):
            process_tree.signal_process(pid, signal.SIGKILL)


def test_identity_is_stable_and_ends_with_the_process() -> None:
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    identity = process_tree.identity(process.pid)
    assert identity is not None
    assert identity == process_tree.identity(process.pid)
    assert identity != process_tree.identity(os.getpid())
    process.kill()
    deadline = time.monotonic() + 60
    while process_tree.identity(process.pid) is not None:  # a zombie is no process
        assert time.monotonic() < deadline
        time.sleep(0.01)
    process.communicate()
    assert process_tree.identity(process.pid) is None


def test_descendants_are_found_in_other_sessions(family: subprocess.Popen[str]) -> None:
    found = process_tree.descendants(family.pid)
    assert len(found) == 2
    assert all(process_tree.identity(pid) == identity for pid, identity in found.items())


def test_other_systems_get_by_with_psutil(family: subprocess.Popen[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process_tree, "_IS_LINUX", False)
    monkeypatch.setattr(process_tree, "_children", process_tree._portable_children)
    found = process_tree.descendants(family.pid)
    assert len(found) == 2
    assert all(process_tree.identity(pid) == identity for pid, identity in found.items())
    assert process_tree.identity(2**22 + 1) is None
    assert process_tree.descendants(2**22 + 1) == {}
    process_tree.adopt_orphans()


def test_signals_to_nobody_do_no_harm() -> None:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    process_tree.signal_group(process.pid, signal.SIGTERM)
    process_tree.signal_process(process.pid, signal.SIGTERM)
    assert process_tree.descendants(process.pid) == {}


@pytest.mark.parametrize("has_waitid", [True, False])
def test_dead_children(has_waitid: bool) -> None:
    """In a process of its own, whose children are known."""
    program = f"""
import os, signal, sys
from syne_tune.backend.process_tree import dead_children
if not {has_waitid}:
    del os.waitid
print([*dead_children()])
first = os.fork() or os._exit(3)
second = os.fork() or os.kill(os.getpid(), signal.SIGKILL)
found = {{}}
while len(found) < 2:
    found.update(dead_children())
print(found == {{first: 3, second: -9}}, [*dead_children()])
"""
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert result.stdout.splitlines() == ["[]", "True []"], result.stderr
