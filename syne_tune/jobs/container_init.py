"""First process of a job's container: installs requirements, starts the command, hands signals on, waits.

Runs as a script under the interpreter of the image, so it uses the standard library only and no other file of this
package.

Usage: ``python container_init.py [--requirements FILE --packages FOLDER] -- COMMAND ...``
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType


def main(arguments: list[str]) -> int:
    """Runs the command; returns its exit code, or 128 plus the signal that ended it."""
    split = arguments.index("--")
    options, command = arguments[:split], arguments[split + 1 :]
    if options:
        requirements, packages = options[1], options[3]
        code = install(requirements, packages)
        if code != 0:
            return code
    return run(command)


def install(requirements: str, packages: str) -> int:
    """Installs what the image lacks, into a folder of the job: the image is not changed. Returns an exit code."""
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    say(f"Installing {requirements}")
    report = subprocess.run(
        [*pip, "install", "--quiet", "--dry-run", "--report", "-", "-r", requirements], stdout=subprocess.PIPE
    )
    if report.returncode != 0:
        return report.returncode
    missing = [
        entry["metadata"]["name"] + "==" + entry["metadata"]["version"]
        if entry.get("is_direct") is not True
        else entry["download_info"]["url"]
        for entry in json.loads(report.stdout)["install"]
    ]
    if not missing:
        return 0
    return subprocess.run([*pip, "install", "--quiet", "--no-deps", "--target", packages, *missing]).returncode


def run(command: list[str]) -> int:
    """Runs a command in a process group of its own, to which the signals for this process are handed on."""
    received: list[int] = []

    def hand_on(number: int, _: FrameType | None) -> None:
        received.append(number)
        if child is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(child.pid, number)

    child = None
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, hand_on)
    try:
        child = subprocess.Popen(command, start_new_session=True)
    except OSError as error:
        say(f"cannot run {command[0]!r}: {error.strerror}")
        return 127
    for early in received:
        os.killpg(child.pid, early)
    code = wait_for(child.pid)
    return code if code >= 0 else 128 - code


def say(text: str) -> None:
    """Prints to the log of the job."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def wait_for(pid: int) -> int:
    """Waits for one child and reaps orphans meanwhile, as the first process of a container has to."""
    while True:
        ended, status = os.wait()
        if ended == pid:
            return os.WEXITSTATUS(status) if os.WIFEXITED(status) else -os.WTERMSIG(status)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
