"""Files of a blackbox: arrays as ``.npy`` and ``.npz``, everything else as JSON. Reading executes no code.

Common to all kinds are ``configspace.json``, ``fidelityspace.json`` (if there is a fidelity) and ``metadata.json``,
which names the kind, the tasks and the objectives.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from syne_tune import jsonio
from syne_tune.blackbox_repository.blackbox import Blackbox
from syne_tune.config_space import Space
from syne_tune.errors import OptionError

if TYPE_CHECKING:
    import pandas as pd

METADATA = "metadata.json"
_CONFIGURATION_SPACE = "configspace.json"
_FIDELITY_SPACE = "fidelityspace.json"
_AS_NUMBERS, _AS_JSON = "numbers", "json"


def check_tasks(bb_dict: Mapping[str, Blackbox], kind: type[Blackbox]) -> None:
    """Checks what is to be written.

    Raises:
        OptionError: If it is not a dictionary from task to blackbox.
    """
    wrong = not isinstance(bb_dict, Mapping) or not bb_dict
    if wrong or not all(isinstance(blackbox, kind) for blackbox in bb_dict.values()):
        raise OptionError(f"serialize: pass a dictionary from task to {kind.__name__}, such as {{'task': blackbox}}")


def write_description(
    folder: Path, kind: str, blackbox: Blackbox, tasks: Sequence[str], metadata: Mapping[str, Any] | None
) -> None:
    """Writes spaces and ``metadata.json``.

    Args:
        folder: Created if missing.
        kind: Says how the rest is to be read.
        blackbox: Whose spaces and objectives are written.
        tasks: Names of the tasks.
        metadata: Further entries.
    """
    folder.mkdir(parents=True, exist_ok=True)
    jsonio.write_json(folder / _CONFIGURATION_SPACE, blackbox.configuration_space.to_json_dict())
    if blackbox.fidelity_space is not None:
        jsonio.write_json(folder / _FIDELITY_SPACE, blackbox.fidelity_space.to_json_dict())
    own = {"kind": kind, "task_names": list(tasks), "objectives_names": blackbox.objectives_names}
    jsonio.write_json(folder / METADATA, {**(metadata or {}), **own})


def check_kind(folder: Path, kind: str | None = None) -> dict[str, Any]:
    """Reads ``metadata.json``.

    Args:
        folder: Folder of a blackbox.
        kind: What it must hold.

    Raises:
        OptionError: If it does not, or holds no blackbox at all.
    """
    if not (folder / METADATA).is_file():
        raise OptionError(f"{folder} is not a folder of a blackbox: it has no {METADATA}")
    metadata: dict[str, Any] = jsonio.read_json(folder / METADATA)
    if kind is not None and metadata.get("kind") != kind:
        raise OptionError(f"{folder} holds a blackbox of kind {metadata.get('kind')!r}, not {kind!r}")
    return metadata


def read_spaces(folder: Path) -> tuple[Space, Space | None]:
    """Configuration space and fidelity space of a folder."""
    path = folder / _FIDELITY_SPACE
    fidelity_space = Space.from_json_dict(jsonio.read_json(path)) if path.exists() else None
    return Space.from_json_dict(jsonio.read_json(folder / _CONFIGURATION_SPACE)), fidelity_space


def write_array(path: Path, values: NDArray[Any]) -> None:
    """Writes an array of numbers."""
    np.save(path, values, allow_pickle=False)


def read_array(path: Path, memory_mapped: bool = False) -> NDArray[Any]:
    """Reads an array of numbers.

    Args:
        path: The file.
        memory_mapped: Whether to leave it on the disk until it is used.
    """
    values: NDArray[Any] = np.load(path, mmap_mode="r" if memory_mapped else None, allow_pickle=False)
    return values


def write_frame(path: Path, frame: pd.DataFrame) -> None:
    """Writes a data frame: numbers as they are, other columns as the JSON texts of their values."""
    arrays: dict[str, NDArray[Any]] = {}
    for index, name in enumerate(frame.columns):
        values = frame[name].to_numpy()
        if values.dtype.kind in "biuf":
            arrays[f"{index}:{_AS_NUMBERS}:{name}"] = values
        else:
            arrays[f"{index}:{_AS_JSON}:{name}"] = np.array([jsonio.dumps(value) for value in values], dtype=str)
    np.savez_compressed(path, allow_pickle=False, **arrays)


def read_frame(path: Path) -> pd.DataFrame:
    """Inverts :func:`write_frame`."""
    import pandas as pd

    columns: dict[str, Any] = {}
    with np.load(path, allow_pickle=False) as arrays:
        for key in arrays.files:
            _, form, name = key.split(":", 2)
            values = arrays[key]
            columns[name] = values if form == _AS_NUMBERS else [jsonio.loads(text) for text in values.tolist()]
    return pd.DataFrame(columns)
