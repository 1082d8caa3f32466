"""Copying folders whose owners are at work."""

from __future__ import annotations

import shutil
from pathlib import Path


def copy_changing_folder(source: Path, target: Path, attempts: int = 3) -> None:
    """Copies a folder in which files may be replaced meanwhile.

    Args:
        source: The folder.
        target: What is there is deleted.
        attempts: How often to begin again if a file has vanished.

    Raises:
        OSError: If files vanish each time, or the copy cannot be written.
    """
    for attempt in range(attempts):
        shutil.rmtree(target, ignore_errors=True)
        try:
            shutil.copytree(source, target)
            return
        except shutil.Error as error:
            if attempt == attempts - 1:
                raise OSError(0, f"copying failed ({error})", str(source)) from error
