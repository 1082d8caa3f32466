"""Archives made by somebody else."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest

from syne_tune.backend.sagemaker_backend.tar_files import untar
from syne_tune.errors import BackendError


def archive(path: Path, *members: tarfile.TarInfo) -> Path:
    with tarfile.open(path, "w:gz") as file:
        for member in members:
            content = b"content" if member.isfile() else b""
            member.size = len(content)
            file.addfile(member, io.BytesIO(content))
    return path


def member(name: str, kind: bytes = tarfile.REGTYPE, target: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info


def test_unpacks_beside_the_archive(tmp_path: Path) -> None:
    untar(archive(tmp_path / "a.tar.gz", member("folder", tarfile.DIRTYPE), member("folder/x"), member("other/y")))
    assert (tmp_path / "folder" / "x").read_text() == (tmp_path / "other" / "y").read_text() == "content"


@pytest.mark.parametrize(
    "bad",
    [
        member("../outside"),
        member("/tmp/outside"),
        member("x/../../outside"),
        member("link", tarfile.SYMTYPE, "/etc"),
        member("link", tarfile.LNKTYPE, "../outside"),
        member("device", tarfile.CHRTYPE),
    ],
    ids=lambda info: f"{info.name}-{info.type.decode()}",
)
def test_refuses_members_that_reach_out_and_unpacks_nothing(tmp_path: Path, bad: tarfile.TarInfo) -> None:
    """Section 10.4: archives were unpacked whatever their members were called."""
    folder = tmp_path / "inner"
    folder.mkdir()
    path = archive(folder / "a.tar.gz", member("good"), bad)
    with pytest.raises(BackendError, match=r"a\.tar\.gz"):
        untar(path)
    assert [one.name for one in tmp_path.rglob("*") if one.is_file()] == ["a.tar.gz"]


def test_modes_of_the_archive_are_not_taken_over(tmp_path: Path) -> None:
    executable = member("program")
    executable.mode = 0o4777
    untar(archive(tmp_path / "a.tar.gz", executable))
    assert not (tmp_path / "program").stat().st_mode & 0o7111
