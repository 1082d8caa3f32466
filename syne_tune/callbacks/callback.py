"""The contract of observers of a tuning run: :class:`TunerCallback`.

Callbacks watch; they cannot break the run. An exception raised by one is logged with its traceback, and the run goes
on. Results handed to callbacks are copies: adding keys to one shows nowhere else.

Order within one run::

    on_tuning_start(tuner)
        on_loop_start()
            on_fetch_status_results(trial_status_dict, new_results)
            on_trial_result(trial, status, result, decision)     # per report, after the scheduler decided
            on_trial_complete(trial, result)                     # script ended well
            on_trial_failed(trial, failure)                      # or it failed for good
            on_start_trial(trial) / on_resume_trial(trial)       # per worker that got something to do
            on_tuning_sleep(sleep_time)                          # before waiting
        on_loop_end()
    on_tuning_end()                                              # also after an exception

When an experiment is resumed, callbacks whose ``replays`` is true are first told again of every logged report, and of
every trial that was started or resumed, so that they can rebuild what they hold. ``tuner.elapsed`` is the running time
that the log has for it, then as before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from syne_tune.report_block import ReportBlock
from syne_tune.trial import Failure, Result, Trial

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any


class TunerCallback:
    """Base class; every method does nothing. The order of calls is shown at the top of this file."""

    replays: bool = False
    """Whether logged reports are handed over again when an experiment is resumed."""

    prints_summary: bool = False
    """Whether it tells the user how the run ended; if none does, the tuner prints a table itself."""

    @property
    def needs_single_reports(self) -> bool:
        """Whether the loop must turn once per report; by default not.

        Otherwise a simulation hands over many at once, so that callbacks see the trials as they are after the last.
        """
        return False

    def on_tuning_start(self, tuner: Any) -> None:
        """The run begins (or goes on, if the experiment was resumed)."""

    def on_tuning_end(self) -> None:
        """The run ends, for whatever reason; trials may still be running."""

    def on_loop_start(self) -> None:
        """A turn of the loop begins."""

    def on_loop_end(self) -> None:
        """A turn of the loop ends."""

    def on_fetch_status_results(
        self, trial_status_dict: dict[int, tuple[Trial, str]], new_results: list[tuple[int, Result]]
    ) -> None:
        """The backend was asked; nothing has been decided yet."""

    def on_trial_complete(self, trial: Trial, result: Result) -> None:
        """A trial ended well; ``result`` is its last report."""

    def on_trial_failed(self, trial: Trial, failure: Failure) -> None:
        """A trial failed for good: it will not be tried again."""

    def on_trial_result(self, trial: Trial, status: str, result: Result, decision: str) -> None:
        """A trial reported, and the scheduler decided."""

    def on_settled_reports(self, trials: Mapping[int, Trial], block: ReportBlock) -> None:
        """Many reports at once, in simulations; called in place of :meth:`on_trial_result` if it is overridden.

        Starts and ends of trials in between are told afterwards.

        Args:
            trials: At least those that reported, by id.
            block: Their reports and, in ``decisions``, what was decided; ``None`` means that all go on.
        """

    def on_tuning_sleep(self, sleep_time: float) -> None:
        """The loop is about to wait, for at most ``sleep_time`` seconds."""

    def on_start_trial(self, trial: Trial) -> None:
        """A new trial was started."""

    def on_resume_trial(self, trial: Trial) -> None:
        """A paused trial was resumed, or a lost one retried."""
