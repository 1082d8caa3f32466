"""Runs a command as a SageMaker notebook would: it finds the service, a bucket and its role by itself."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from syne_tune.errors import OptionError
from syne_tune.jobs.isolation import HostFolders, Isolation
from syne_tune.jobs.sdk_defaults import ROLE_ARN, write_notebook_metadata

HOST_NAME = "notebook"


def run_as_notebook(command: Sequence[str], variables: Mapping[str, str], isolation: Isolation) -> int:
    """Runs a command in the foreground, with an ``/opt/ml`` of its own.

    Args:
        command: Program and arguments.
        variables: Added to those of this process.
        isolation: How; with ``"base-dir"`` there is no such folder, so that ``get_execution_role()`` asks AWS.

    Returns:
        Its exit code.

    Raises:
        OptionError: If there is no such program.
    """
    if shutil.which(command[0]) is None:
        raise OptionError(f"there is no program {command[0]!r} on the PATH; give its path, for example ./{command[0]}")
    with tempfile.TemporaryDirectory() as root:
        folders = HostFolders(Path(root))
        write_notebook_metadata(folders.ml, ROLE_ARN)
        hosts = Path("/etc/hosts")
        folders.hosts_file.write_text(hosts.read_text() if hosts.exists() else "127.0.0.1 localhost\n")
        wrapped = isolation.wrap(HOST_NAME, folders, command)
        return subprocess.run(wrapped, env={**os.environ, **variables}).returncode
