"""What a session does with reports that come many at once: :class:`ReportsAtOnce`.

A simulation knows beforehand what trials report. Where nobody needs to look at something after each report, those that
need no decision are taken together; and where the backend can look ahead, whole stretches, decisions included.
"""

from __future__ import annotations

from collections.abc import Callable

from syne_tune.backend.trial_backend import TrialBackend
from syne_tune.callbacks.observers import Observers
from syne_tune.course import Course
from syne_tune.event_log import EventLog
from syne_tune.garbage import no_garbage_collection
from syne_tune.session_options import SessionOptions
from syne_tune.simulated_stretch import Ahead, look_ahead
from syne_tune.stopping_criterion import StoppingCriterion
from syne_tune.stretch import Stretch
from syne_tune.study import Study
from syne_tune.trial import Result
from syne_tune.tuning_status import TuningStatus

_FEW_DECISIONS, _MOST_DECISIONS = 8, 1024


class ReportsAtOnce:
    """Takes reports together, writes them to the log, and tells everybody of them.

    Args:
        study: Trials, scheduler and status.
        backend: Where trials run.
        stop_criterion: When the run ends.
        log: The log of the experiment.
        observers: Who is told what happens.
        options: See :class:`~syne_tune.session_options.SessionOptions`.

    Attributes:
        is_possible: Whether reports may be taken many at once; known after :meth:`begin`.
    """

    def __init__(
        self,
        study: Study,
        backend: TrialBackend,
        stop_criterion: Callable[[TuningStatus], bool],
        log: EventLog,
        observers: Observers,
        options: SessionOptions,
    ) -> None:
        self._study, self._backend, self._log, self._observers = study, backend, log, observers
        self._criterion = stop_criterion if isinstance(stop_criterion, StoppingCriterion) else None
        self._options = options
        self._num_decisions = _FEW_DECISIONS
        self.is_possible = False

    def begin(self, show_elapsed: Callable[[float | None], None]) -> None:
        """Finds out what is possible, and settles the reports of trials that run.

        Args:
            show_elapsed: Sets what observers see as the running time; ``None``: the real one.
        """
        self._show_elapsed = show_elapsed
        is_known = self._criterion is not None and not self._observers.need_single_reports()
        self.is_possible = is_known and self._backend.settles_reports
        for trial_id in self._study.running:
            self.settle(trial_id)

    def settle(self, trial_id: int) -> None:
        """Tells the backend which of the next reports of a trial the scheduler need not see."""
        if self.is_possible:
            self._backend.settle(trial_id, self._study.scheduler.continuation(self._study.trials[trial_id].trial))

    def take_reports(self) -> bool:
        """Takes the reports that the scheduler need not see, up to the next event.

        The report that ends the run is not among them, since trials may end at the same time.

        Returns:
            Whether there are any.
        """
        study, status = self._study, self._study.status
        limits = None if self._criterion is None else self._criterion.reports_left(status)
        if not self.is_possible or limits is None:
            return False
        most_reports, max_elapsed = limits
        block = self._backend.settled_reports(most_reports - 1, max_elapsed, *status.clock_origin)
        if block is None:
            return False
        self._log.append_block(block)
        study.apply_block(block)
        trials = {trial_id: study.trials[trial_id].trial for trial_id in block.by_trial}
        self._observers.notify_settled(trials, block, self._show_elapsed)
        block.drop_texts()
        return True

    # ------------------------------------------------------------------ from decision to decision

    @property
    def covers_starts(self) -> bool:
        """Whether a stretch may include starts: if nothing but a decision comes between an end and the next start."""
        options = self._options
        waits = not (options.asynchronous_scheduling and options.start_jobs_without_delay)
        return self.is_possible and not waits and not self._backend.delete_checkpoints

    def take_stretch(self) -> Ahead:
        """Goes from decision to decision, as long as nothing unusual happens."""
        criterion = self._criterion
        if criterion is None or criterion.reports_left(self._study.status) is None or not self.covers_starts:
            return Ahead(None)
        with no_garbage_collection():
            n_workers = self._options.n_workers
            ahead = look_ahead(self._study, self._backend, criterion, n_workers, self._num_decisions)
            if ahead.stretch is not None:
                self._take_in(ahead.stretch, ahead.course)
        return ahead

    def _take_in(self, stretch: Stretch, course: Course | None) -> None:
        if self._study.scheduler.is_quick:
            self._num_decisions = max(_MOST_DECISIONS, self._options.n_workers)
        self._log.append_stretch(stretch)
        self._study.apply_stretch(stretch, course)
        trials = {trial_id: self._study.trial(trial_id) for trial_id in set(stretch.trial_ids)}
        self._observers.notify_stretch(trials, stretch, self._last_result, self._show_elapsed)
        stretch.drop_texts()

    def _last_result(self, trial_id: int) -> Result:
        return self._study.trials[trial_id].last_result or {}
