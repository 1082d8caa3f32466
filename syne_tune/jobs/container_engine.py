"""Jobs in real containers, where this machine has an engine that runs them: Docker or Podman."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from collections.abc import Mapping, Sequence

from syne_tune.jobs.isolation import ML_FOLDER, HostFolders

ENGINES = ("docker", "podman")
"""Programs, in order of preference. They understand the same arguments."""

_PATIENCE = 60.0


class ContainerEngine:
    """One of the programs.

    Args:
        program: Its name.
    """

    def __init__(self, program: str) -> None:
        self.program = program

    @classmethod
    def found(cls) -> ContainerEngine | None:
        """The first one that is installed, and answers."""
        engines = (cls(name) for name in ENGINES if shutil.which(name))
        return next((engine for engine in engines if engine._succeeds("info")), None)

    def has(self, image: str) -> bool:
        """Whether an image is on this machine; nothing is pulled.

        Args:
            image: Repository, with tag or digest if it is not ``latest``.
        """
        return self._succeeds("image", "inspect", image)

    def run_command(
        self,
        image: str,
        host: str,
        folders: HostFolders,
        variables: Mapping[str, str],
        entrypoint: Sequence[str],
        arguments: Sequence[str],
    ) -> list[str]:
        """A command that runs a container, hands SIGTERM on to it, and ends with its exit code.

        Args:
            image: The image.
            host: Host name to be.
            folders: Of this host.
            variables: Environment variables of the container, besides those of the image.
            entrypoint: Replaces that of the image, unless empty.
            arguments: What comes behind the entry point.
        """
        return [
            *(self.program, "run", "--rm", "--name", container_name(folders), "--network", "host", "--hostname", host),
            *("--volume", f"{folders.ml}:{ML_FOLDER}", "--volume", f"{folders.hosts_file}:/etc/hosts:ro"),
            *(word for name, value in variables.items() for word in ("--env", f"{name}={value}")),
            *(("--entrypoint", entrypoint[0]) if entrypoint else ()),
            image,
            *entrypoint[1:],
            *arguments,
        ]

    def kill(self, folders: HostFolders) -> None:
        """Ends the container of a host, if there is one.

        Args:
            folders: Of this host.
        """
        self._succeeds("kill", container_name(folders))

    def _succeeds(self, *arguments: str) -> bool:
        try:
            return subprocess.run([self.program, *arguments], capture_output=True, timeout=_PATIENCE).returncode == 0
        except (OSError, subprocess.TimeoutExpired):
            return False


def container_name(folders: HostFolders) -> str:
    """Name of the container of a host, the same for whoever knows its folders.

    Args:
        folders: Of this host.
    """
    return "syne-tune-" + hashlib.sha256(str(folders.root).encode()).hexdigest()[:24]
