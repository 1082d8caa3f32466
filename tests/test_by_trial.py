from __future__ import annotations

import pickle
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syne_tune.by_trial import ByTrial


@dataclass
class Known:
    number: int
    config: dict[str, Any] = field(default_factory=dict)


class Named(ByTrial[int, Known]):
    def __init__(self) -> None:
        super().__init__(Known)

    def total(self) -> int:
        return sum(known.number for known in self.values())


ENTRIES = st.dictionaries(
    st.integers(0, 50),
    st.one_of(st.builds(Known, st.integers()), st.tuples(st.integers(), st.dictionaries(st.text(), st.integers()))),
    max_size=8,
)


def as_objects(entries: dict[int, Any]) -> dict[int, Known]:
    return {i: Known(*entry) if isinstance(entry, tuple) else entry for i, entry in entries.items()}


@given(ENTRIES)
def test_rows_are_objects_for_whoever_looks(entries: dict[int, Any]) -> None:
    known: ByTrial[int, Known] = ByTrial(Known)
    known.add(entries)
    assert list(known) == list(entries)
    assert len(known) == len(entries)
    assert dict(known) == as_objects(entries)
    assert all(known.row(trial_id) is None for trial_id in known)


@given(ENTRIES)
def test_a_copy_is_the_same_and_of_the_same_class(entries: dict[int, Any]) -> None:
    known = Named()
    known.add(entries)
    copied = pickle.loads(pickle.dumps(known))
    assert type(copied) is Named
    assert list(copied) == list(entries)
    assert [copied.row(i) is None for i in copied] == [known.row(i) is None for i in known]
    assert dict(copied) == as_objects(entries)
    assert copied.total() == known.total()


def test_an_object_is_made_once() -> None:
    known: ByTrial[str, Known] = ByTrial(Known)
    known.add({"0": (3, {"x": 1})})
    assert known.row("0") == (3, {"x": 1})
    known["0"].number = 4
    assert known["0"].number == 4
    assert known.row("0") is None


def test_it_is_a_dictionary() -> None:
    known: ByTrial[int, Known] = ByTrial(Known)
    known[2] = Known(2)
    known.add([(0, (0,)), (1, (1,))])
    assert 1 in known
    assert 5 not in known
    assert known.get(5) is None
    with pytest.raises(KeyError):
        known[5]
    assert known.pop(1) == Known(1)
    assert list(known) == [2, 0]


def test_what_rows_share_with_others_is_one_object_in_a_copy() -> None:
    known, config = Named(), {"x": 1}
    known.add({i: (i, config) for i in range(3)})
    copied, shared = pickle.loads(pickle.dumps((known, config)))
    assert all(copied[i].config is shared for i in range(3))


def test_rows_are_pickled_in_a_fraction_of_the_space_of_objects() -> None:
    rows, objects = Named(), Named()
    rows.add({i: (i, {}) for i in range(100)})
    objects.add({i: Known(i, {}) for i in range(100)})
    assert len(pickle.dumps(rows)) < len(pickle.dumps(objects)) / 2
