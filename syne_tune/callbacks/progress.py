"""Live progress of a run: a table on terminals and in notebooks, a line now and then everywhere else."""

from __future__ import annotations

import threading
import time
from typing import Any

from rich.console import Console, RenderableType
from rich.live import Live

from syne_tune.callbacks.callback import TunerCallback
from syne_tune.callbacks.progress_state import Best, ProgressState, rung_sizes
from syne_tune.callbacks.progress_view import failure_lines, progress_line, progress_table
from syne_tune.errors import OptionError
from syne_tune.metric_modes import metric_name_mode
from syne_tune.optimizer.scheduler import SchedulerDecision
from syne_tune.trial import Failure, Result, Status, Trial
from syne_tune.tuning_status import best_trial

_SECONDS_BETWEEN_RUNG_COUNTS = 0.5


class ProgressCallback(TunerCallback):
    """Shows the best value so far, what each worker does, rungs, budget left, and failures with their causes.

    On a terminal, or in a notebook, a table is redrawn ``refreshes_per_second`` times per second. Otherwise a line is
    printed every ``seconds_between_lines``, and the end of a trial's log as soon as it has failed. Keeping count takes
    constant time per report, and drawing happens in a thread of its own.

    Args:
        console: Where to print; standard output by default.
        seconds_between_lines: Least time between two lines.
        refreshes_per_second: How often the table is redrawn.

    Raises:
        OptionError: If a number is not positive.
    """

    prints_summary = True

    def __init__(
        self,
        console: Console | None = None,
        seconds_between_lines: float = 10.0,
        refreshes_per_second: float = 2.0,
    ) -> None:
        if seconds_between_lines <= 0 or refreshes_per_second <= 0:
            raise OptionError(
                f"ProgressCallback: seconds_between_lines={seconds_between_lines!r} and "
                f"refreshes_per_second={refreshes_per_second!r} must be positive"
            )
        self.seconds_between_lines = seconds_between_lines
        self.refreshes_per_second = refreshes_per_second
        self._console = console
        self._tuner: Any = None
        self._state: ProgressState | None = None
        self._live: Live | None = None
        self._lock = threading.Lock()
        self._next_line = self._next_rung_count = 0.0

    # ------------------------------------------------------------------ hooks

    def on_tuning_start(self, tuner: Any) -> None:
        """Begins to show progress; trials that the experiment has already are taken into account."""
        self._tuner = tuner
        self._state = _initial_state(tuner)
        self._console = self._console or Console()
        self._next_line = time.monotonic() + self.seconds_between_lines
        if self._is_live(self._console):
            self._live = Live(
                get_renderable=self._render,
                console=self._console,
                refresh_per_second=self.refreshes_per_second,
            )
            self._live.start(refresh=True)

    def on_start_trial(self, trial: Trial) -> None:
        """A worker is busy."""
        with self._lock:
            self._known().trial_started(trial.trial_id, trial.config, self._tuner.elapsed)

    def on_resume_trial(self, trial: Trial) -> None:
        """A worker is busy."""
        self.on_start_trial(trial)

    def on_trial_result(self, trial: Trial, status: str, result: Result, decision: str) -> None:
        """A trial reported; unless it goes on, its worker is free."""
        with self._lock:
            self._known().trial_reported(trial.trial_id, trial.config, result)
            if decision != SchedulerDecision.CONTINUE:
                self._known().trial_left(trial.trial_id)

    def on_trial_complete(self, trial: Trial, result: Result) -> None:
        """A worker is free."""
        with self._lock:
            self._known().trial_left(trial.trial_id)

    def on_trial_failed(self, trial: Trial, failure: Failure) -> None:
        """A worker is free; the cause is shown at once."""
        with self._lock:
            self._known().trial_failed(trial.trial_id, failure)
        if self._live is None:
            self._print(*failure_lines(trial.trial_id, failure))

    def on_loop_end(self) -> None:
        """Takes over counts; prints a line if it is time to."""
        now = time.monotonic()
        with self._lock:
            self._take_counts(now)
        if self._live is None and now >= self._next_line:
            self._next_line = now + self.seconds_between_lines
            self._print(progress_line(self._known(), self._tuner.elapsed))

    def on_tuning_end(self) -> None:
        """Shows the final state and ends the display."""
        with self._lock:
            self._take_counts(float("inf"))
        if self._live is None:
            self._print(progress_line(self._known(), self._tuner.elapsed))
        else:
            self._live.stop()
            self._live = None

    # ------------------------------------------------------------------ showing

    @staticmethod
    def _is_live(console: Console) -> bool:
        return (console.is_terminal and not console.is_dumb_terminal) or console.is_jupyter

    def _known(self) -> ProgressState:
        assert self._state is not None, "on_tuning_start comes first"
        return self._state

    def _take_counts(self, now: float) -> None:
        self._known().count(self._tuner.tuning_status, self._tuner.stop_criterion)
        if now >= self._next_rung_count:
            self._next_rung_count = now + _SECONDS_BETWEEN_RUNG_COUNTS
            self._known().rungs = rung_sizes(self._tuner.scheduler)

    def _render(self) -> RenderableType:
        with self._lock:
            return progress_table(self._known(), self._tuner.elapsed)

    def _print(self, *lines: str) -> None:
        assert self._console is not None, "on_tuning_start comes first"
        for line in lines:
            self._console.print(line, markup=False, highlight=False, soft_wrap=True)

    def __getstate__(self) -> dict[str, Any]:
        return {
            "seconds_between_lines": self.seconds_between_lines,
            "refreshes_per_second": self.refreshes_per_second,
        }

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__init__(**state)  # type: ignore[misc]  # a console and a lock mean nothing in another process


def _initial_state(tuner: Any) -> ProgressState:
    scheduler, status = tuner.scheduler, tuner.tuning_status
    metric, mode = metric_name_mode(scheduler.metric_names(), scheduler.metric_mode(), 0)
    state = ProgressState(tuner.name, metric, mode, tuner.n_workers, [None] * tuner.n_workers)
    state.count(status, tuner.stop_criterion)
    best = best_trial(status, metric, mode)
    if best is not None:
        state.best = Best(value=best[1], trial_id=best[0], config=tuner.best_config()[1])
    for trial_id, trial_status in status.last_trial_status_seen.items():
        if trial_status == Status.in_progress:
            state.trial_started(trial_id, {}, tuner.elapsed)
    return state
