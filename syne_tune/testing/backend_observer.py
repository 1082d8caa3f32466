"""Watches a backend as the tuner does, and keeps all it says."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable

from syne_tune.backend.trial_backend import TrialBackend
from syne_tune.trial import Result, Status, Trial


class Observer:
    """Asks a backend for reports and statuses, as the tuner does, and keeps all answers.

    Args:
        backend: To be asked.
        patience: Seconds after which what is waited for counts as never happening.
    """

    def __init__(self, backend: TrialBackend, patience: float) -> None:
        self.backend = backend
        self.patience = patience
        self.reports: dict[int, list[Result]] = defaultdict(list)
        self.statuses: dict[int, str] = {}
        self.trials: dict[int, Trial] = {}

    def look(self) -> None:
        """Asks once, without waiting."""
        statuses, results = self.backend.fetch_status_results(self.backend.trial_ids)
        for trial_id, (trial, status) in statuses.items():
            self.trials[trial_id], self.statuses[trial_id] = trial, status
        for trial_id, result in results:
            self.reports[trial_id].append(result)

    def until(self, holds: Callable[[], bool], what: str, seconds_per_wait: float = 1.0) -> None:
        """Asks until a condition holds.

        Args:
            holds: The condition.
            what: Named if it never holds.
            seconds_per_wait: Passed to the backend each time it is told to wait.
        """
        deadline = time.monotonic() + self.patience
        self.look()
        while not holds():
            assert time.monotonic() < deadline, f"{what} did not happen; {self}"
            self.backend.wait(seconds_per_wait)
            self.look()

    def until_reports(self, trial_id: int, number: int) -> None:
        """Waits until a trial has reported so often."""
        self.until(lambda: len(self.reports[trial_id]) >= number, f"report {number} of trial {trial_id}")

    def until_ended(self, *trial_ids: int) -> None:
        """Waits until trials have completed or failed."""
        ended = (Status.completed, Status.failed)
        self.until(lambda: all(self.statuses.get(i) in ended for i in trial_ids), f"end of trials {trial_ids}")

    def epochs(self, trial_id: int) -> list[int]:
        """The epochs a trial has reported, in the order in which they came."""
        return [int(result["epoch"]) for result in self.reports[trial_id]]

    def __str__(self) -> str:
        described = []
        for trial_id, status in self.statuses.items():
            log = [*self.backend.stdout(trial_id), *self.backend.stderr(trial_id)][-10:]
            described.append(f"trial {trial_id}: {status}, epochs {self.epochs(trial_id)[-10:]}, log {log}")
        return "; ".join(described)
