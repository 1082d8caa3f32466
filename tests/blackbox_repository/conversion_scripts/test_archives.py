from __future__ import annotations

import io
import tarfile
import zipfile
from pathlib import Path

import pytest

from syne_tune.blackbox_repository.conversion_scripts.archives import member_names, open_member
from syne_tune.errors import OptionError


@pytest.fixture(params=["zip", "tar"])
def archive(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    path = tmp_path / "archive"
    content = {"deep/a.json": b"1", "../../evil.json": b"2", "b.txt": b"3"}
    if request.param == "zip":
        with zipfile.ZipFile(path, "w") as zipped:
            for name, data in content.items():
                zipped.writestr(name, data)
    else:
        with tarfile.open(path, "w:gz") as tarred:
            for name, data in content.items():
                entry = tarfile.TarInfo(name)
                entry.size = len(data)
                tarred.addfile(entry, io.BytesIO(data))
    return path


def test_files_are_read_in_place(archive: Path, tmp_path: Path) -> None:
    """Section 10.4: an archive cannot write anywhere, because it is not unpacked."""
    assert sorted(member_names(archive)) == ["../../evil.json", "b.txt", "deep/a.json"]
    with open_member(archive, "a.json") as file:
        assert file.read() == b"1"
    with open_member(archive, "evil.json") as file:
        assert file.read() == b"2"
    assert list(tmp_path.iterdir()) == [archive]


@pytest.mark.parametrize(("ending", "found"), [(".csv", 0), (".json", 2)])
def test_exactly_one_file_is_meant(archive: Path, ending: str, found: int) -> None:
    with pytest.raises(OptionError, match=f"{found} files end in"), open_member(archive, ending):
        pass


def test_something_else(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("not an archive")
    with pytest.raises(OptionError, match="neither"):
        member_names(tmp_path / "x")
