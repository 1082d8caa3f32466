from __future__ import annotations

from pathlib import Path

import pytest

from syne_tune.blackbox_repository.whole_folders import replace_folder, unfinished_folder


def test_replacing_a_folder(tmp_path: Path) -> None:
    target, new = tmp_path / "deep" / "box", tmp_path / "deep" / "new"
    for text in ("1", "2"):
        new.mkdir(parents=True)
        (new / "x").write_text(text)
        replace_folder(new, target)
        assert (target / "x").read_text() == text
    assert [path.name for path in target.parent.iterdir()] == ["box"]


def test_unfinished_folder_takes_the_place_of_its_target(tmp_path: Path) -> None:
    target = tmp_path / "deep" / "box"
    with unfinished_folder(target) as folder:
        (folder / "x").write_text("1")
        assert folder.parent == target.parent
        assert not target.exists()
        replace_folder(folder, target)
    assert (target / "x").read_text() == "1"
    assert [path.name for path in target.parent.iterdir()] == ["box"]


def test_unfinished_folder_leaves_nothing_behind(tmp_path: Path) -> None:
    def fill(folder: Path) -> None:
        (folder / "x").write_text("1")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), unfinished_folder(tmp_path / "box") as folder:
        fill(folder)
    assert list(tmp_path.iterdir()) == []
