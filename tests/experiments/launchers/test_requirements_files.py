from __future__ import annotations

from pathlib import Path

import pytest

from syne_tune.errors import OptionError
from syne_tune.experiments.launchers.requirements_files import (
    combine_requirements_txt,
    find_or_create_requirements_txt,
)


def test_created_if_there_is_none(tmp_path: Path) -> None:
    path = find_or_create_requirements_txt(tmp_path / "hpo_main.py", "requirements-synetune.txt")
    assert path.name == "requirements-synetune.txt"
    assert "syne-tune" in path.read_text()


def test_the_one_besides_the_combined_file(tmp_path: Path) -> None:
    for name in ("requirements.txt", "requirements-synetune.txt"):
        (tmp_path / name).write_text("x")
    assert find_or_create_requirements_txt(tmp_path / "hpo_main.py").name == "requirements-synetune.txt"
    (tmp_path / "requirements-other.txt").write_text("x")
    with pytest.raises(OptionError, match="leave one"):
        find_or_create_requirements_txt(tmp_path / "hpo_main.py")


def test_union_of_launcher_and_script(tmp_path: Path) -> None:
    (tmp_path / "launcher").mkdir()
    (tmp_path / "script").mkdir()
    source = tmp_path / "launcher" / "requirements-synetune.txt"
    source.write_text("syne-tune\n")
    (tmp_path / "script" / "requirements.txt").write_text("torch\n")
    combined = combine_requirements_txt(source, tmp_path / "script" / "train.py")
    assert combined == tmp_path / "launcher" / "requirements.txt"
    assert combined.read_text().split() == ["syne-tune", "torch"]


def test_sources_are_never_overwritten(tmp_path: Path) -> None:
    source = tmp_path / "requirements-synetune.txt"
    source.write_text("syne-tune\n")
    (tmp_path / "requirements.txt").write_text("torch\n")
    with pytest.raises(OptionError, match="would be overwritten"):
        combine_requirements_txt(source, tmp_path / "train.py")
    assert (tmp_path / "requirements.txt").read_text() == "torch\n"
