"""How a published benchmark becomes blackboxes in the repository: :class:`BlackboxRecipe`.

Writing one: say in :attr:`BlackboxRecipe.sources` which files are needed, turn them into blackboxes in
:meth:`BlackboxRecipe.convert`, and register the recipe with :func:`recipes.register_recipe`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from syne_tune.blackbox_repository.blackbox import Blackbox
from syne_tune.blackbox_repository.download import Source, fetch, remember
from syne_tune.blackbox_repository.manifest import MANIFEST, read_manifest, write_manifest
from syne_tune.blackbox_repository.repository_folder import blackbox_local_path, sources_folder
from syne_tune.blackbox_repository.serialize import serialize
from syne_tune.blackbox_repository.whole_folders import replace_folder, unfinished_folder
from syne_tune.errors import OptionError


class BlackboxRecipe:
    """Downloads the files of a published benchmark, and writes them as blackboxes into the repository.

    Args:
        name: Name of the blackbox.
        cite_reference: Whom to cite.
        hash: SHA-256 over what is written, see :func:`content_hash`. Checked if given.

    Attributes:
        sources: Published files.
        licence: Under which licence.
        metadata: Entries of ``metadata.json``: ``metric_default``, ``metric_elapsed_time``, ``resource_attr``.
    """

    sources: Sequence[Source] = ()
    licence: str = "not stated by its authors"
    metadata: Mapping[str, Any] = {}

    def __init__(self, name: str, cite_reference: str, hash: str | None = None) -> None:  # the documented name
        self.name = name
        self.cite_reference = cite_reference
        self.hash = hash

    # ------------------------------------------------------------------ what a subclass says

    def convert(self, source_folder: Path) -> Mapping[str, Blackbox]:
        """Makes blackboxes.

        Args:
            source_folder: Contains the files of :attr:`sources`, which have been checked.

        Returns:
            From task to its blackbox.
        """
        raise NotImplementedError(f"{type(self).__name__} must implement convert")

    def write(self, source_folder: Path, folder: Path) -> None:
        """Writes blackboxes; to be overridden where they are more than what :func:`serialize` can write.

        Args:
            source_folder: As in :meth:`convert`.
            folder: Where to write them.
        """
        serialize(self.convert(source_folder), folder, self.metadata)

    def _generate_on_disk(self) -> None:
        """Fills the folder of the blackbox in the repository; it is there as a whole, or not at all."""
        source_folder = self.source_folder
        checksums = fetch(self.sources, source_folder)
        target = blackbox_local_path(self.name)
        with unfinished_folder(target) as folder:
            self.write(source_folder, folder)
            write_manifest(folder, self._about(checksums))
            remember(self.sources, source_folder, checksums)
            replace_folder(folder, target)

    # ------------------------------------------------------------------ what others call

    @property
    def source_folder(self) -> Path:
        """Where published files are kept. Files that were put there by hand are not downloaded."""
        return sources_folder(self.name)

    def generate(self, s3_root: str | None = None) -> Path:
        """Makes the blackboxes, whether or not they are there already.

        Args:
            s3_root: Not used; accepted for old recipes. Copies in S3 are made by ``load_blackbox``.

        Returns:
            Their folder in the repository.

        Raises:
            OptionError: If a source cannot be had, or the result is not what it should be.
        """
        self._generate_on_disk()
        folder = blackbox_local_path(self.name)
        if not (folder / MANIFEST).is_file():  # by an old recipe, which overrides _generate_on_disk
            write_manifest(folder, self._about({}))
        found = content_hash(folder)
        if self.hash is not None and found != self.hash:
            raise OptionError(
                f"{self.name}: the files in {folder} have hash {found}, but {self.hash} is expected. The published "
                "data have changed, or the recipe has"
            )
        return folder

    def _about(self, checksums: Mapping[str, str]) -> dict[str, Any]:
        sources = [{"url": url, "sha256": checksum} for url, checksum in checksums.items()]
        return {"name": self.name, "citation": self.cite_reference, "licence": self.licence, "sources": sources}


def content_hash(folder: Path) -> str:
    """SHA-256 over names and checksums of all files of a blackbox, whose manifest lists them."""
    lines = [f"{name}:{checksum}\n" for name, checksum in sorted(read_manifest(folder)["files"].items())]
    return hashlib.sha256("".join(lines).encode()).hexdigest()
