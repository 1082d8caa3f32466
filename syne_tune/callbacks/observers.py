"""Tells callbacks what happens, and keeps their mistakes from breaking the run."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from syne_tune.callbacks.callback import TunerCallback

logger = logging.getLogger(__name__)


class Observers:
    """All callbacks of a run.

    Args:
        callbacks: In the order in which they are told.
    """

    def __init__(self, callbacks: Sequence[TunerCallback]) -> None:
        self._callbacks = list(callbacks)
        self._interested: dict[str, list[TunerCallback]] = {}

    def replaying(self) -> Observers:
        """Those callbacks that want to be told of logged reports again."""
        return Observers([callback for callback in self._callbacks if callback.replays])

    def print_summary(self) -> bool:
        """Whether one of them tells the user how the run ended."""
        return any(callback.prints_summary for callback in self._callbacks)

    def notify(self, method: str, *args: Any) -> None:
        """Calls a method of every callback. Exceptions are logged with their traceback; the run goes on.

        Args:
            method: Name of a method of :class:`TunerCallback`.
            *args: Its arguments; dictionaries are copied, so that callbacks cannot change each other's view.
        """
        for callback in self._who_overrides(method):
            try:
                getattr(callback, method)(*(dict(arg) if isinstance(arg, dict) else arg for arg in args))
            except Exception:
                logger.exception("%s.%s failed; the run goes on", type(callback).__name__, method)

    def _who_overrides(self, method: str) -> list[TunerCallback]:
        """Callbacks that do something when told; the others need not be called many times per second."""
        if method not in self._interested:
            nothing = getattr(TunerCallback, method)
            self._interested[method] = [
                callback
                for callback in self._callbacks
                if getattr(getattr(callback, method), "__func__", None) is not nothing
            ]
        return self._interested[method]
