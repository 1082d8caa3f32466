"""Pauses Python's search for garbage while many objects are made that stay."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def no_garbage_collection() -> Iterator[None]:
    """Within the block, objects that refer to each other in circles are not looked for.

    To be used around work that makes many objects, few of which become garbage: each search looks at all of them. Those
    made in the block count as old afterwards, so that only a search among old objects, which is rare, looks at them.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            if gc.get_freeze_count() == 0:  # otherwise somebody else's objects would be released
                gc.freeze()
                gc.unfreeze()
            gc.enable()
