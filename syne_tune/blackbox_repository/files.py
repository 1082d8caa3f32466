"""Files of a blackbox: arrays as ``.npy`` and ``.npz``, everything else as JSON. Reading executes no code.

Common to all kinds are ``configspace.json``, ``fidelityspace.json`` (if there is a fidelity) and ``metadata.json``,
which names the kind, the tasks and the objectives. Folders written by Syne Tune 0.13, which have data frames in
``.parquet`` files and do not name their kind, can be read too; this needs the extra ``parquet``.
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
from syne_tune.optional import require

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
    metadata.setdefault("kind", _kind_by_files(folder))
    if kind is not None and metadata.get("kind") != kind:
        raise OptionError(f"{folder} holds a blackbox of kind {metadata.get('kind')!r}, not {kind!r}")
    return metadata


def _kind_by_files(folder: Path) -> str | None:
    """Kind of a folder whose metadata do not name it."""
    if (folder / "objectives_evaluations.npy").is_file():
        return "tabular"
    return "offline" if any(folder.glob("data-*.parquet")) else None


def read_spaces(folder: Path) -> tuple[Space, Space | None]:
    """Configuration space and fidelity space of a folder."""
    path = folder / _FIDELITY_SPACE
    fidelity_space = Space.from_json_dict(jsonio.read_json(path)) if path.exists() else None
    return Space.from_json_dict(jsonio.read_json(folder / _CONFIGURATION_SPACE)), fidelity_space


def write_array(path: Path, values: NDArray[Any]) -> None:
    """Writes an array of numbers."""
    np.save(path, values, allow_pickle=False)


def write_stack(path: Path, parts: Sequence[NDArray[Any]], compressed: bool = False) -> None:
    """Writes arrays of one shape as one array.

    Args:
        path: The file, which ends in ``.npy``.
        parts: The arrays, which are written one after the other if they are not to be compressed.
        compressed: Whether to compress them; the name of the file then ends in ``.npz``.
    """
    if compressed:
        np.savez_compressed(path.with_suffix(".npz"), allow_pickle=False, values=np.stack(parts))
        return
    dtype = np.result_type(*parts)
    whole = np.lib.format.open_memmap(path, mode="w+", dtype=dtype, shape=(len(parts), *parts[0].shape))
    for index, part in enumerate(parts):
        whole[index] = part
    whole.flush()


def read_array(path: Path, memory_mapped: bool = False) -> NDArray[Any]:
    """Reads an array of numbers, compressed or not.

    Args:
        path: The file, which ends in ``.npy``.
        memory_mapped: Whether to leave it on the disk until it is used, unless it is compressed.
    """
    compressed = path.with_suffix(".npz")
    if not path.exists() and compressed.exists():
        with np.load(compressed, allow_pickle=False) as arrays:
            return np.asarray(arrays["values"])
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
    """Inverts :func:`write_frame`; reads the ``.parquet`` file of the same name if there is no other."""
    import pandas as pd

    parquet = path.with_suffix(".parquet")
    if not path.exists() and parquet.exists():
        require("pyarrow", extra="parquet")
        return pd.read_parquet(parquet, engine="pyarrow")
    columns: dict[str, Any] = {}
    with np.load(path, allow_pickle=False) as arrays:
        for key in arrays.files:
            _, form, name = key.split(":", 2)
            values = arrays[key]
            columns[name] = values if form == _AS_NUMBERS else [jsonio.loads(text) for text in values.tolist()]
    return pd.DataFrame(columns)
