"""The blackboxes that were loaded last are kept, because experiments on them usually follow each other."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from syne_tune import jsonio
from syne_tune.blackbox_repository.blackbox import Blackbox
from syne_tune.blackbox_repository.files import METADATA
from syne_tune.blackbox_repository.repository import is_present, load_blackbox
from syne_tune.blackbox_repository.repository_folder import blackbox_local_path, embedded_names, tables_folder


class _Key(NamedTuple):
    """What tells that blackboxes are still the same: their folder, the version of it, and how they were loaded."""

    folder: Path
    inode: int
    modified: int
    arguments: str


class _Latest:
    """The blackboxes that were loaded last."""

    key: _Key | None = None
    blackboxes: Mapping[str, Blackbox] = {}


def load_latest(name: str, yahpo_kwargs: Mapping[str, Any] | None = None) -> dict[str, Blackbox]:
    """As :func:`~.repository.load_blackbox`, but not again if these blackboxes were loaded last and have not changed.

    Args:
        name: See there.
        yahpo_kwargs: See there.
    """
    if not is_present(name):
        load_blackbox(name, yahpo_kwargs=yahpo_kwargs)
    key = _key(name, yahpo_kwargs)
    if key != _Latest.key:
        _Latest.key = None
        _Latest.blackboxes = {}  # before the next ones are loaded, so that both are never in memory
        _Latest.blackboxes = load_blackbox(name, yahpo_kwargs=yahpo_kwargs)
        _Latest.key = key
    return dict(_Latest.blackboxes)


def _key(name: str, yahpo_kwargs: Mapping[str, Any] | None) -> _Key:
    folder = tables_folder() / name if name in embedded_names() else blackbox_local_path(name)
    status = (folder / METADATA).stat()
    return _Key(folder, status.st_ino, status.st_mtime_ns, jsonio.dumps(dict(yahpo_kwargs or {})))
