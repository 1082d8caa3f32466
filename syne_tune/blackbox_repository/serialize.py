"""Writes and reads blackboxes of any kind, one folder for several tasks."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from syne_tune import jsonio
from syne_tune.blackbox_repository import blackbox_offline, blackbox_tabular
from syne_tune.blackbox_repository.blackbox import Blackbox
from syne_tune.blackbox_repository.blackbox_offline import BlackboxOffline
from syne_tune.blackbox_repository.blackbox_tabular import BlackboxTabular, share_rows
from syne_tune.blackbox_repository.files import METADATA, check_kind, check_tasks
from syne_tune.blackbox_repository.yahpo import files as yahpo_files
from syne_tune.errors import OptionError, nearest

KIND = "tasks"
"""Every task has a folder of its own, because their spaces, configurations or fidelities differ."""


def serialize(
    bb_dict: Mapping[str, Blackbox], path: str | os.PathLike[str], metadata: Mapping[str, Any] | None = None
) -> None:
    """Writes tables, or lists of evaluations, of several tasks into one folder.

    Args:
        bb_dict: From task to its blackbox; all are tables, or all are lists.
        path: The folder; created if missing.
        metadata: Entries to be added to ``metadata.json``.

    Raises:
        OptionError: If there is no task, or a blackbox that cannot be written, such as a function or a model.
    """
    check_tasks(bb_dict, Blackbox)
    tables = {task: blackbox for task, blackbox in bb_dict.items() if isinstance(blackbox, BlackboxTabular)}
    lists = {task: blackbox for task, blackbox in bb_dict.items() if isinstance(blackbox, BlackboxOffline)}
    first = next(iter(bb_dict.values()))
    if len(tables) == len(bb_dict) and all(share_rows(tables[task], next(iter(tables.values()))) for task in tables):
        blackbox_tabular.serialize(tables, path, metadata)
    elif len(lists) == len(bb_dict) and all(
        blackbox.configuration_space == first.configuration_space for blackbox in lists.values()
    ):
        blackbox_offline.serialize(lists, path, metadata=metadata)
    elif len(tables) + len(lists) == len(bb_dict):
        _serialize_one_by_one(bb_dict, Path(path), metadata)
    else:
        kinds = sorted({type(blackbox).__name__ for blackbox in bb_dict.values()})
        raise OptionError(f"serialize: can write BlackboxTabular and BlackboxOffline, but was given {kinds}")


def _serialize_one_by_one(bb_dict: Mapping[str, Blackbox], folder: Path, metadata: Mapping[str, Any] | None) -> None:
    for index, (task, blackbox) in enumerate(bb_dict.items()):
        serialize({task: blackbox}, folder / str(index))
    jsonio.write_json(folder / METADATA, {**(metadata or {}), "kind": KIND, "task_names": list(bb_dict)})


def _deserialize_one_by_one(folder: Path) -> dict[str, Blackbox]:
    tasks = check_kind(folder, KIND)["task_names"]
    return {task: deserialize(folder / str(index))[task] for index, task in enumerate(tasks)}


_READERS: dict[str, Callable[[Path], Any]] = {
    KIND: _deserialize_one_by_one,
    blackbox_tabular.KIND: blackbox_tabular.deserialize,
    blackbox_offline.KIND: blackbox_offline.deserialize,
    yahpo_files.KIND: yahpo_files.read,
}


def deserialize(path: str | os.PathLike[str]) -> dict[str, Blackbox]:
    """Reads blackboxes of several tasks. Executes nothing from the folder.

    Args:
        path: Written by :func:`serialize`, by ``serialize`` of :mod:`blackbox_tabular` or :mod:`blackbox_offline`, or
            by Syne Tune 0.13; or a scenario of YAHPO Gym as it was published.

    Returns:
        From task to its blackbox.

    Raises:
        OptionError: If the folder does not hold blackboxes.
    """
    folder = Path(path)
    kind = yahpo_files.KIND if yahpo_files.is_scenario(folder) else check_kind(folder).get("kind")
    if kind not in _READERS:
        raise OptionError(f"{folder}: kind {kind!r} is not known; {nearest(str(kind), _READERS)}")
    blackboxes: dict[str, Blackbox] = _READERS[kind](folder)
    return blackboxes
