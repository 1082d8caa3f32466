"""When trials of a simulation have to be decided about, for a stretch in which nothing else is looked at.

There is one event per running trial: the next report that has to be decided, or its end. What it reports before is
cut out of its learning curve when the trial gets there, and all that is put together at the end.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from heapq import heappop, heappush
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from syne_tune.backend.simulator_backend.run import ReportTable, SimulatedRun
from syne_tune.backend.simulator_backend.simulator_config import SimulatorConfig
from syne_tune.course import Left, Started
from syne_tune.report_block import Continuation
from syne_tune.stretch import GO_ON, Due, LooseReports, Moment, Timetable
from syne_tune.trial import Config, Status


class Trials(Protocol):
    """What a timetable asks of its backend."""

    simulator_config: SimulatorConfig

    def new_trial_id(self) -> int:
        """Number of the next new trial."""

    def enter(self, time: float, trial_id: int | None, config: Config | None) -> SimulatedRun:
        """A new trial (``None``) starts, or a paused one resumes; what it will report is known then."""

    def leave(self, time: float, trial_id: int, status: str) -> None:
        """A trial does not run any more."""

    def foresee(self, configs: Sequence[Config]) -> list[ReportTable | None]:
        """What trials with these configurations will report, as far as it can be looked up together."""

    def look_up(self, time: float, trial_id: int, config: Config, foreseen: ReportTable | None) -> SimulatedRun:
        """What a new trial will report that starts now, and is entered later."""

    def end_course(
        self, started: Sequence[Started], runs: Mapping[int, SimulatedRun], left: Sequence[Left], time: float | None
    ) -> None:
        """New trials have started, whose runs were looked up; trials have left; then as :meth:`leave_stretch`."""

    def leave_stretch(self, time: float | None) -> None:
        """Goes on event by event behind a time; ``None``: nothing has happened since the stretch began."""


_NO_REPORTS = LooseReports(
    (),
    [],
    trial_ids=np.zeros(0, dtype=int),
    times=np.zeros(0),
    numbers=np.zeros(0, dtype=int),
    letters=np.zeros(0, dtype="<U1"),
    answer_of=np.zeros(0, dtype=int),
)


_Segment = tuple[SimulatedRun, int, int, int, int, str, int]
"""A run, its trial, and its reports ``first, ..., end - 1``; the number of their answer, and letter and answer of the
last one, which may have been decided."""


class SimulatedTimetable(Timetable):
    """The timetable of simulated trials.

    Args:
        trials: The backend.
        runs: What runs, by trial; kept up to date by the backend.
        promises: Which reports need not be decided, by trial; kept up to date here.
    """

    def __init__(self, trials: Trials, runs: dict[int, SimulatedRun], promises: dict[int, Continuation]) -> None:
        self._trials = trials
        self._runs = runs
        self.promises = promises
        config = trials.simulator_config
        self._delay, self._delay_end = config.delay_on_trial_result, config.delay_complete_after_final_report
        self.names = next((run.names for run in runs.values()), ())
        self.most_reports = 0
        self._is_odd = any(not self._is_plain(run) for run in runs.values())
        self._answers: dict[int, int] = {}
        self._segments: list[_Segment] = []
        self._heap: list[tuple[float, int, int]] = []

    def _is_plain(self, run: SimulatedRun) -> bool:
        table = run.reports
        return isinstance(table, ReportTable) and table.is_plain and run.failure is None and run.names == self.names

    def next_time(self) -> float | None:  # noqa: D102  # as in the base class, like all below
        return None if self._is_odd or not self._heap else self._heap[0][0]

    def take(self, time: float) -> Due | None:  # noqa: D102
        if not self._heap or self._heap[0][0] != time:
            return None
        _, number, trial_id = heappop(self._heap)
        run = self._runs[trial_id]
        place = run.due
        if place < len(run.elapsed):
            return Due(trial_id, number, run.report(place), False, True)
        last = len(run.elapsed) - 1
        return Due(trial_id, number, run.report(last), True, self._seen_at(run, last) == time)

    def _seen_at(self, run: SimulatedRun, place: int) -> float:
        return run.start + run.elapsed[place] + self._delay

    def put_back(self, time: float, due: Due) -> None:  # noqa: D102
        heappush(self._heap, (time, due.number, due.trial_id))

    def decided(self, trial_id: int, letter: str, answer: int) -> None:  # noqa: D102
        self._note_decision(self._runs[trial_id], trial_id, letter, answer)

    def _note_decision(self, run: SimulatedRun, trial_id: int, letter: str, answer: int) -> None:
        """The report of a run that is due was decided."""
        self._add_segment(run, trial_id, run.due + 1, letter, answer)

    def _add_segment(self, run: SimulatedRun, trial_id: int, end: int, last_letter: str, last_answer: int) -> None:
        """The next reports of a run, up to ``end``, are made; letter and answer are those of the last one."""
        answer = self._answers[trial_id]
        self._segments.append((run, trial_id, run.next, end, answer, last_letter, last_answer))
        run.next = end
        run.settled = []

    def expect(self, trial_id: int, promise: Continuation | None, answer: int) -> None:  # noqa: D102
        self._expect_of(self._runs[trial_id], trial_id, promise, answer)

    def _expect_of(self, run: SimulatedRun, trial_id: int, promise: Continuation | None, answer: int) -> None:
        """A trial with this run goes on."""
        run.settle(promise)
        if promise is None:
            self.promises.pop(trial_id, None)
        else:
            self.promises[trial_id] = promise
        self._answers[trial_id] = answer
        self._wait_for(run, trial_id)

    def _wait_for(self, run: SimulatedRun, trial_id: int) -> None:
        """Notes when the next report of a run is due, or its end."""
        place, elapsed = run.due, run.elapsed
        if place < len(elapsed):
            time = run.start + elapsed[place] + self._delay
        else:
            time = run.start + (elapsed[-1] if len(elapsed) > run.first else run.base) + self._delay_end
        self.most_reports += place + 1 - run.next
        heappush(self._heap, (time, run.number, trial_id))

    def leave(self, time: float, trial_id: int, status: str) -> None:  # noqa: D102
        if status == Status.completed:
            run = self._runs[trial_id]
            self._pass(trial_id, run, len(run.elapsed))
        self._trials.leave(time, trial_id, status)

    def _pass(self, trial_id: int, run: SimulatedRun, end: int) -> None:
        """The next reports of a run, up to ``end``, are made, if there are any; none of them was decided."""
        if end > run.next:
            self._add_segment(run, trial_id, end, GO_ON, self._answers[trial_id])

    def start(self, time: float, config: Config) -> None:  # noqa: D102
        self._note(self._trials.enter(time, None, config))

    def resume(self, time: float, trial_id: int, config: Config | None) -> None:  # noqa: D102
        self._note(self._trials.enter(time, trial_id, config))

    def _note(self, run: SimulatedRun) -> None:
        self.names = self.names or run.names
        self._is_odd = self._is_odd or not self._is_plain(run)

    def close(self, last: Moment | None) -> LooseReports:  # noqa: D102
        if last is not None:
            for trial_id, run in self._runs.items():
                self._pass(trial_id, run, self._num_seen(run, last))
        self._trials.leave_stretch(None if last is None else last.time)
        return self._reports()

    def _num_seen(self, run: SimulatedRun, last: Moment) -> int:
        """How many reports of a run are seen until a moment, and need not be decided."""
        place, end = run.next, run.due
        while place < end and (self._seen_at(run, place), run.number) <= last:
            place += 1
        return place

    def _reports(self) -> LooseReports:
        """All reports that have been made."""
        if not self._segments:
            return _NO_REPORTS
        runs, trial_ids, firsts, ends, answers, last_letters, last_answers = zip(*self._segments, strict=True)
        lengths = np.array(ends) - np.array(firsts)
        last = np.cumsum(lengths) - 1
        columns = self._columns()
        elapsed = columns[self.names.index(runs[0].elapsed_attr)]
        times = np.repeat([run.start for run in runs], lengths) + elapsed + self._delay
        elapsed -= np.repeat([run.base for run in runs], lengths)
        letters = np.full(len(times), GO_ON)
        letters[last] = last_letters
        answer_of = np.repeat(answers, lengths)
        answer_of[last] = last_answers
        return LooseReports(
            self.names,
            columns,
            trial_ids=np.repeat(trial_ids, lengths),
            times=times,
            numbers=np.repeat([run.number for run in runs], lengths),
            letters=letters,
            answer_of=answer_of,
        )

    def _columns(self) -> list[NDArray[Any]]:
        """Values of all reports, name by name."""
        values: list[NDArray[np.float64]] = []
        resources: list[float] = []
        for run, _, first, end, _, _, _ in self._segments:
            assert isinstance(run.reports, ReportTable), "only tables are here"
            values.append(run.reports.values[first:end])
            resources += run.reports.resources[first:end]
        columns = list(np.concatenate(values).T.copy())
        return [*columns, np.array(resources)] if resources else columns
