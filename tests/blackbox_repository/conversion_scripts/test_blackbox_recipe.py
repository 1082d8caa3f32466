from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from syne_tune.blackbox_repository import BlackboxTabular, deserialize, serialize
from syne_tune.blackbox_repository.conversion_scripts.blackbox_recipe import (
    BlackboxRecipe,
    content_hash,
)
from syne_tune.blackbox_repository.download import Source
from syne_tune.blackbox_repository.manifest import read_manifest
from syne_tune.blackbox_repository.repository_folder import blackbox_local_path
from syne_tune.errors import OptionError

Make = Callable[..., BlackboxTabular]
CONTENT = b"3"


class FromFile(BlackboxRecipe):
    """A table with as many configurations as the published file says."""

    sources = (Source("https://example.org/n", "n.txt", hashlib.sha256(CONTENT).hexdigest()),)
    licence = "CC0"
    make: Make

    def convert(self, source_folder: Path) -> dict[str, BlackboxTabular]:
        return {"task": self.make(num_configs=int((source_folder / "n.txt").read_text()))}


@pytest.fixture
def recipe(make: Make) -> FromFile:
    recipe = FromFile("small", "nobody")
    recipe.make = make
    recipe.source_folder.mkdir(parents=True)
    (recipe.source_folder / "n.txt").write_bytes(CONTENT)
    return recipe


def test_writes_blackboxes_and_where_they_come_from(recipe: FromFile) -> None:
    folder = recipe.generate()
    assert folder == blackbox_local_path("small")
    assert len(deserialize(folder)["task"].all_configurations()) == 3  # type: ignore[attr-defined]
    manifest = read_manifest(folder)
    assert (manifest["licence"], manifest["citation"]) == ("CC0", "nobody")
    assert manifest["sources"] == [{"url": "https://example.org/n", "sha256": recipe.sources[0].sha256}]


def test_published_file_with_wrong_checksum(recipe: FromFile) -> None:
    (recipe.source_folder / "n.txt").write_bytes(b"4")
    with pytest.raises(OptionError, match="SHA-256"):
        recipe.generate()
    assert not blackbox_local_path("small").exists()


def test_checksum_of_a_file_that_could_not_be_used_is_not_recorded(recipe: FromFile) -> None:
    recipe.sources = (Source("https://example.org/n", "n.txt"),)
    path = recipe.source_folder / "n.txt"
    path.write_text("please sign in")
    with pytest.raises(ValueError, match="please sign in"):
        recipe.generate()
    path.write_bytes(CONTENT)
    recipe.generate()
    path.write_bytes(b"4")
    with pytest.raises(OptionError, match="recorded in"):
        recipe.generate()


def test_result_with_wrong_hash(recipe: FromFile) -> None:
    """W-26: the hash is compared, and what differs is refused; it does not depend on the order of files."""
    right = content_hash(recipe.generate())
    recipe.hash = right
    assert content_hash(recipe.generate()) == right
    recipe.hash = "0" * 64
    with pytest.raises(OptionError, match="is expected"):
        recipe.generate()


def test_old_recipes_write_their_folder_themselves(make: Make) -> None:
    class Old(BlackboxRecipe):
        def _generate_on_disk(self) -> None:
            serialize({"task": make()}, blackbox_local_path(self.name))

    assert read_manifest(Old("old", "nobody").generate())["name"] == "old"
