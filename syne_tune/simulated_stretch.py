"""Runs a stretch of a simulation, from decision to decision.

The loop of a session looks at each event by itself. Where a backend looks ahead, most of that is not needed: the next
decision is known, and so are all reports in between. Here they are decided, one after the other; what comes out is what
the loop would have come to. It ends where anything unusual begins, which is left to the loop.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from syne_tune.errors import SchedulerError
from syne_tune.optimizer.scheduler import SchedulerDecision
from syne_tune.report_block import Continuation
from syne_tune.stopping_criterion import StoppingCriterion
from syne_tune.stretch import COMPLETE, GO_ON, NO_ANSWER, PAUSE, RESUME, START, STOP, Due, Moment, Stretch, Timetable
from syne_tune.study import Study
from syne_tune.trial import Config, Status

_LETTERS = {SchedulerDecision.PAUSE: PAUSE, SchedulerDecision.STOP: STOP}
_STATUS = {PAUSE: Status.paused, STOP: Status.stopped}
_ENDS, _STARTS = 1, 2
_BEFORE = 0.5


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
        limits = criterion.reports_left(study.status)
        assert limits is not None, "only then a stretch begins"
        self._most_reports, self._max_elapsed = limits
        self._study, self._timetable, self._criterion, self._n_workers = study, timetable, criterion, n_workers
        self._elapsed_before, self._since = study.status.clock_origin
        self._answers: list[tuple[str, Mapping[str, Any]]] = []
        self._answer_numbers: dict[tuple[Any, ...], int] = {}
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
            if time is None or not self._may_go_on_until(time) or not self._moment(time):
                break
        return self._result()

    def _may_go_on_until(self, time: float) -> bool:
        """Whether the criterion certainly does not end the run before."""
        elapsed = self._elapsed_before + (time - self._since)
        return elapsed < self._max_elapsed and self._timetable.most_reports < self._most_reports

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
        self._answers.append((getattr(decision, "reason", ""), getattr(decision, "facts", {})))
        self._timetable.decided(trial_id, letter, len(self._answers) - 1)
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
        self._others.append((time, _ENDS, COMPLETE, due.trial_id, NO_ANSWER))

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
        answer = self._answer(fields["reason"], fields["facts"])
        self._others.append((time, _STARTS, START if is_new else RESUME, trial_id, answer))
        self._configs.append(config)
        self._expect(trial_id)

    def _expect(self, trial_id: int) -> None:
        self._promise(trial_id, self._study.scheduler.continuation(self._study.trials[trial_id].trial))

    def _promise(self, trial_id: int, promise: Continuation | None) -> None:
        answer = NO_ANSWER if promise is None else self._answer(promise.reason, promise.facts)
        self._timetable.expect(trial_id, promise, answer)

    def _answer(self, reason: str, facts: Mapping[str, Any]) -> int:
        """Number of a reason that may have been given before."""
        key = (reason, *facts.items(), *map(type, facts.values()))
        try:
            number = self._answer_numbers.setdefault(key, len(self._answers))
        except TypeError:  # facts that are no plain values
            number = len(self._answers)
        if number == len(self._answers):
            self._answers.append((reason, facts))
        return number

    # ------------------------------------------------------------------ everything in order

    def _result(self) -> Stretch | None:
        reports = self._timetable.close(self._last)
        number = len(reports.times)
        if number + len(self._others) == 0:
            return None
        others = np.array([(time, kind) for time, kind, *_ in self._others], dtype=float).reshape(-1, 2)
        times = np.concatenate([reports.times, others[:, 0]])
        classes = np.concatenate([np.zeros(number), others[:, 1]])
        numbers = np.concatenate([reports.numbers, np.arange(len(others))])
        order = np.lexsort((numbers, classes, times))
        letters = np.concatenate([reports.letters, np.array([other[2] for other in self._others], dtype="<U1")])
        trial_ids = np.concatenate([reports.trial_ids, np.array([other[3] for other in self._others], dtype=int)])
        answer_of = np.concatenate([reports.answer_of, np.array([other[4] for other in self._others], dtype=int)])
        order_of_reports = order[order < number]
        return Stretch(
            letters="".join(letters[order].tolist()),
            trial_ids=trial_ids[order].tolist(),
            times=times[order].tolist(),
            names=reports.names,
            rows=list(zip(*(column[order_of_reports].tolist() for column in reports.columns), strict=True)),
            configs=self._configs,
            answers=self._answers,
            answer_of=[answer for answer in answer_of[order].tolist() if answer != NO_ANSWER],
            elapsed_before=self._elapsed_before,
            since=self._since,
        )
