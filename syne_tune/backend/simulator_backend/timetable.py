"""When trials of a simulation have to be decided about, for a stretch in which nothing else is looked at.

There is one event per running trial: the next report that has to be decided, or its end. What it reports before is
cut out of its learning curve when the trial gets there, and all that is put together at the end.
"""

from __future__ import annotations

from collections.abc import Sequence
from heapq import heappop, heappush
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from syne_tune.backend.simulator_backend.run import ReportTable, SimulatedRun
from syne_tune.backend.simulator_backend.simulator_config import SimulatorConfig
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

    def foresee(self, configs: Sequence[Config]) -> None:
        """Trials may start with these configurations next."""

    def look_up(self, time: float, trial_id: int, config: Config) -> SimulatedRun:
        """What a new trial will report that starts now, and is entered later."""

    def enter_new(self, time: float, trial_id: int, config: Config, run: SimulatedRun) -> None:
        """A new trial has started at a time, whose run was looked up."""

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


class _Segment(NamedTuple):
    """Reports ``first, ..., end - 1`` of a run, the last of which was decided if it has an answer of its own."""

    run: SimulatedRun
    trial_id: int
    first: int
    end: int
    answer: int
    last_letter: str
    last_answer: int


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
        place = max(run.next, run.num_settled)
        if place < len(run.elapsed):
            return Due(trial_id, number, run.report(place), False, True)
        last = len(run.elapsed) - 1
        return Due(trial_id, number, run.report(last), True, self._seen_at(run, last) == time)

    def _seen_at(self, run: SimulatedRun, place: int) -> float:
        return run.start + run.elapsed[place] + self._delay

    def put_back(self, time: float, due: Due) -> None:  # noqa: D102
        heappush(self._heap, (time, due.number, due.trial_id))

    def decided(self, trial_id: int, letter: str, answer: int) -> None:  # noqa: D102
        run = self._runs[trial_id]
        end = max(run.next, run.num_settled) + 1
        self._segments.append(_Segment(run, trial_id, run.next, end, self._answers[trial_id], letter, answer))
        run.next = end

    def expect(self, trial_id: int, promise: Continuation | None, answer: int) -> None:  # noqa: D102
        run = self._runs[trial_id]
        run.settle(promise)
        if promise is None:
            self.promises.pop(trial_id, None)
        else:
            self.promises[trial_id] = promise
        self._answers[trial_id] = answer
        place, number = max(run.next, run.num_settled), len(run.elapsed)
        if place < number:
            time = self._seen_at(run, place)
        else:
            time = run.start + (run.elapsed[-1] if number > run.first else run.base) + self._delay_end
        self.most_reports += place + 1 - run.next
        heappush(self._heap, (time, run.number, trial_id))

    def leave(self, time: float, trial_id: int, status: str) -> None:  # noqa: D102
        if status == Status.completed:
            run = self._runs[trial_id]
            self._pass(trial_id, run, len(run.elapsed))
        self._trials.leave(time, trial_id, status)

    def _pass(self, trial_id: int, run: SimulatedRun, end: int) -> None:
        """The next reports of a run, up to ``end``, are made."""
        if end > run.next:
            answer = self._answers[trial_id]
            self._segments.append(_Segment(run, trial_id, run.next, end, answer, GO_ON, answer))
            run.next = end
            run.settled = []

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
        end = max(run.next, run.num_settled)
        place = run.next
        while place < end and (self._seen_at(run, place), run.number) <= last:
            place += 1
        return place

    def _reports(self) -> LooseReports:
        """All reports that have been made."""
        segments = self._segments
        if not segments:
            return _NO_REPORTS
        runs = [segment.run for segment in segments]
        lengths = np.array([segment.end - segment.first for segment in segments])
        ends = np.cumsum(lengths) - 1
        columns = self._columns(lengths)
        elapsed = columns[self.names.index(runs[0].elapsed_attr)]
        times = np.repeat([run.start for run in runs], lengths) + elapsed + self._delay
        elapsed -= np.repeat([run.base for run in runs], lengths)
        letters = np.full(len(times), GO_ON)
        letters[ends] = [segment.last_letter for segment in segments]
        answer_of = np.repeat([segment.answer for segment in segments], lengths)
        answer_of[ends] = [segment.last_answer for segment in segments]
        return LooseReports(
            self.names,
            columns,
            trial_ids=np.repeat([segment.trial_id for segment in segments], lengths),
            times=times,
            numbers=np.repeat([run.number for run in runs], lengths),
            letters=letters,
            answer_of=answer_of,
        )

    def _columns(self, lengths: NDArray[Any]) -> list[NDArray[Any]]:
        """Values of all reports, name by name."""
        tables: list[tuple[ReportTable, int, int]] = [
            (segment.run.reports, segment.first, segment.end)  # type: ignore[misc]  # only tables are here
            for segment in self._segments
        ]
        values = np.concatenate([table.values[first:end] for table, first, end in tables])
        columns = [values[:, place].copy() for place in range(values.shape[1])]
        if tables[0][0].resource_attr is not None:
            resources: list[Any] = []
            for table, first, end in tables:
                resources += table.resources[first:end]
            columns.append(np.array(resources))
        return columns
