"""The manifest of a folder of blackboxes: what made it, and the SHA-256 of every file, checked before it is read."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from syne_tune import jsonio
from syne_tune.constants import VERSION
from syne_tune.errors import OptionError

MANIFEST = "manifest.json"
_BLOCK = 2**20


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, as 64 hexadecimal digits. A file that has not changed is read once per process."""
    status = path.stat()
    return _sha256(path, (status.st_size, status.st_mtime_ns))


@lru_cache(maxsize=4096)
def _sha256(path: Path, version: tuple[int, int]) -> str:  # noqa: ARG001  # the key under which the answer is kept
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def write_manifest(folder: Path, about: Mapping[str, Any]) -> None:
    """Writes the manifest of a folder, with the checksums of all files that are in it now.

    Args:
        folder: Folder of blackboxes.
        about: Where they come from: sources, licence, citation and the like.
    """
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != MANIFEST)
    files = {path.relative_to(folder).as_posix(): sha256_of(path) for path in paths}
    made_with = {"syne_tune": VERSION, "python": platform.python_version()}
    jsonio.write_json(folder / MANIFEST, {"made_with": made_with, **about, "files": files})


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a folder.

    Raises:
        OptionError: If it has none.
    """
    if not (folder / MANIFEST).is_file():
        raise OptionError(
            f"{folder} has no {MANIFEST}, so that its files cannot be checked. Delete it and call load_blackbox again, "
            "or pass ignore_hash=True if you trust it"
        )
    manifest: dict[str, Any] = jsonio.read_json(folder / MANIFEST)
    return manifest


def check_files(folder: Path) -> None:
    """Checks all files against the manifest.

    Raises:
        OptionError: Names the first file that is missing or differs.
    """
    for name, expected in read_manifest(folder)["files"].items():
        path = folder / name
        found = sha256_of(path) if path.is_file() else "missing"
        if found != expected:
            raise OptionError(
                f"{path}: the manifest says SHA-256 {expected}, but the file is {found}. It is incomplete or was "
                "changed: call load_blackbox with skip_if_present=False to make it again"
            )
