"""Reads files out of archives, one by one, without unpacking them to wherever they want to go."""

from __future__ import annotations

import tarfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from syne_tune.errors import OptionError, nearest


def member_names(archive: Path) -> list[str]:
    """Names of all files in a ``.zip`` or ``.tar`` archive, compressed or not.

    Raises:
        OptionError: If it is no archive.
    """
    if zipfile.is_zipfile(archive):
        with zipfile.ZipFile(archive) as zipped:
            return [entry.filename for entry in zipped.infolist() if not entry.is_dir()]
    if tarfile.is_tarfile(archive):
        with tarfile.open(archive) as tarred:
            return [entry.name for entry in tarred.getmembers() if entry.isfile()]
    raise OptionError(f"{archive} is neither a .zip nor a .tar archive; delete it, so that it is downloaded again")


@contextmanager
def open_member(archive: Path, ending: str) -> Iterator[IO[bytes]]:
    """Opens the one file of an archive whose name ends in ``ending``.

    Raises:
        OptionError: If there is none, or more than one.
    """
    names = member_names(archive)
    found = [name for name in names if name.endswith(ending)]
    if len(found) != 1:
        raise OptionError(f"{archive}: {len(found)} files end in {ending!r}; {nearest(ending, names)}")
    if zipfile.is_zipfile(archive):
        with zipfile.ZipFile(archive) as zipped, zipped.open(found[0]) as file:
            yield file
        return
    with tarfile.open(archive) as tarred:
        member = tarred.extractfile(found[0])
        assert member is not None, "only files are listed"
        with member:
            yield member
