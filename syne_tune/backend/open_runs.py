"""Runs that have not ended yet, and the conversation with the worker host about them."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from pathlib import Path

from syne_tune.backend.host_client import HostClient
from syne_tune.backend.trial_runs import Run

_SILENT_INTERVAL = 0.2


class OpenRuns:
    """Makes sure that there is a worker host as long as runs are open, and that it knows them.

    Args:
        root: Folder of the trials.
        preload: What the host imports beforehand.
    """

    def __init__(self, root: Path, preload: Sequence[str]) -> None:
        self._host = HostClient(root, preload)
        self._runs: dict[tuple[int, int], Run] = {}
        self._is_unheeded = False

    @property
    def wake_path(self) -> Path:
        """The FIFO by which reporters wake the tuner."""
        return self._host.wake_path

    def add(self, trial_id: int, number: int, run: Run) -> None:
        """Has the worker host look after a run: start it, unless that has happened."""
        self._runs[trial_id, number] = run
        self._tell(run)

    def of(self, *trial_ids: int) -> list[Run]:
        """Open runs of some trials."""
        return [run for (trial_id, _), run in self._runs.items() if trial_id in trial_ids]

    def trial_ids(self) -> list[int]:
        """Trials with open runs, in ascending order."""
        return sorted({trial_id for trial_id, _ in self._runs})

    def end(self, run: Run) -> None:
        """Orders a run to end, if it has not.

        Raises:
            OSError: If the order cannot be written.
        """
        if not run.has_ended():
            run.files.order_end()
            self._tell(run)

    def take_ended(self) -> list[tuple[int, int, Run]]:
        """Forgets the runs that have ended.

        Returns:
            Trial, number and run of each of them.
        """
        ended = [(trial_id, number, run) for (trial_id, number), run in self._runs.items() if run.has_ended()]
        for trial_id, number, _ in ended:
            del self._runs[trial_id, number]
        return ended

    def keep_in_touch(self) -> None:
        """If there are open runs, makes sure that a worker host knows them: the one before may have ended."""
        if self._runs and self._host.connect():
            for run in self._runs.values():
                self._host.tell(run.files.key, os.environ)

    def wait(self, timeout: float) -> None:
        """Blocks until a run has reported or ended, at most ``timeout`` seconds."""
        deadline = time.monotonic() + timeout
        while not self._is_unheeded:
            self.keep_in_touch()
            silent = [run for run in self._runs.values() if run.is_silent()]
            left = deadline - time.monotonic()
            if self._host.wait(max(0.0, min(left, _SILENT_INTERVAL) if silent else left)) or left <= 0:
                break
            if any(run.has_new_output() for run in silent):
                break
        self._is_unheeded = False

    def wait_for_exits(self, timeout: float) -> None:
        """Blocks until a run has probably ended, at most ``timeout`` seconds; the next :meth:`wait` returns at once."""
        self.keep_in_touch()
        self._host.wait(timeout)
        self._is_unheeded = True

    def close(self) -> None:
        """Disconnects from the worker host, which ends as soon as nothing runs."""
        self._host.close()

    def _tell(self, run: Run) -> None:
        if self._host.is_connected:
            self._host.tell(run.files.key, os.environ)
        else:
            self.keep_in_touch()
