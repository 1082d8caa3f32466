from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest

from syne_tune.blackbox_repository import BlackboxTabular, blackbox_list, load_blackbox, repository, serialize
from syne_tune.blackbox_repository.conversion_scripts import recipes
from syne_tune.blackbox_repository.conversion_scripts.blackbox_recipe import BlackboxRecipe
from syne_tune.blackbox_repository.manifest import MANIFEST, write_manifest
from syne_tune.blackbox_repository.repository import blackbox_metadata, is_present
from syne_tune.errors import OptionError

Make = Callable[..., BlackboxTabular]


class SmallRecipe(BlackboxRecipe):
    """Makes a table without downloading anything."""

    metadata: ClassVar = {"metric_default": "loss"}

    def __init__(self, table: BlackboxTabular) -> None:
        super().__init__("small", "nobody")
        self.table = table
        self.calls = 0

    def convert(self, source_folder: Path) -> dict[str, BlackboxTabular]:
        self.calls += 1
        return {"task": self.table}


@pytest.fixture
def recipe(table: BlackboxTabular, monkeypatch: pytest.MonkeyPatch) -> SmallRecipe:
    recipe = SmallRecipe(table)
    monkeypatch.setitem(recipes.generate_blackbox_recipes, "small", recipe)
    return recipe


def test_is_made_once(recipe: SmallRecipe, table: BlackboxTabular) -> None:
    assert not is_present("small")
    for _ in range(2):
        loaded = load_blackbox("small")["task"]
        assert isinstance(loaded, BlackboxTabular)
        assert np.array_equal(loaded.objectives_evaluations, table.objectives_evaluations)
    assert recipe.calls == 1
    assert is_present("small")
    assert blackbox_metadata("small")["metric_default"] == "loss"


def test_can_be_made_again(recipe: SmallRecipe) -> None:
    load_blackbox("small")
    load_blackbox("small", skip_if_present=False)
    assert recipe.calls == 2


def test_is_not_made_unless_allowed(recipe: SmallRecipe) -> None:
    with pytest.raises(OptionError, match="generate_if_not_found=True"):
        load_blackbox("small", generate_if_not_found=False)
    assert recipe.calls == 0


def test_changed_file_is_refused_by_default(recipe: SmallRecipe) -> None:
    """W-26: checksums are enforced unless told otherwise."""
    load_blackbox("small")
    path = repository.blackbox_local_path("small") / "objectives_evaluations.npy"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    with pytest.raises(OptionError, match="SHA-256"):
        load_blackbox("small")
    assert load_blackbox("small", ignore_hash=True)
    assert load_blackbox("small", skip_if_present=False)
    assert load_blackbox("small")


def test_failure_leaves_nothing_behind(recipe: SmallRecipe, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recipe, "convert", lambda folder: {})
    with pytest.raises(OptionError):
        load_blackbox("small")
    assert not is_present("small")
    assert [path.name for path in repository.blackbox_local_path("small").parent.iterdir()] == [".sources"]


def test_nothing_is_asked_of_s3_unless_a_place_is_named(recipe: SmallRecipe, monkeypatch: pytest.MonkeyPatch) -> None:
    """W-46: no bucket is created, used or filled silently; W-47: no region is set."""
    monkeypatch.setitem(sys.modules, "boto3", None)
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    assert load_blackbox("small")
    assert "AWS_DEFAULT_REGION" not in os.environ


class Copy:
    """A place in S3 that is a folder."""

    files: ClassVar[dict[str, bytes]] = {}

    def __init__(self, s3_root: str, name: str) -> None:
        assert (s3_root, name) == ("s3://bucket", "small")

    def download(self, folder: Path) -> bool:
        for name, content in self.files.items():
            (folder / name).write_bytes(content)
        return bool(self.files)

    def upload(self, folder: Path) -> None:
        self.files.update({path.name: path.read_bytes() for path in folder.iterdir()})


def test_copy_in_s3(recipe: SmallRecipe, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(repository, "S3Folder", Copy)
    monkeypatch.setattr(Copy, "files", {})
    load_blackbox("small", s3_root="s3://bucket")
    assert MANIFEST in Copy.files
    assert recipe.calls == 1
    monkeypatch.setenv("SYNETUNE_BLACKBOX_REPOSITORY", str(tmp_path / "other machine"))
    load_blackbox("small", s3_root="s3://bucket")
    assert recipe.calls == 1


def test_folder_of_ones_own(table: BlackboxTabular) -> None:
    folder = repository.blackbox_local_path("mine")
    serialize({"a": table}, folder)
    with pytest.raises(OptionError, match="manifest"):
        load_blackbox("mine")
    assert set(load_blackbox("mine", ignore_hash=True)) == {"a"}
    write_manifest(folder, {})
    assert set(load_blackbox("mine")) == {"a"}


def test_misspelt_name() -> None:
    with pytest.raises(OptionError, match="did you mean 'lcbench'"):
        load_blackbox("lcbenhc")


def test_options_for_yahpo_only() -> None:
    with pytest.raises(OptionError, match="yahpo_kwargs"):
        load_blackbox("mlp-digits", yahpo_kwargs={"check": True})


def test_list_names_documented_blackboxes() -> None:
    documented = {"icml-deepar", "icml-xgboost", "nasbench201", "fcnet", "lcbench", "pd1", "yahpo-lcbench"}
    assert documented <= set(blackbox_list())


def test_published_file_that_cannot_be_had(monkeypatch: pytest.MonkeyPatch) -> None:
    from syne_tune.blackbox_repository import download

    def refuse(url: str) -> io.BytesIO:
        raise TimeoutError("slow")

    monkeypatch.setattr(download, "open_url", refuse)
    with pytest.raises(OptionError, match=r"pd1\.tar\.gz cannot be downloaded: slow"):
        load_blackbox("pd1")
