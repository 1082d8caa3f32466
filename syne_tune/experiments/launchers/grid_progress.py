"""Progress over all experiments of a study: a bar on terminals, lines everywhere else."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from syne_tune.experiments.launchers.execute import FAILED, Outcome
from syne_tune.experiments.launchers.plan import PlannedExperiment


class GridProgress:
    """Shows which experiments have ended, and how. To be used in a ``with`` statement.

    Args:
        num_experiments: How many there are.
        has_bar: Whether to draw a bar on a terminal. Not for long experiments that show their own progress there; of
            those, the beginning is announced too.
        command: The command line that runs one experiment alone, if there is one.
        console: Where to print; standard output by default.
    """

    def __init__(
        self,
        num_experiments: int,
        has_bar: bool,
        command: Callable[[PlannedExperiment], str] | None = None,
        console: Console | None = None,
    ) -> None:
        self._console = console or Console()
        self._num_experiments = num_experiments
        self._command = command
        self._counts: Counter[str] = Counter()
        self._start = time.monotonic()
        self._has_bar = has_bar
        self._bar = self._new_bar() if has_bar and self._console.is_terminal else None
        self._task = self._bar.add_task("experiments", total=num_experiments) if self._bar else None

    def _new_bar(self) -> Progress:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        return Progress(*columns, TextColumn("left"), TimeRemainingColumn(), console=self._console)

    def __enter__(self) -> GridProgress:
        if self._bar is not None:
            self._bar.start()
        return self

    def __exit__(self, *exception: object) -> None:
        if self._bar is not None:
            self._bar.stop()

    def started(self, planned: PlannedExperiment) -> None:
        """An experiment begins."""
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, description=str(planned))
        elif not self._has_bar:
            self._print(f"{self._position(1)} {planned}: begins")

    def ended(self, outcome: Outcome) -> None:
        """An experiment has ended."""
        self._counts[outcome.state] += 1
        if self._bar is not None and self._task is not None:
            self._bar.advance(self._task)
            if outcome.state != FAILED:
                return
        why = f": {outcome.message}" if outcome.message else ""
        self._print(f"{self._position(0)} {outcome.planned}: {outcome.state}{why}")
        if outcome.state == FAILED and self._command is not None:
            self._print(f"    to see more: {self._command(outcome.planned)}")

    def note(self, text: str) -> None:
        """Says something about all experiments."""
        self._print(text)

    def summary(self, study: str) -> None:
        """All experiments have ended.

        Args:
            study: Where their results are.
        """
        listed = ", ".join(f"{number} {state}" for state, number in sorted(self._counts.items()))
        seconds = time.monotonic() - self._start
        noun = "experiment" if self._num_experiments == 1 else "experiments"
        self._print(f"{self._num_experiments} {noun}: {listed}, in {seconds:.1f} s. Results are in {study}")

    def _position(self, ahead: int) -> str:
        return f"[{sum(self._counts.values()) + ahead}/{self._num_experiments}]"

    def _print(self, text: str) -> None:
        self._console.print(text, markup=False, highlight=False, soft_wrap=True)
