"""Folders that are there as a whole or not at all, whenever the process ends."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def unfinished_folder(target: Path) -> Iterator[Path]:
    """A new folder next to ``target``, to be filled and handed to :func:`replace_folder`; else it is deleted."""
    unfinished = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        unfinished.mkdir(parents=True)
        yield unfinished
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def replace_folder(new: Path, target: Path) -> None:
    """Puts a folder in the place of another one, which may exist.

    Args:
        new: A complete folder next to ``target``.
        target: Contains either its old or its new files at any time, or is missing for a moment.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    old = new.with_name(f"{new.name}.old")
    if target.exists():
        os.rename(target, old)
    os.rename(new, target)
    shutil.rmtree(old, ignore_errors=True)
