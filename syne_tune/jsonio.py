"""Strict JSON that keeps every float exactly, and file writes that happen whole or not at all.

Standard library only, and its JSON module is imported at the first use, because every training job imports this file.
NumPy values are recognised by what they can do, so NumPy need not be imported. Non-finite floats, for which JSON has no
word, are written as ``{"$float": "nan"}`` (or ``"inf"``, ``"-inf"``).
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping

TYPE_CHECKING = False  # as in typing, which need not be imported for it: the reporter must start fast
if TYPE_CHECKING:
    from typing import Any, BinaryIO

NON_FINITE_KEY = "$float"
_INFINITIES = (float("inf"), float("-inf"))


def plain(value: object) -> Any:
    """Converts to what JSON can hold.

    Args:
        value: Built-in scalars, NumPy scalars and arrays, paths, mappings with string keys, sequences, sets.

    Returns:
        The same in terms of ``dict``, ``list``, ``str``, ``int``, ``float``, ``bool`` and ``None``; non-finite floats
        tagged as described above.

    Raises:
        TypeError: For anything else, naming the type.
    """
    if value is None or isinstance(value, (str, bool)):
        return value
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return _plain_float(float(value))
    if isinstance(value, Mapping):
        return {_key(k): plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    if isinstance(value, (set, frozenset)):
        return sorted(plain(v) for v in value)
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    if hasattr(value, "tolist"):  # NumPy scalars and arrays
        return plain(value.tolist())
    raise TypeError(f"{value!r} of type {type(value).__name__} cannot be written as JSON")


def _plain_float(value: float) -> float | dict[str, str]:
    if value != value or value in _INFINITIES:
        return {NON_FINITE_KEY: repr(value)}
    return value


def _key(key: object) -> str:
    if not isinstance(key, str):
        raise TypeError(f"JSON key {key!r} must be a string")
    return key


def dumps(value: object, indent: int | None = None) -> str:
    """Serialises to one line of JSON (or several, if ``indent`` is given).

    Raises:
        TypeError: If a value has no JSON form, see :func:`plain`.
    """
    import json

    separators = (",", ":") if indent is None else None
    return json.dumps(plain(value), allow_nan=False, ensure_ascii=False, indent=indent, separators=separators)


def _untag(mapping: dict[str, Any]) -> Any:
    if len(mapping) == 1 and NON_FINITE_KEY in mapping:
        return float(mapping[NON_FINITE_KEY])
    return mapping


def loads(text: str | bytes) -> Any:
    """Inverts :func:`dumps`. Also reads the tokens ``NaN`` and ``Infinity`` that other writers emit.

    Raises:
        ValueError: If ``text`` is not JSON.
    """
    import json

    return json.loads(text, object_hook=_untag)


def read_json(path: str | os.PathLike[str]) -> Any:
    """Reads a JSON file.

    Raises:
        ValueError: If the content is not JSON; the message names the file.
        OSError: If the file cannot be read.
    """
    with open(path, "rb") as file:
        data = file.read()
    try:
        return loads(data)
    except ValueError as error:
        raise ValueError(f"{path}: not valid JSON ({error})") from error


def write_json(path: str | os.PathLike[str], value: object, indent: int | None = 2) -> None:
    """Writes a JSON file atomically, see :func:`write_atomically`."""
    write_atomically(path, (dumps(value, indent=indent) + "\n").encode())


def write_atomically(path: str | os.PathLike[str], data: bytes, sync: bool = False) -> None:
    """Writes a file so that readers, and a crash, see either the old content or the new one, never a part.

    Args:
        path: Target; its directory must exist.
        data: New content.
        sync: Whether to force the content to the disk before it replaces the old one.

    Raises:
        OSError: If the disk is full or the directory not writable; the old content is then untouched.
    """
    with replaced_atomically(path, sync) as file:
        file.write(data)


@contextlib.contextmanager
def replaced_atomically(path: str | os.PathLike[str], sync: bool = False) -> Iterator[BinaryIO]:
    """Gives a file to write to; at the end of the block, if there is no exception, it replaces the one at ``path``.

    Args:
        path: Target; its directory must exist.
        sync: As for :func:`write_atomically`.

    Raises:
        OSError: As for :func:`write_atomically`; it names ``path``.
    """
    folder, name = os.path.split(os.fspath(path))
    temporary = os.path.join(folder, f".{name}.{os.getpid()}.tmp")
    try:
        with open(temporary, "wb") as file:
            yield file
            if sync:
                file.flush()
                os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException as error:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(temporary)
        if isinstance(error, OSError) and error.errno is not None and error.filename2 is None:
            error.filename = os.fspath(path)
        raise
