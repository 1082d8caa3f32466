"""Rows as a table for a person to read, as lines of text."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

_MISSING = "-"
_ESCAPES = str.maketrans({"\t": r"\t", "\n": r"\n", "\r": r"\r"})


def text_table(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> str:
    """One line of headings and one per row, aligned at the right.

    Numbers that are no integers are shown with at most six digits behind the point; ``None``, NaN and what a row lacks
    as a dash.

    Args:
        rows: Name of column to value; a row may lack some.
        columns: The columns to show, in order; at least one.
    """
    texts = [_aligned([name.translate(_ESCAPES), *(_text(row.get(name)) for row in rows)]) for name in columns]
    return "\n".join(map(" ".join, zip(*texts, strict=True)))


def _text(value: object) -> str:
    if value is None or value != value:
        return _MISSING
    if not isinstance(value, float):  # NumPy's double precision numbers are floats, too
        return str(value).translate(_ESCAPES)
    text = f"{value:.6f}"
    whole = text.rstrip("0")
    return f"{whole}0" if whole.endswith(".") else whole if math.isfinite(value) else text


def _aligned(texts: Sequence[str]) -> list[str]:
    width = max(map(len, texts))
    return [text.rjust(width) for text in texts]
