from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from syne_tune.blackbox_repository import BlackboxTabular, serialize
from syne_tune.blackbox_repository.latest import load_latest
from syne_tune.blackbox_repository.manifest import write_manifest
from syne_tune.errors import OptionError

Make = Callable[..., BlackboxTabular]


def write(folder: Path, table: BlackboxTabular) -> None:
    serialize({"a": table}, folder)
    write_manifest(folder, {})


def test_loaded_once(repository: Path, make: Make) -> None:
    write(repository / "mine", make())
    first = load_latest("mine")
    assert load_latest("mine")["a"] is first["a"]
    first.clear()
    assert set(load_latest("mine")) == {"a"}


def test_only_the_latest_is_kept(repository: Path, make: Make) -> None:
    for name in ("mine", "other"):
        write(repository / name, make())
    first = load_latest("mine")["a"]
    load_latest("other")
    assert load_latest("mine")["a"] is not first


def test_changed_files_are_loaded_again(repository: Path, make: Make) -> None:
    write(repository / "mine", make(num_configs=6))
    assert len(load_latest("mine")["a"].all_configurations()) == 6
    write(repository / "mine", make(num_configs=3))
    assert len(load_latest("mine")["a"].all_configurations()) == 3


def test_repositories_are_told_apart(
    repository: Path, make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(repository / "mine", make())
    load_latest("mine")
    monkeypatch.setenv("SYNETUNE_BLACKBOX_REPOSITORY", str(tmp_path / "empty"))
    with pytest.raises(OptionError, match="no such blackbox"):
        load_latest("mine")


def test_tables_of_the_package_are_kept_too() -> None:
    assert load_latest("mlp-digits") == load_latest("mlp-digits")
