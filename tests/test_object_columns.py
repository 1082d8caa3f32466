from __future__ import annotations

import datetime
import pickle
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syne_tune.object_columns import ObjectColumns, from_columns, from_plain_time, to_columns, to_plain_time


@dataclass
class Plain:
    number: int
    words: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Slotted:
    number: int
    inner: Any = None


class Single:
    __slots__ = ("__weakref__", "only")

    def __init__(self, only: Any) -> None:
        self.only = only


class Derived(Slotted):
    __slots__ = ("more",)

    def __init__(self, number: int, more: str) -> None:
        super().__init__(number)
        self.more = more


class Open(Slotted):
    """Has fixed places and a dictionary."""


def copied(objects: list[Any], **nested: Any) -> list[Any]:
    there = {name: there for name, (there, _) in nested.items()}
    back = {name: back for name, (_, back) in nested.items()}
    return from_columns(pickle.loads(pickle.dumps(to_columns(objects, there))), back)


@given(st.lists(st.builds(Plain, st.integers(), st.lists(st.text(), max_size=2)), max_size=5))
def test_objects_are_restored(objects: list[Plain]) -> None:
    assert copied(objects) == objects


@given(st.lists(st.builds(Slotted, st.integers(), st.none() | st.text()), max_size=5))
def test_objects_with_fixed_places_are_restored(objects: list[Slotted]) -> None:
    assert copied(objects) == objects


def test_a_single_place_is_restored() -> None:
    assert [each.only for each in copied([Single((1, 2)), Single(3)])] == [(1, 2), 3]


def test_places_of_base_classes_are_restored() -> None:
    restored = copied([Derived(1, "a"), Derived(2, "b")])
    assert [(each.number, each.inner, each.more) for each in restored] == [(1, None, "a"), (2, None, "b")]


def test_what_is_referred_to_from_elsewhere_stays_one_object() -> None:
    shared = ["word"]
    columns = to_columns([Plain(1, shared), Plain(2, shared)])
    assert isinstance(columns, ObjectColumns)
    columns, seen = pickle.loads(pickle.dumps((columns, shared)))
    assert all(each.words is seen for each in from_columns(columns))


def with_another_attribute() -> list[Any]:
    objects = [Plain(1), Plain(2)]
    objects[1].more = 3  # type: ignore[attr-defined]
    return objects


def with_an_empty_place() -> list[Any]:
    objects = [Slotted(1), Slotted(2)]
    del objects[0].inner
    return objects


def with_a_dictionary_besides() -> list[Any]:
    objects = [Open(1), Open(2)]
    objects[0].more = 3  # type: ignore[attr-defined]
    return objects


@pytest.mark.parametrize(
    "objects",
    [
        [Plain(1), Slotted(2)],
        with_another_attribute(),
        with_an_empty_place(),
        with_a_dictionary_besides(),
        [None, None],
        [object.__new__(type("Empty", (), {}))],
        [],
    ],
)
def test_unlike_objects_stay_objects(objects: list[Any]) -> None:
    assert to_columns(objects) == objects


def test_nested_objects_are_taken_apart() -> None:
    objects = [Slotted(i, Plain(i, [str(i)])) for i in range(3)]
    columns = to_columns(objects, {"inner": to_columns})
    assert isinstance(columns, ObjectColumns)
    assert isinstance(columns.columns[1], ObjectColumns)
    assert copied(objects, inner=(to_columns, from_columns)) == objects


@given(st.datetimes())
def test_local_times_are_restored_also_those_that_come_twice(time: datetime.datetime) -> None:
    for fold in (0, 1):
        moment = time.replace(fold=fold)
        restored = from_plain_time(pickle.loads(pickle.dumps(to_plain_time(moment))))
        assert (restored, restored.fold) == (moment, fold)


@pytest.mark.parametrize("time", [None, datetime.datetime(2024, 1, 1, tzinfo=datetime.timezone.utc), 5.0])
def test_other_times_stay_as_they_are(time: Any) -> None:
    assert from_plain_time(to_plain_time(time)) is time
