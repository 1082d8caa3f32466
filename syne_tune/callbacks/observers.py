"""Tells callbacks what happens, and keeps their mistakes from breaking the run."""

from __future__ import annotations

import errno
import itertools
import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from syne_tune.callbacks.callback import TunerCallback
from syne_tune.optimizer.scheduler import SchedulerDecision
from syne_tune.report_block import ReportBlock
from syne_tune.stretch import COMPLETE, RESUME, START, Stretch
from syne_tune.trial import Result, Status, Trial

_METHODS = {START: "on_start_trial", RESUME: "on_resume_trial", COMPLETE: "on_trial_complete"}

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS)

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
        """Calls a method of every callback. Exceptions are logged; the run goes on.

        They are logged with their traceback, except that one line will do for a file for which there is no room. If a
        callback is interrupted by the user, the others are told first.

        Args:
            method: Name of a method of :class:`TunerCallback`.
            *args: Its arguments; dictionaries are copied, so that callbacks cannot change each other's view.
        """
        callbacks, interruption = self._interested.get(method), None
        for callback in self._who_overrides(method) if callbacks is None else callbacks:
            try:
                self._call(callback, method, *[dict(arg) if isinstance(arg, dict) else arg for arg in args])
            except BaseException as error:  # noqa: BLE001  # raised again, once all have been told
                interruption = interruption or error
        if interruption is not None:
            raise interruption

    def need_single_reports(self) -> bool:
        """Whether one of them must be told of each report before the next one is looked at."""
        return bool(self._who_overrides("on_fetch_status_results")) or any(
            callback.needs_single_reports for callback in self._callbacks
        )

    def notify_settled(
        self, trials: Mapping[int, Trial], block: ReportBlock, show_elapsed: Callable[[float | None], None]
    ) -> None:
        """Tells of a block of reports; those callbacks that take no blocks, of each of its reports.

        Args:
            trials: At least those that reported, by id.
            block: The reports.
            show_elapsed: Sets what callbacks see as the running time; ``None``: the real one.
        """
        takes_blocks = self._who_overrides("on_settled_reports")
        for callback in takes_blocks:
            self._call(callback, "on_settled_reports", trials, block)
        for callback in self._who_overrides("on_trial_result"):
            if callback not in takes_blocks:
                self._notify_singly(callback, trials, block, show_elapsed)

    def notify_stretch(
        self,
        trials: Mapping[int, Trial],
        stretch: Stretch,
        last_result: Callable[[int], Result],
        show_elapsed: Callable[[float | None], None],
    ) -> None:
        """Tells of all that happened in a stretch of a simulation.

        Args:
            trials: At least those that have a part in it, by id.
            stretch: What happened.
            last_result: The last report of a trial.
            show_elapsed: As in :meth:`notify_settled`.
        """
        if len(stretch.block):
            self.notify_settled(trials, stretch.block, show_elapsed)
        told = {letter for letter, method in _METHODS.items() if self._who_overrides(method)}
        if told.isdisjoint(stretch.letters):
            return
        elapsed = stretch.elapsed()
        for letter, trial_id, seconds in zip(stretch.letters, stretch.trial_ids, elapsed, strict=True):
            if letter in told:
                show_elapsed(seconds)
                args = (last_result(trial_id),) if letter == COMPLETE else ()
                self.notify(_METHODS[letter], trials[trial_id], *args)
        show_elapsed(None)

    def _notify_singly(
        self,
        callback: TunerCallback,
        trials: Mapping[int, Trial],
        block: ReportBlock,
        show_elapsed: Callable[[float | None], None],
    ) -> None:
        on_trial_result, status = callback.on_trial_result, Status.in_progress
        decisions = block.decisions or itertools.repeat(SchedulerDecision.CONTINUE, len(block))
        who = map(trials.__getitem__, block.trial_ids)
        for trial, result, decision, elapsed in zip(who, block.results(), decisions, block.elapsed(), strict=True):
            show_elapsed(elapsed)
            try:
                on_trial_result(trial, status, result, decision)
            except Exception as error:  # noqa: BLE001  # the run goes on, whatever a callback raises
                _complain(callback, "on_trial_result", error)
        show_elapsed(None)

    def _call(self, callback: TunerCallback, method: str, *args: Any) -> None:
        try:
            getattr(callback, method)(*args)
        except Exception as error:  # noqa: BLE001  # the run goes on, whatever a callback raises
            _complain(callback, method, error)

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


def _complain(callback: TunerCallback, method: str, error: Exception) -> None:
    if isinstance(error, OSError) and error.errno in _NO_ROOM:
        what = error.filename or f"what {type(callback).__name__} writes"
        logger.warning("%s could not be written (%s); the event log is complete without it", what, error.strerror)
    else:
        logger.error("%s.%s failed; the run goes on", type(callback).__name__, method, exc_info=error)
