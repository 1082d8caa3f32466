"""JSON from values that may come out of NumPy, as text or as a file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from syne_tune.jsonio import dumps, write_atomically


def dump_json_with_numpy(x: Mapping[str, Any], filename: str | Path | None = None) -> str | None:
    """Writes a dictionary as JSON, with NumPy scalars and arrays as numbers and lists.

    Args:
        x: What to write. Non-finite floats are written as :mod:`syne_tune.jsonio` says.
        filename: File to write to, all or nothing. Default: return the text.

    Returns:
        The text if no file name is given, else ``None``.

    Raises:
        TypeError: If a value has no JSON form; nothing but ``None`` is ever written as ``null``.
    """
    text = dumps(x)
    if filename is None:
        return text
    write_atomically(filename, text.encode())
    return None
