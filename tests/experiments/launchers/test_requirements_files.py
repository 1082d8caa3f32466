from __future__ import annotations

from pathlib import Path

import pytest

from syne_tune.errors import OptionError
from syne_tune.experiments.launchers.requirements_files import (
    combine_requirements_txt,
    find_or_create_requirements_txt,
    requirements_of_job,
)


def folders(tmp_path: Path) -> tuple[Path, Path]:
    (tmp_path / "launcher").mkdir()
    (tmp_path / "script").mkdir()
    return tmp_path / "launcher" / "hpo_main.py", tmp_path / "script" / "train.py"


def test_w23_union_for_a_job_is_written_nowhere(tmp_path: Path) -> None:
    """W-23, and races of two launches: files in the repository were overwritten."""
    entry_point, script = folders(tmp_path)
    (entry_point.parent / "requirements-synetune.txt").write_text("syne-tune[gpsearchers]\ntqdm\n")
    (entry_point.parent / "requirements.txt").write_text("left by an earlier version\n")
    (script.parent / "requirements.txt").write_text("torch\ntqdm\n")
    lines = requirements_of_job(entry_point, script).splitlines()
    assert lines[-2:] == ["tqdm", "torch"]
    assert any(line.startswith("scipy") for line in lines)
    assert len(list(tmp_path.rglob("*.txt"))) == 3
    assert (entry_point.parent / "requirements.txt").read_text() == "left by an earlier version\n"


def test_job_without_any_file_needs_syne_tune(tmp_path: Path) -> None:
    entry_point, script = folders(tmp_path)
    assert "scipy" in requirements_of_job(entry_point, script)
    assert list(tmp_path.rglob("*.txt")) == []


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
