from __future__ import annotations

import gc
import weakref

import pytest

from syne_tune.garbage import no_garbage_collection


def test_collection_goes_on_as_before_even_after_an_exception() -> None:
    assert gc.isenabled()
    with no_garbage_collection():
        assert not gc.isenabled()
        with no_garbage_collection():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()
    with pytest.raises(ValueError), no_garbage_collection():
        raise ValueError("stop")
    assert gc.isenabled()


def test_who_has_switched_it_off_keeps_it_off() -> None:
    gc.disable()
    try:
        with no_garbage_collection():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()


class Node:
    """Refers to itself."""

    def __init__(self) -> None:
        self.me = self


def test_what_was_made_meanwhile_is_old_but_still_found() -> None:
    with no_garbage_collection():
        node = Node()
    assert gc.get_freeze_count() == 0
    assert any(each is node for each in gc.get_objects(generation=2))
    reference = weakref.ref(node)
    del node
    gc.collect(0)
    assert reference() is not None
    gc.collect()
    assert reference() is None


def test_what_others_have_frozen_stays_frozen() -> None:
    gc.freeze()
    try:
        number = gc.get_freeze_count()
        with no_garbage_collection():
            pass
        assert gc.get_freeze_count() == number > 0
    finally:
        gc.unfreeze()
