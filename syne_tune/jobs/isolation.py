"""Commands that give each job its own ``/opt/ml``, host name and process ids, as far as this machine allows."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from syne_tune.errors import OptionError, nearest

KINDS = ("bwrap", "unshare", "base-dir")
"""In order of preference."""

ML_FOLDER = Path("/opt/ml")

_PROBE_TIMEOUT = 60.0

_UNSHARED_SETUP = """
set -e
host=$1 ml=$2 hosts=$3 stash=$4
shift 4
if [ -w /proc/sys/kernel/hostname ]; then echo "$host" > /proc/sys/kernel/hostname; fi
mount --bind "$hosts" /etc/hosts
if [ ! -d /opt/ml ]; then
    mkdir -p "$stash"
    mount --rbind /opt "$stash"
    mount -t tmpfs tmpfs /opt
    for entry in "$stash"/*; do
        [ -e "$entry" ] || continue
        if [ -d "$entry" ]; then mkdir "/opt/${entry##*/}"; else : > "/opt/${entry##*/}"; fi
        mount --rbind "$entry" "/opt/${entry##*/}"
    done
    mkdir /opt/ml
fi
mount --bind "$ml" /opt/ml
exec "$@"
"""
"""Runs inside fresh namespaces. Where the machine has no ``/opt/ml``, ``/opt`` is replaced by one with it."""


@dataclass(frozen=True)
class HostFolders:
    """Folders and files of one host of a job.

    Args:
        root: Contains all of the others.
    """

    root: Path

    @property
    def ml(self) -> Path:
        """What the job sees as ``/opt/ml``."""
        return self.root / "ml"

    @property
    def hosts_file(self) -> Path:
        """What it sees as ``/etc/hosts``."""
        return self.root / "hosts"

    @property
    def log(self) -> Path:
        """What it prints."""
        return self.root / "output.log"

    @property
    def exit_code(self) -> Path:
        """Exists once it has ended."""
        return self.root / "exit_code"

    @property
    def pid(self) -> Path:
        """Process id of the shell that waits for it; exists once it has been started."""
        return self.root / "pid"


class Isolation:
    """One way of separating jobs.

    Args:
        kind: ``"bwrap"`` (bubblewrap), ``"unshare"``, or ``"base-dir"``: no separation, the job finds its folders by
            environment variables only. By default the best that works here.

    Raises:
        OptionError: If there is no such kind, or it does not work on this machine.
    """

    def __init__(self, kind: str | None = None) -> None:
        if kind is not None and kind not in KINDS:
            raise OptionError(f"isolation {kind!r}: {nearest(kind, KINDS)}")
        found = next((choice for choice in KINDS if kind in (None, choice) and self._works(choice)), None)
        if found is None:
            raise OptionError(f"isolation {kind!r} does not work on this machine; leave it out to use what does")
        self.kind = found

    def ml_folder(self, folders: HostFolders) -> Path:
        """The path under which the job finds what is ``/opt/ml`` in a container."""
        return folders.ml if self.kind == "base-dir" else ML_FOLDER

    def wrap(self, host: str, folders: HostFolders, command: Sequence[str]) -> list[str]:
        """A command that runs another one separated from the rest of the machine.

        Args:
            host: Host name to be.
            folders: Of this host.
            command: What to run.
        """
        return self._wrap(self.kind, host, folders, command)

    @staticmethod
    def _wrap(kind: str, host: str, folders: HostFolders, command: Sequence[str]) -> list[str]:
        if kind == "bwrap":
            return [*_bubblewrap(host, folders), *command]
        if kind == "unshare":
            as_user = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
            namespaces = ["--mount", "--pid", "--uts", "--fork", "--kill-child", "--mount-proc"]
            paths = [str(folders.ml), str(folders.hosts_file), str(folders.root / "opt")]
            return ["unshare", *as_user, *namespaces, "sh", "-c", _UNSHARED_SETUP, "sh", host, *paths, *command]
        return list(command)

    def _works(self, kind: str) -> bool:
        if kind == "base-dir":
            return True
        if shutil.which(kind) is None:
            return False
        with tempfile.TemporaryDirectory() as folder:
            folders = HostFolders(Path(folder))
            folders.ml.mkdir()
            (folders.ml / "probe").touch()
            folders.hosts_file.write_text("127.0.0.1 localhost\n")
            command = self._wrap(kind, "probe", folders, ["test", "-e", str(ML_FOLDER / "probe")])
            try:
                return subprocess.run(command, capture_output=True, timeout=_PROBE_TIMEOUT).returncode == 0
            except (OSError, subprocess.TimeoutExpired):
                return False


def _bubblewrap(host: str, folders: HostFolders) -> list[str]:
    opt: list[str] = []
    if not ML_FOLDER.is_dir():
        entries = [str(entry) for entry in ML_FOLDER.parent.iterdir()] if ML_FOLDER.parent.is_dir() else []
        opt = ["--tmpfs", "/opt", *(word for entry in entries for word in ("--dev-bind", entry, entry))]
    return [
        *("bwrap", "--dev-bind", "/", "/", *opt, "--bind", str(folders.ml), str(ML_FOLDER)),
        *("--ro-bind", str(folders.hosts_file), "/etc/hosts", "--unshare-uts", "--hostname", host),
        *("--unshare-pid", "--proc", "/proc", "--die-with-parent"),
    ]
