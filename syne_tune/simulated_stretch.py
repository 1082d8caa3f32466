"""Runs a stretch of a simulation, from decision to decision.

The loop of a session looks at each event by itself. Where a backend looks ahead, most of that is not needed: the next
decision is known, and so are all reports in between. Here they are decided, one after the other; what comes out is what
the loop would have come to. It ends where anything unusual begins, which is left to the loop.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from syne_tune.backend.trial_backend import TrialBackend
from syne_tune.course import ENDS, STARTS, Answers, Course, Limits, OtherEvents, in_order
from syne_tune.errors import SchedulerError
from syne_tune.optimizer.scheduler import SchedulerDecision
from syne_tune.report_block import Continuation
from syne_tune.stopping_criterion import StoppingCriterion
from syne_tune.stretch import COMPLETE, GO_ON, NO_ANSWER, PAUSE, RESUME, START, STOP, Due, Moment, Stretch, Timetable
from syne_tune.study import EXHAUSTED, Study
from syne_tune.trial import Config, Status
from syne_tune.tuning_status import TuningStatus

_LETTERS = {SchedulerDecision.PAUSE: PAUSE, SchedulerDecision.STOP: STOP}
_STATUS = {PAUSE: Status.paused, STOP: Status.stopped}
_BEFORE = 0.5


def limits_of(criterion: StoppingCriterion, status: TuningStatus, n_workers: int) -> Limits:
    """How far a stretch may go; ``criterion`` must not depend on what is reported."""
    left = criterion.reports_left(status)
    assert left is not None, "only then a stretch begins"
    most_reports, max_elapsed = left
    elapsed_before, since = status.clock_origin
    return Limits(n_workers, most_reports, max_elapsed, elapsed_before, since, *criterion.trials_left(status))


class Ahead(NamedTuple):
    """What was found by looking ahead.

    Attributes:
        stretch: What has happened; ``None`` if nothing has.
        leftover: Fields of a ``suggest`` event that the scheduler has answered, and that is not part of the stretch.
        gave_up: Whether it ended before a report that has to be looked at by itself.
        course: What the study does not know yet; ``None`` if it knows everything but the reports.
    """

    stretch: Stretch | None
    leftover: dict[str, Any] | None = None
    gave_up: bool = False
    course: Course | None = None


def look_ahead(
    study: Study, backend: TrialBackend, criterion: StoppingCriterion, n_workers: int, most_decisions: int
) -> Ahead:
    """Goes through a stretch, in shorthand if the scheduler knows it.

    Args:
        study: Trials and scheduler.
        backend: Looks ahead.
        criterion: When the run ends; must not depend on what is reported.
        n_workers: Number of workers.
        most_decisions: Ends after about so many.
    """
    shorthand = study.scheduler.shorthand()
    limits = limits_of(criterion, study.status, n_workers)
    course = None if shorthand is None else backend.course(shorthand, limits, most_decisions)
    if course is not None:
        origin = (limits.elapsed_before, limits.since)
        stretch = course.in_order(origin)
        leftover = dict(EXHAUSTED) if course.is_exhausted else None
        if stretch is not None or leftover is not None:
            return Ahead(stretch, leftover, course.gave_up, course)
    has_free_worker = len(study.running) < n_workers and not criterion.starts_exhausted(study.status)
    timetable = None if has_free_worker else backend.timetable()
    if timetable is None:
        return Ahead(None)
    runner = StretchRunner(study, timetable, criterion, n_workers)
    return Ahead(runner.run(most_decisions), runner.leftover, runner.gave_up)


class StretchRunner:
    """Decides for a stretch; to be used once.

    Args:
        study: Trials and scheduler.
        timetable: What comes next.
        criterion: When the run ends; must not depend on what is reported.
        n_workers: Number of workers.

    Attributes:
        leftover: Fields of a ``suggest`` event that the scheduler has answered, and that is not part of the stretch.
        gave_up: Whether it ended before a report that the scheduler refuses.
    """

    def __init__(self, study: Study, timetable: Timetable, criterion: StoppingCriterion, n_workers: int) -> None:
        self._limits = limits_of(criterion, study.status, n_workers)
        self._study, self._timetable, self._criterion, self._n_workers = study, timetable, criterion, n_workers
        self._answers = Answers()
        self._others: list[tuple[float, int, str, int, int]] = []
        self._configs: list[Config | None] = []
        self._paused: set[int] = set()
        self._num_decisions = 0
        self._last: Moment | None = None
        self.leftover: dict[str, Any] | None = None
        self.gave_up = False

    def run(self, most_decisions: int) -> Stretch | None:
        """Decides until something unusual comes, or the run ends.

        Args:
            most_decisions: Ends after about so many.

        Returns:
            What has happened, if anything has.
        """
        for trial_id in self._study.running:
            self._promise(trial_id, self._timetable.promises.get(trial_id))
        while self._num_decisions < most_decisions:
            time = self._timetable.next_time()
            if time is None or not self._limits.allow(time, self._timetable.most_reports) or not self._moment(time):
                break
        return self._result()

    # ------------------------------------------------------------------ one moment

    def _moment(self, time: float) -> bool:
        """All that happens at one time; returns whether the stretch goes on."""
        ended: list[Due] = []
        while (due := self._timetable.take(time)) is not None:
            if due.has_ended:
                ended.append(due)
            elif not self._decide(time, due):
                for taken in (due, *ended):
                    self._timetable.put_back(time, taken)
                self._last, self.gave_up = Moment(time, due.number - _BEFORE), True
                return False
            elif self._ends_run():
                return self._end_run_behind(time, due, ended)
        for due in ended:
            self._complete(time, due)
        self._last = Moment(time)
        return not self._ends_run() and self._fill_workers(time)

    def _end_run_behind(self, time: float, last: Due, ended: list[Due]) -> bool:
        """A report ends the run: later ones at the same time have not been seen, nor ends of trials that made them."""
        while (due := self._timetable.take(time)) is not None:
            ended.append(due)
        for due in ended:
            if due.has_ended and (not due.is_new or due.number <= last.number):
                self._complete(time, due)
            else:
                self._timetable.put_back(time, due)
        self._last = Moment(time, last.number)
        return False

    def _decide(self, time: float, due: Due) -> bool:
        """Asks what shall become of a trial that reported; returns whether there is an answer."""
        trial_id, scheduler = due.trial_id, self._study.scheduler
        trial = self._study.trials[trial_id].trial
        try:
            decision = scheduler.on_trial_result(trial, due.result)
        except SchedulerError:
            return False
        self._num_decisions += 1
        letter = _LETTERS.get(decision, GO_ON)
        answer = self._answers.add(getattr(decision, "reason", ""), getattr(decision, "facts", {}))
        self._timetable.decided(trial_id, letter, answer)
        if letter == GO_ON:
            self._expect(trial_id)
        else:
            self._study.leave(trial_id, _STATUS[letter])
            self._timetable.leave(time, trial_id, _STATUS[letter])
            if letter == PAUSE:
                self._paused.add(trial_id)
        return True

    def _complete(self, time: float, due: Due) -> None:
        self._num_decisions += 1
        self._study.complete(due.trial_id, due.result)
        self._timetable.leave(time, due.trial_id, Status.completed)
        self._others.append((time, ENDS, COMPLETE, due.trial_id, NO_ANSWER))

    def _ends_run(self) -> bool:
        return self._criterion.ends_by_trials(self._study.status)

    # ------------------------------------------------------------------ what workers get

    def _fill_workers(self, time: float) -> bool:
        """Gives free workers something to do; returns whether the stretch goes on."""
        study = self._study
        while len(study.running) < self._n_workers and not self._criterion.starts_exhausted(study.status):
            fields = study.propose()
            if not self._is_usual(fields):
                self.leftover = fields
                return False
            self._start(time, fields)
        return True

    def _is_usual(self, fields: Mapping[str, Any]) -> bool:
        """Whether a suggestion can be part of the stretch; not if a trial would have two configurations within it."""
        if fields["action"] == "resume":
            return fields["trial_id"] not in self._paused or fields["config"] is None
        return fields["action"] == "start" and fields["checkpoint_trial_id"] is None

    def _start(self, time: float, fields: dict[str, Any]) -> None:
        trial_id, config, is_new = fields["trial_id"], fields["config"], fields["action"] == "start"
        self._study.start({**fields, "time": time})
        if is_new:
            self._timetable.start(time, config)
        else:
            self._timetable.resume(time, trial_id, config)
        answer = self._answers.number_of(fields["reason"], fields["facts"])
        self._others.append((time, STARTS, START if is_new else RESUME, trial_id, answer))
        self._configs.append(config)
        self._expect(trial_id)

    def _expect(self, trial_id: int) -> None:
        self._promise(trial_id, self._study.scheduler.continuation(self._study.trials[trial_id].trial))

    def _promise(self, trial_id: int, promise: Continuation | None) -> None:
        answer = NO_ANSWER if promise is None else self._answers.of(promise)
        self._timetable.expect(trial_id, promise, answer)

    # ------------------------------------------------------------------ everything in order

    def _result(self) -> Stretch | None:
        reports = self._timetable.close(self._last)
        origin = (self._limits.elapsed_before, self._limits.since)
        others = OtherEvents(*(zip(*self._others, strict=True) if self._others else [()] * 5))
        return in_order(reports, others, self._configs, self._answers.all, origin, [])
