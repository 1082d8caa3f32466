"""Which folders are experiments, and which one a name means."""

from __future__ import annotations

import os
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path

from syne_tune.constants import ST_EVENT_LOG_FILENAME, ST_METADATA_FILENAME
from syne_tune.errors import ExperimentNotFoundError
from syne_tune.experiment_folder import experiment_path

LATEST = "latest"
"""Stands for the experiment that was written to most recently."""

_MOST_NAMES_LISTED = 8


def is_experiment(folder: Path) -> bool:
    """Whether a folder holds an experiment: its metadata or its event log."""
    return (folder / ST_METADATA_FILENAME).is_file() or (folder / ST_EVENT_LOG_FILENAME).is_file()


def experiment_folders(root: Path) -> Iterator[Path]:
    """All experiments in a folder and its subfolders, in order of their paths. Folders of trials are not entered.

    Args:
        root: Folder to search; it need not exist.
    """
    for path, subfolders, _ in os.walk(root):
        if is_experiment(Path(path)):
            subfolders.clear()
            yield Path(path)
        subfolders.sort()


def named_experiment(name: str, root: Path) -> Path:
    """The folder of the experiment of just this name.

    Args:
        name: Name of the experiment, or a path.
        root: Folder that holds all experiments, perhaps in subfolders.

    Raises:
        ExperimentNotFoundError: If there is none, or several subfolders hold one; the message lists the nearest names.
    """
    for direct in (root / name, Path(name).expanduser().resolve()):
        if is_experiment(direct):
            return direct
    folders = list(experiment_folders(root))
    matches = [folder for folder in folders if folder.name == name]
    if len(matches) > 1:
        raise ExperimentNotFoundError(f"Several experiments are called {name!r}: {_listed([str(m) for m in matches])}")
    if not matches:
        raise ExperimentNotFoundError(f"No experiment {name!r} in {root}; {_nearest_names(name, folders)}")
    return matches[0]


def find_experiment(name: str, root: Path | None = None) -> Path:
    """The folder that a person means by a name.

    Args:
        name: Name of the experiment, or the beginning of just one name, or ``"latest"``, or a path.
        root: Folder that holds all experiments; by default that of :func:`experiment_path`.

    Raises:
        ExperimentNotFoundError: If nothing matches, or several experiments do; the message lists the nearest names.
    """
    root = experiment_path() if root is None else root
    folders = list(experiment_folders(root))
    if name == LATEST and folders:
        return max(folders, key=last_written)
    matches = [folder for folder in folders if folder.name.startswith(name)]
    if not matches or is_experiment(root / name) or any(folder.name == name for folder in matches):
        return named_experiment(name, root)
    if len(matches) > 1:
        raise ExperimentNotFoundError(
            f"{name!r} is the beginning of {len(matches)} names: {_listed(_newest_first(matches))}. "
            f"Write more of it, or {LATEST!r} for the newest of all experiments"
        )
    return matches[0]


def last_written(folder: Path) -> float:
    """When an experiment was last written to, in seconds since the epoch."""
    files = (folder / ST_EVENT_LOG_FILENAME, folder / ST_METADATA_FILENAME)
    return max(file.stat().st_mtime for file in files if file.is_file())


def _newest_first(folders: list[Path]) -> list[str]:
    return [folder.name for folder in sorted(folders, key=last_written, reverse=True)]


def _nearest_names(name: str, folders: list[Path]) -> str:
    names = _newest_first(folders)
    if not names:
        return "this folder holds no experiments. Set SYNETUNE_FOLDER if they are somewhere else"
    close = get_close_matches(name, names, n=_MOST_NAMES_LISTED, cutoff=0.5)
    return f"did you mean {_listed(close)}?" if close else f"there are: {_listed(names)}"


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - _MOST_NAMES_LISTED} more" if len(names) > _MOST_NAMES_LISTED else ""
    return ", ".join(repr(name) for name in names[:_MOST_NAMES_LISTED]) + more
