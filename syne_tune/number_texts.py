"""Numbers as text that reads back exactly, many at once: what ``repr`` gives, and several times faster with ``orjson``.

``orjson`` (extra ``fast``) finds the same digits as ``repr``, the fewest that read back to the same bits; it only
writes very small and very large numbers in another form. These are found in the text, and left to ``repr``. So the text
is the same whether the package is installed or not.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from itertools import chain
from typing import Any

from syne_tune.errors import MissingExtraError
from syne_tune.optional import require

_OF_NUMBERS = b"0123456789.,-+e[]"
_EXPONENT, _ZEROS = "e", ".0000"
"""One of these is part of the text of each number that ``repr`` may write in another form."""


def texts(numbers: Sequence[float]) -> list[str]:
    """Each number as text.

    Args:
        numbers: A list or tuple of integers and floats.
    """
    text = _quick_text(numbers)
    return list(map(repr, numbers)) if text is None else _mended(text, text[1:-1].split(","), numbers, repr)


def row_texts(rows: Sequence[Sequence[float]]) -> list[str]:
    """The numbers of each row as text, separated by commas.

    Args:
        rows: A list or tuple of those that :func:`texts` takes, all of the same length.
    """
    text = _quick_text(rows)
    return _rows_by_repr(rows) if text is None else _mended(text, text[2:-2].split("],["), rows, _row_text)


def json_text(values: Sequence[Any]) -> str | None:
    """Numbers in JSON as the standard library writes it without blanks, if that can be had quickly.

    Args:
        values: Numbers, or lists of them; or something else, for which the answer is ``None``.
    """
    text = _quick_text(values)
    return None if text is None or _may_differ(text) else text


def _row_text(row: Sequence[float]) -> str:
    return ",".join(map(repr, row))


def _rows_by_repr(rows: Sequence[Sequence[float]]) -> list[str]:
    if not rows or not rows[0]:
        return [""] * len(rows)
    cells = map(repr, chain.from_iterable(rows))
    return list(map(",".join, zip(*[cells] * len(rows[0]), strict=True)))


def _quick_text(values: Sequence[Any]) -> str | None:
    """Numbers or rows of numbers in JSON; ``None`` if there are none, or others than finite ones."""
    dumps = _quick_dumps()
    if dumps is None or not values:
        return None
    try:
        data = dumps(values)
    except TypeError:  # integers of more than 64 bits, or numbers of types that are not built in
        return None
    return None if data.translate(None, _OF_NUMBERS) else data.decode()


@cache
def _quick_dumps() -> Callable[[Any], bytes] | None:
    try:
        orjson = require("orjson", "fast")
    except MissingExtraError:
        return None
    return lambda values: bytes(orjson.dumps(values, option=orjson.OPT_PASSTHROUGH_SUBCLASS))


def _may_differ(text: str) -> bool:
    return _EXPONENT in text or text.rfind(_ZEROS) >= 0  # from behind, which is faster


def _mended(text: str, parts: list[str], values: Sequence[Any], exactly: Callable[[Any], str]) -> list[str]:
    """Parts of a text, where those that may differ from what ``exactly`` gives are replaced by it."""
    if not _may_differ(text):
        return parts
    both = zip(parts, values, strict=True)
    return [exactly(value) if _ZEROS in part or _EXPONENT in part else part for part, value in both]
