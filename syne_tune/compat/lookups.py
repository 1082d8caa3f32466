"""Finding one thing among several: an entry with a default, an object by its type."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

T = TypeVar("T")
V = TypeVar("V")


def dict_get(params: Mapping[str, V | None], key: str, default: V) -> V:
    """An entry of a mapping, where ``None`` counts as missing.

    Args:
        params: The mapping.
        key: The name looked for.
        default: Returned if there is no such name, or if it stands for ``None``.
    """
    value = params.get(key)
    return default if value is None else value


def find_first_of_type(a: Iterable[object], typ: type[T]) -> T | None:
    """The first object of a type (or of a subclass), for example the callback that stores results.

    Args:
        a: Where to look, in order.
        typ: The type looked for.

    Returns:
        The object, or ``None`` if there is none.
    """
    return next((x for x in a if isinstance(x, typ)), None)
