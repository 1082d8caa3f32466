"""Many small objects of one class as columns of their attributes, which a snapshot holds several times faster.

Pickling an object takes as long as pickling dozens of numbers. So whoever owns thousands of like objects hands out
columns in ``__getstate__`` or ``__reduce__``, and makes objects of them again. What the attributes refer to is pickled
as ever: what others refer to, too, is one object afterwards. The small objects themselves must have one owner only.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter
from types import MappingProxyType
from typing import Any, NamedTuple

Nested = Mapping[str, Callable[[Any], Any]]
"""By name of an attribute: what is made of its column."""
_PROTOCOL = 4  # from which on a time is told from the same one an hour later, when clocks are set back
_NOTHING: Nested = MappingProxyType({})


def to_plain_time(time: Any) -> Any:
    """A local time as the bytes that it is made of, which are pickled several times faster; anything else as it is."""
    if type(time) is not datetime.datetime or time.tzinfo is not None:
        return time
    return time.__reduce_ex__(_PROTOCOL)[1][0]


def from_plain_time(plain: Any) -> Any:
    """Inverts :func:`to_plain_time`."""
    restored: Callable[[bytes], datetime.datetime] = datetime.datetime  # type: ignore[assignment]  # as pickle does
    return restored(plain) if isinstance(plain, bytes) else plain


class ObjectColumns(NamedTuple):
    """Objects of one class.

    Attributes:
        cls: The class.
        names: Names of their attributes.
        columns: Values per name, one per object; or what was made of them.
        number: How many there are.
    """

    cls: type[Any]
    names: tuple[str, ...]
    columns: list[Any]
    number: int


def to_columns(objects: Sequence[Any], nested: Nested = _NOTHING) -> ObjectColumns | list[Any]:
    """Takes objects apart.

    Args:
        objects: The objects.
        nested: By name of an attribute, what is to be made of its column; values may be taken apart, too.

    Returns:
        Their columns; or the objects as they are, if their classes or the names of their attributes differ.
    """
    classes = set(map(type, objects))
    if len(classes) != 1:
        return list(objects)
    (cls,) = classes
    slots = _slots(cls)
    found = _from_slots(objects, slots) if slots else _from_dicts(objects)
    if found is None:
        return list(objects)
    names, values = found
    columns = [nested[name](column) if name in nested else column for name, column in zip(names, values, strict=True)]
    return ObjectColumns(cls, names, columns, len(objects))


def from_columns(columns: ObjectColumns | list[Any], nested: Nested = _NOTHING) -> list[Any]:
    """Inverts :func:`to_columns`.

    Args:
        columns: What it returned.
        nested: By name of an attribute, the inverse of what was made of its column.
    """
    if not isinstance(columns, ObjectColumns):
        return columns
    cls, names, found, number = columns
    values = [nested[name](column) if name in nested else column for name, column in zip(names, found, strict=True)]
    objects = [object.__new__(cls) for _ in range(number)]
    if _slots(cls):
        for name, column in zip(names, values, strict=True):
            for each, value in zip(objects, column, strict=True):
                object.__setattr__(each, name, value)
    else:
        for each, row in zip(objects, zip(*values, strict=True), strict=True):
            vars(each).update(zip(names, row, strict=True))
    return objects


_Found = tuple[tuple[str, ...], list[tuple[Any, ...]]]


def _slots(cls: type) -> tuple[str, ...]:
    """Attributes for which there is a fixed place, those of base classes first."""
    found = (vars(base).get("__slots__", ()) for base in reversed(cls.__mro__))
    names = (name for some in found for name in ((some,) if isinstance(some, str) else some))
    return tuple(name for name in names if name != "__weakref__")


def _from_slots(objects: Sequence[Any], slots: tuple[str, ...]) -> _Found | None:
    if hasattr(objects[0], "__dict__"):
        return None
    try:
        rows = list(map(attrgetter(*slots), objects))
    except AttributeError:  # one of them is empty
        return None
    return slots, list(zip(*rows, strict=True)) if len(slots) > 1 else [tuple(rows)]


def _from_dicts(objects: Sequence[Any]) -> _Found | None:
    if not hasattr(objects[0], "__dict__"):
        return None
    states = list(map(vars, objects))
    all_names = set(map(tuple, states))
    if len(all_names) != 1:
        return None
    (names,) = all_names
    return (names, list(zip(*(state.values() for state in states), strict=True))) if names else None
