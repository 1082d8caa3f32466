from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from syne_tune.backend.folder_copy import copy_changing_folder


@pytest.fixture
def source(tmp_path: Path) -> Path:
    (tmp_path / "source" / "deep").mkdir(parents=True)
    (tmp_path / "source" / "deep" / "model").write_text("new")
    return tmp_path / "source"


def vanish(monkeypatch: pytest.MonkeyPatch, times: int) -> None:
    """Makes copying fail so often, as it does if a file has gone."""
    copytree = shutil.copytree
    failures = iter([True] * times)

    def flaky(*args: Path) -> None:
        if next(failures, False):
            raise shutil.Error([("a", "b", "vanished")])
        copytree(*args)

    monkeypatch.setattr(shutil, "copytree", flaky)


@pytest.mark.parametrize("times", [0, 2])
def test_copy_replaces_what_was_there(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    (tmp_path / "target").mkdir()
    (tmp_path / "target" / "old").touch()
    vanish(monkeypatch, times)
    copy_changing_folder(source, tmp_path / "target")
    assert (tmp_path / "target" / "deep" / "model").read_text() == "new"
    assert not (tmp_path / "target" / "old").exists()


def test_it_gives_up_in_the_end(source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    vanish(monkeypatch, 3)
    with pytest.raises(OSError, match="vanished"):
        copy_changing_folder(source, tmp_path / "target")
