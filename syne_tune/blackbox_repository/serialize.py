"""Reads a blackbox of any kind from its folder."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from syne_tune.blackbox_repository import blackbox_offline, blackbox_tabular
from syne_tune.blackbox_repository.blackbox import Blackbox
from syne_tune.blackbox_repository.files import check_kind
from syne_tune.errors import OptionError, nearest

_READERS: dict[str, Callable[[Path], Any]] = {
    blackbox_tabular.KIND: blackbox_tabular.deserialize,
    blackbox_offline.KIND: blackbox_offline.deserialize,
}


def deserialize(path: str | os.PathLike[str]) -> dict[str, Blackbox]:
    """Reads blackboxes of several tasks. Executes nothing from the folder.

    Args:
        path: Written by ``serialize`` of :mod:`blackbox_tabular` or :mod:`blackbox_offline`.

    Returns:
        From task to its blackbox.

    Raises:
        OptionError: If the folder does not hold blackboxes.
    """
    folder = Path(path)
    kind = check_kind(folder).get("kind")
    if kind not in _READERS:
        raise OptionError(f"{folder}: kind {kind!r} is not known; {nearest(str(kind), _READERS)}")
    blackboxes: dict[str, Blackbox] = _READERS[kind](folder)
    return blackboxes
