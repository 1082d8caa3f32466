"""Calling something not too often, and measuring how long something takes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any


class RegularCallback:
    """Passes calls on, but not more often than once in a given time.

    The first call goes through once that time has passed since construction. Days count like any other time.

    Args:
        callback: What to call; receives the arguments of the call that goes through.
        call_seconds_frequency: Least number of seconds between two calls.
    """

    def __init__(self, callback: Callable[..., object], call_seconds_frequency: float) -> None:
        self.callback = callback
        self.frequency = call_seconds_frequency
        self.last_called = time.monotonic()

    def __call__(self, *args: Any, **kwargs: Any) -> None:
        """Calls through if enough time has passed, else does nothing."""
        now = time.monotonic()
        if now - self.last_called >= self.frequency:
            self.last_called = now
            self.callback(*args, **kwargs)


@contextmanager
def catchtime(name: str) -> Iterator[None]:
    """Prints when a block of code starts, and the seconds it took at its end.

    Args:
        name: What the block does.
    """
    print(f"start: {name}")  # noqa: T201  # printing is what it is for
    start = time.perf_counter()
    try:
        yield
    finally:
        print(f"time elapsed for {name}: {time.perf_counter() - start:.4f} seconds")  # noqa: T201
