"""Notices a full disk before anybody waits for what can no longer be written."""

from __future__ import annotations

import errno
import os
from pathlib import Path

LEAST_FREE_BYTES = 32 * 1024
"""Less than this does not hold the files of another trial."""


def check_space(path: Path) -> None:
    """Checks that something can be written.

    Args:
        path: A folder; if it does not exist yet, nothing is checked.

    Raises:
        OSError: If there is (almost) no space left.
    """
    try:
        disk = os.statvfs(path)
    except FileNotFoundError:
        return
    if disk.f_bavail * disk.f_frsize < LEAST_FREE_BYTES:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
