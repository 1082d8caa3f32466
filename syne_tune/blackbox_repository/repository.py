"""Blackboxes by name: :func:`load_blackbox`.

Some tables come with the package. All others are made once, from published files, by the recipes of
:mod:`~syne_tune.blackbox_repository.conversion_scripts`, and kept in the repository of this machine.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from syne_tune import jsonio
from syne_tune.blackbox_repository.blackbox import Blackbox
from syne_tune.blackbox_repository.conversion_scripts.recipes import generate_blackbox_recipes
from syne_tune.blackbox_repository.files import METADATA
from syne_tune.blackbox_repository.manifest import check_files, read_manifest
from syne_tune.blackbox_repository.repository_folder import (
    blackbox_local_path,
    embedded_names,
    repository_folder,
    tables_folder,
)
from syne_tune.blackbox_repository.s3_folder import S3Folder
from syne_tune.blackbox_repository.serialize import deserialize
from syne_tune.blackbox_repository.whole_folders import replace_folder, unfinished_folder
from syne_tune.blackbox_repository.yahpo import files as yahpo_files
from syne_tune.errors import OptionError, nearest

__all__ = [
    "blackbox_list",
    "blackbox_local_path",
    "blackbox_manifest",
    "blackbox_metadata",
    "is_present",
    "load_blackbox",
]


def blackbox_list() -> list[str]:
    """Names of all blackboxes: those that come with the package first, then those that recipes can make."""
    return [*embedded_names(), *generate_blackbox_recipes]


def is_present(name: str) -> bool:
    """Whether a blackbox can be loaded without downloading anything.

    Args:
        name: Name of a blackbox.
    """
    return name in embedded_names() or (blackbox_local_path(name) / METADATA).is_file()


def load_blackbox(
    name: str,
    skip_if_present: bool = True,
    s3_root: str | None = None,
    generate_if_not_found: bool = True,
    yahpo_kwargs: Mapping[str, Any] | None = None,
    ignore_hash: bool = False,
) -> dict[str, Blackbox]:
    """Loads a blackbox; makes it first if it is not on this machine.

    Looked for are, in this order: tables that come with the package, the repository of this machine, a copy in S3 if
    ``s3_root`` is given, the published files. Checksums of all files are checked.

    Args:
        name: One of :func:`blackbox_list`, or the name of a folder in the repository.
        skip_if_present: Whether a copy on this machine will do, as opposed to being made again.
        s3_root: Place in S3 that holds copies, such as ``s3://my-bucket/my-prefix``. What is made from published files
            is copied there.
        generate_if_not_found: Whether to make it from published files.
        yahpo_kwargs: For ``yahpo-...``: ``fidelities`` and ``check``, see
            :class:`~syne_tune.blackbox_repository.yahpo.blackbox.BlackBoxYAHPO`.
        ignore_hash: Whether to read files whose checksum is wrong or not known.

    Returns:
        From task to its blackbox.

    Raises:
        OptionError: If there is no such blackbox, or its files cannot be had or trusted; says what to do.
    """
    folder = _find(name, skip_if_present, s3_root, generate_if_not_found)
    if not ignore_hash:
        check_files(folder)
    if yahpo_files.is_scenario(folder):
        return dict(yahpo_files.read(folder, **(yahpo_kwargs or {})))
    if yahpo_kwargs:
        raise OptionError(f"yahpo_kwargs = {dict(yahpo_kwargs)}: {name!r} is not a scenario of YAHPO Gym")
    return deserialize(folder)


def blackbox_metadata(name: str) -> dict[str, Any]:
    """What ``metadata.json`` says about a blackbox that is present.

    Args:
        name: Name of the blackbox.

    Returns:
        ``task_names`` and ``objectives_names``, and if known ``metric_default``, ``metric_elapsed_time``,
        ``resource_attr``.

    Raises:
        OptionError: If it is not on this machine.
    """
    metadata: dict[str, Any] = jsonio.read_json(_find(name) / METADATA)
    return metadata


def blackbox_manifest(name: str) -> dict[str, Any]:
    """Where a blackbox that is present comes from: citation, licence, sources, checksums.

    Args:
        name: Name of the blackbox.

    Raises:
        OptionError: If it is not on this machine, or has no manifest.
    """
    return read_manifest(_find(name))


def _find(
    name: str, skip_if_present: bool = True, s3_root: str | None = None, generate_if_not_found: bool = False
) -> Path:
    """Folder of a blackbox, which is made if need be."""
    if name in embedded_names():
        return tables_folder() / name
    folder = blackbox_local_path(name)
    if skip_if_present and (folder / METADATA).is_file():
        return folder
    if s3_root is not None and _copy_from_s3(S3Folder(s3_root, name), folder):
        return folder
    if name not in generate_blackbox_recipes:
        raise OptionError(
            f"name = {name!r}: no such blackbox; {nearest(name, blackbox_list())}. Blackboxes of your own are found if "
            f"their folder is in {repository_folder()}"
        )
    if not generate_if_not_found:
        raise OptionError(f"{name!r} is not in {folder}. Call load_blackbox with generate_if_not_found=True to make it")
    generate_blackbox_recipes[name].generate(s3_root)
    if s3_root is not None:
        S3Folder(s3_root, name).upload(folder)
    return folder


def _copy_from_s3(copy: S3Folder, folder: Path) -> bool:
    with unfinished_folder(folder) as unfinished:
        is_there = copy.download(unfinished)
        if is_there:
            replace_folder(unfinished, folder)
    return is_there
