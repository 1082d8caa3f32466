"""Forces a growing file to the disk without making its writer wait."""

from __future__ import annotations

import os
import threading

_sync_data = getattr(os, "fdatasync", os.fsync)  # not every system has the former

INTERVAL = 0.02
"""Seconds between two syncs; what is written meanwhile is forced to the disk together."""


class BackgroundSync:
    """A thread that syncs a file soon after it was written to.

    Args:
        fd: Descriptor of the file; stays open until :meth:`close` has returned.
    """

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._written = threading.Event()
        self._closing = threading.Event()
        self._error: OSError | None = None
        self._thread = threading.Thread(target=self._run, name="event log sync", daemon=True)
        self._thread.start()

    def note_write(self) -> None:
        """Says that the file was written to.

        Raises:
            OSError: If an earlier sync failed.
        """
        if self._error is not None:
            raise self._error
        self._written.set()

    def close(self) -> None:
        """Ends the thread, and syncs a last time.

        Raises:
            OSError: If a sync failed.
        """
        self._closing.set()
        self._written.set()
        self._thread.join()
        if self._error is not None:
            raise self._error
        _sync_data(self._fd)

    def _run(self) -> None:
        while self._written.wait() and not self._closing.is_set():
            self._written.clear()
            try:
                _sync_data(self._fd)
            except OSError as error:
                self._error = error
                return
            self._closing.wait(INTERVAL)
