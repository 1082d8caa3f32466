from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from syne_tune.blackbox_repository.manifest import MANIFEST, check_files, read_manifest, sha256_of, write_manifest
from syne_tune.errors import OptionError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "box"
    (folder / "deep").mkdir(parents=True)
    (folder / "a.bin").write_bytes(b"a")
    (folder / "deep" / "b.bin").write_bytes(b"b")
    write_manifest(folder, {"name": "box"})
    return folder


def test_lists_all_files_with_their_checksums(folder: Path) -> None:
    manifest = read_manifest(folder)
    assert manifest["name"] == "box"
    assert manifest["files"] == {
        "a.bin": hashlib.sha256(b"a").hexdigest(),
        "deep/b.bin": hashlib.sha256(b"b").hexdigest(),
    }
    check_files(folder)


def test_changed_file_is_refused_by_name(folder: Path) -> None:
    """W-26: a wrong checksum is an error that is raised."""
    (folder / "deep" / "b.bin").write_bytes(b"other")
    with pytest.raises(OptionError, match=r"b\.bin.*skip_if_present=False"):
        check_files(folder)


def test_missing_file_is_refused(folder: Path) -> None:
    (folder / "a.bin").unlink()
    with pytest.raises(OptionError, match=r"a\.bin.*missing"):
        check_files(folder)


def test_folder_without_manifest_cannot_be_trusted(folder: Path) -> None:
    (folder / MANIFEST).unlink()
    with pytest.raises(OptionError, match="ignore_hash=True"):
        check_files(folder)


def test_checksum_follows_the_file(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"1")
    first = sha256_of(path)
    path.write_bytes(b"22")
    assert sha256_of(path) == hashlib.sha256(b"22").hexdigest() != first
