"""Merging dictionaries of dictionaries."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from syne_tune.errors import OptionError

Nested = Mapping[str, Any]
"""Name to value, or name to another such mapping."""


def recursive_merge(a: Nested, b: Nested, stop_keys: Collection[str] | None = None) -> dict[str, Any]:
    """Merges two nested dictionaries; neither is changed.

    Args:
        a: Provides what ``b`` lacks.
        b: Wins where both have a value.
        stop_keys: Names on the top level whose dictionaries are taken over whole instead of being merged.

    Returns:
        A new dictionary.

    Raises:
        OptionError: If one side has a dictionary where the other has a plain value.
    """
    merged = dict(a)
    for key, value in b.items():
        is_nested = isinstance(value, Mapping)
        if key in a and isinstance(a[key], Mapping) != is_nested:
            raise OptionError(f"{key!r} is a dictionary on one side only: {a[key]!r} and {value!r} cannot be merged")
        descend = key in a and is_nested and key not in (stop_keys or ())
        merged[key] = recursive_merge(a[key], value) if descend else value
    return merged
