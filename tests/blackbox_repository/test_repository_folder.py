from __future__ import annotations

from pathlib import Path

import pytest

from syne_tune.blackbox_repository.repository_folder import (
    REPOSITORY_ENV,
    blackbox_local_path,
    repository_folder,
    sources_folder,
)
from syne_tune.errors import OptionError


def test_environment_variable_names_the_folder(repository: Path) -> None:
    """W-46: the folder can be chosen."""
    assert repository_folder() == repository
    assert blackbox_local_path("fcnet") == repository / "fcnet"


def test_default_is_in_the_home_directory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv(REPOSITORY_ENV)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert blackbox_local_path("lcbench") == tmp_path / ".blackbox-repository" / "lcbench"


def test_scenarios_of_yahpo_share_a_folder(repository: Path) -> None:
    assert blackbox_local_path("yahpo-nb301") == repository / "yahpo" / "nb301"


@pytest.mark.parametrize("name", ["", "..", "a/b", "../a", ".sources", "a\\b"])
def test_paths_are_refused(name: str) -> None:
    with pytest.raises(OptionError, match="without path"):
        blackbox_local_path(name)


def test_sources_are_apart_from_blackboxes(repository: Path) -> None:
    assert sources_folder("fcnet").parent.parent == repository
    assert sources_folder("fcnet") != blackbox_local_path("fcnet")
