"""Where blackboxes lie: those that come with the package, and the repository of this machine."""

from __future__ import annotations

import os
from pathlib import Path

from syne_tune.errors import OptionError

REPOSITORY_ENV = "SYNETUNE_BLACKBOX_REPOSITORY"
"""Environment variable naming the folder of the repository."""

_DEFAULT_FOLDER = ".blackbox-repository"
_TABLES = Path(__file__).parent / "tables"
_SOURCES = ".sources"
_YAHPO_PREFIX = "yahpo-"


def repository_folder() -> Path:
    """Folder of the repository: :data:`REPOSITORY_ENV`, or ``~/.blackbox-repository``. It need not exist."""
    chosen = os.environ.get(REPOSITORY_ENV)
    return Path(chosen).expanduser() if chosen else Path.home() / _DEFAULT_FOLDER


def blackbox_local_path(name: str) -> Path:
    """Folder of one blackbox in the repository; it need not exist.

    Args:
        name: Name of a blackbox; ``yahpo-lcbench`` lies in ``yahpo/lcbench``.

    Raises:
        OptionError: If the name is no name of a folder.
    """
    if not name or name.startswith(".") or any(separator in name for separator in "/\\"):
        raise OptionError(f"name = {name!r}: must be the name of a blackbox, without path")
    if name.startswith(_YAHPO_PREFIX):
        return repository_folder() / "yahpo" / name.removeprefix(_YAHPO_PREFIX)
    return repository_folder() / name


def sources_folder(name: str) -> Path:
    """Folder of downloaded files from which blackboxes are made; it need not exist.

    Args:
        name: Which files belong together.
    """
    return repository_folder() / _SOURCES / name


def tables_folder() -> Path:
    """Folder of the tables that come with the package."""
    return _TABLES


def embedded_names() -> list[str]:
    """Names of the tables that come with the package."""
    return sorted(path.parent.name for path in _TABLES.glob("*/metadata.json"))
