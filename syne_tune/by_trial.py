"""What is known about each of many trials, as rows until somebody looks: :class:`ByTrial`.

In a stretch of a simulation, hundreds of trials begin and end before anybody looks at one of them. A row of values is
made, and pickled, several times faster than an object.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from typing import Any, TypeVar

_Id = TypeVar("_Id", int, str)
_Value = TypeVar("_Value")
Row = tuple[Any, ...]


class ByTrial(MutableMapping[_Id, _Value]):
    """A dictionary from trial id to an object, which may also be added as a row: the arguments that make it.

    Such an object is made when it is first asked for, and is the same from then on.

    Args:
        make: Makes an object of the entries of a row; pickled by its name. Objects must not be tuples.
    """

    def __init__(self, make: Callable[..., _Value]) -> None:
        self._make = make
        self._entries: dict[_Id, _Value | Row] = {}

    def __getitem__(self, trial_id: _Id) -> _Value:
        entry = self._entries[trial_id]
        if type(entry) is tuple:
            self._entries[trial_id] = entry = self._make(*entry)
        return entry  # type: ignore[return-value]  # rows are the only tuples

    def __setitem__(self, trial_id: _Id, value: _Value) -> None:
        self._entries[trial_id] = value

    def __delitem__(self, trial_id: _Id) -> None:
        del self._entries[trial_id]

    def __iter__(self) -> Iterator[_Id]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, trial_id: object) -> bool:
        return trial_id in self._entries

    def row(self, trial_id: _Id) -> Row | None:
        """The row that was added for a trial; ``None`` if its object has been made."""
        entry = self._entries[trial_id]
        return entry if type(entry) is tuple else None

    def add(self, entries: Mapping[_Id, _Value | Row] | Iterable[tuple[_Id, _Value | Row]]) -> None:
        """Adds many trials: objects, or rows, which are all of the same length."""
        self._entries.update(entries)

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickles rows as columns."""
        entries = self._entries
        rows = {trial_id: entry for trial_id, entry in entries.items() if type(entry) is tuple}
        objects = {trial_id: entry for trial_id, entry in entries.items() if type(entry) is not tuple}
        columns = list(map(list, zip(*rows.values(), strict=True)))
        return _restored, (type(self), self._make, list(entries), list(rows), columns, objects)


def _restored(
    cls: type[ByTrial[Any, Any]],
    make: Callable[..., Any],
    trial_ids: list[Any],
    ids_of_rows: list[Any],
    columns: list[list[Any]],
    objects: dict[Any, Any],
) -> ByTrial[Any, Any]:
    restored = cls.__new__(cls)
    restored._make = make
    restored._entries = dict.fromkeys(trial_ids)
    restored.add(zip(ids_of_rows, zip(*columns, strict=True), strict=True))
    restored.add(objects)
    return restored
