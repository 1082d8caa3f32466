"""First process of a job's container: installs requirements, starts the command, hands signals on, waits.

Runs as a script under the interpreter of the image, so it uses the standard library only and no other file of this
package. It imports little, because the imports are most of what starting a job costs.

Usage: ``python container_init.py [--requirements FILE --packages FOLDER] [--seconds N --grace S] -- COMMAND ...``

After ``N`` seconds the command gets SIGTERM, ``S`` seconds later SIGKILL, also when there is no service any more.
"""

from __future__ import annotations

import os
import signal
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType


def main(arguments: list[str]) -> int:
    """Runs the command; returns its exit code, or 128 plus the signal that ended it."""
    split = arguments.index("--")
    options, command = dict(zip(arguments[:split:2], arguments[1:split:2], strict=True)), arguments[split + 1 :]
    if "--requirements" in options:
        code = install(options["--requirements"], options["--packages"])
        if code != 0:
            return code
    return run(command, float(options.get("--seconds", 0)), float(options.get("--grace", 0)))


def install(requirements: str, packages: str) -> int:
    """Installs what the image lacks, into a folder of the job: the image is not changed. Returns an exit code."""
    import json
    import subprocess

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
    pinned = requirements + ".missing.txt"
    with open(pinned, "w") as file:
        file.write("\n".join([*index_options(requirements), *missing]) + "\n")
    return subprocess.run([*pip, "install", "--quiet", "--no-deps", "--target", packages, "-r", pinned]).returncode


def index_options(requirements: str) -> list[str]:
    """Lines of a requirements file that say where packages are looked for, and which are acceptable."""
    with open(requirements) as file:
        options = [line.strip() for line in file if line.startswith("-")]
    others = ("-r", "-c", "-e", "--requirement", "--constraint", "--editable")
    return [option for option in options if not option.startswith(others)]


def run(command: list[str], seconds: float, grace: float) -> int:
    """Runs a command in a process group of its own, to which the signals for this process are handed on.

    Args:
        command: Program and arguments.
        seconds: After this time it is ended; 0 for no limit.
        grace: Seconds from SIGTERM to SIGKILL then.

    Returns:
        Its exit code, or 128 plus the signal that ended it.
    """
    received: list[int] = []

    def hand_on(number: int, _: FrameType | None) -> None:
        if child is None:
            received.append(number)
        else:
            signal_group(child, number)

    def end(_: int, __: FrameType | None) -> None:
        say(f"The job runs longer than it may: {seconds:g} seconds")
        hand_on(signal.SIGTERM, None)
        signal.signal(signal.SIGALRM, lambda *_: hand_on(signal.SIGKILL, None))
        signal.setitimer(signal.ITIMER_REAL, max(grace, 0.01))

    child: int | None = None
    signal.signal(signal.SIGALRM, end)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, hand_on)
    try:
        child = os.posix_spawnp(
            command[0], command, os.environ, setsid=True, setsigdef=(signal.SIGPIPE, signal.SIGXFSZ)
        )
    except OSError as error:
        say(f"cannot run {command[0]!r}: {error.strerror}")
        return 127
    for early in received:
        signal_group(child, early)
    code = wait_for(child)
    return code if code >= 0 else 128 - code


def signal_group(leader: int, number: int) -> None:
    """Signals a process group that may be gone."""
    try:
        os.killpg(leader, number)
    except (ProcessLookupError, PermissionError):
        return


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
