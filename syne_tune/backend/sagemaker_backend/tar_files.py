"""Unpacks archives, the output of jobs for one, which somebody else may have made."""

from __future__ import annotations

import os
import tarfile
from pathlib import Path

from syne_tune.errors import BackendError


def untar(filename: str | os.PathLike[str]) -> None:
    """Unpacks an archive into the folder in which it is.

    Args:
        filename: The archive, compressed or not.

    Raises:
        BackendError: If a member would end up outside of the folder, or is a link or a device. Nothing is unpacked
            then.
    """
    folder = Path(filename).resolve().parent
    with tarfile.open(filename) as archive:
        members = archive.getmembers()
        for member in members:
            _check(member, folder, filename)
        for member in members:
            _extract(archive, member, folder / member.name)


def _check(member: tarfile.TarInfo, folder: Path, filename: object) -> None:
    if not (member.isfile() or member.isdir()):
        raise BackendError(
            f"{filename}: the member {member.name!r} is a link or a device, which are not unpacked; look at it with "
            "'tar -tvf' if you trust who made it"
        )
    if not (folder / member.name).resolve().is_relative_to(folder):
        raise BackendError(f"{filename}: the member {member.name!r} would be written outside of {str(folder)!r}")


def _extract(archive: tarfile.TarFile, member: tarfile.TarInfo, target: Path) -> None:
    if member.isdir():
        target.mkdir(parents=True, exist_ok=True)
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    source = archive.extractfile(member)
    assert source is not None  # _check
    with source, open(target, "wb") as file:
        while chunk := source.read(2**20):
            file.write(chunk)
