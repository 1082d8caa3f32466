"""Goes through a stretch of a simulation with a scheduler that answers in shorthand.

Nobody looks at trials meanwhile: they are rows, and are started, stopped and completed all together at the end.
"""

from __future__ import annotations

from collections.abc import Sequence
from heapq import heappop, heappush

from syne_tune.backend.simulator_backend.run import ReportTable, SimulatedRun
from syne_tune.backend.simulator_backend.timetable import SimulatedTimetable, Trials
from syne_tune.course import Answers, Course, Left, Limits, Started
from syne_tune.report_block import Continuation
from syne_tune.shorthand import Shorthand
from syne_tune.stretch import GO_ON, NO_ANSWER, Moment
from syne_tune.trial import Status

_MOST_FORESEEN = 256
_BEFORE = 0.5
_Item = tuple[float, int, int]
"""Time, number of the run, trial."""


class BriefTimetable(SimulatedTimetable):
    """A timetable that asks a scheduler by itself; to be used once.

    It comes to the same as a :class:`~syne_tune.simulated_stretch.StretchRunner`, and ends where anything has to be
    looked at more closely.

    Args:
        trials: The backend.
        runs: What runs, by trial; kept up to date.
        promises: Which reports need not be decided, by trial; kept up to date.
        shorthand: The scheduler.
        limits: How far it may go.
    """

    def __init__(
        self,
        trials: Trials,
        runs: dict[int, SimulatedRun],
        promises: dict[int, Continuation],
        shorthand: Shorthand,
        limits: Limits,
    ) -> None:
        super().__init__(trials, runs, promises)
        self._shorthand, self._limits = shorthand, limits
        self._starts_left, self._ends_left, self._completions_left = limits[-3:]
        self._reasons = Answers()
        self._rows: list[list[tuple[object, ...]]] = [[] for _ in shorthand.wordings]
        self._new: list[Started] = []
        self._left: list[Left] = []
        self._foreseen: list[ReportTable | None] = []
        self._known: dict[tuple[int, int], tuple[Continuation, Sequence[float], int, int, int]] = {}
        self._next_trial_id = trials.new_trial_id()
        self._decisions_left = 0
        self._last_time: float | None = None
        self._last_number = float("inf")
        self._column: int | None = None
        self._new_runs: dict[int, SimulatedRun] = {}
        self._gone: dict[int, SimulatedRun] = {}
        self._is_limited = limits.most_reports < float("inf") or limits.max_elapsed < float("inf")
        self._is_exhausted = self._gave_up = False

    def run(self, now: float, most_decisions: int) -> Course | None:
        """Decides until something has to be looked at more closely, or the run ends.

        Args:
            now: Workers that are free now get something to do first.
            most_decisions: Ends after about so many.

        Returns:
            What has happened, if anything has.
        """
        self._decisions_left = most_decisions
        for trial_id, run in self._runs.items():
            self._find_column(run)
            self._promise(trial_id, run, self.promises.get(trial_id))
        goes_on = not self._is_odd
        if goes_on and len(self._runs) < self._limits.n_workers and self._starts_left > 0:
            self._last_time = now
            goes_on = self._fill_workers(now)
        heap, limits = self._heap, self._limits
        while goes_on and heap and self._decisions_left > 0 and not self._is_odd:
            time = heap[0][0]
            goes_on = (not self._is_limited or limits.allow(time, self.most_reports)) and self._moment(time)
        return self._course()

    def _promise(self, trial_id: int, run: SimulatedRun, promise: Continuation | None) -> None:
        """A trial goes on; what is promised about it tells when it has to be decided."""
        if self._is_odd or promise is None:
            answer = NO_ANSWER if promise is None else self._reasons.of(promise)
            self._expect_of(run, trial_id, promise, answer)
            return
        assert isinstance(run.reports, ReportTable), "otherwise something is odd"
        resources = run.reports.resources
        known = self._known.get((id(promise), id(resources)))
        if known is None:
            known = promise, resources, self._reasons.of(promise), *run.reports.covered(promise)
            self._known[id(promise), id(resources)] = known
        _, _, answer, first, end = known
        run.num_settled = end if run.next >= first else 0
        self.promises[trial_id], self._answers[trial_id] = promise, answer
        self._wait_for(run, trial_id)

    # ------------------------------------------------------------------ one moment

    def _moment(self, time: float) -> bool:
        """All that happens at one time; returns whether the stretch goes on."""
        heap, runs, decide = self._heap, self._runs, self._decide
        ended: list[_Item] = []
        while heap and heap[0][0] == time:
            item = heappop(heap)
            trial_id = item[2]
            run = runs[trial_id]
            place = run.due
            if place >= len(run.elapsed):
                ended.append(item)
            elif not decide(time, trial_id, run, place):
                for taken in (item, *ended):
                    heappush(heap, taken)
                self._last_time, self._last_number, self._gave_up = time, item[1] - _BEFORE, True
                return False
            elif self._ends_left <= 0:
                return self._end_run_behind(time, item[1], ended)
        for item in ended:
            self._complete(time, item[2])
        self._last_time = time
        if self._ends_left <= 0 or self._completions_left <= 0:
            return False
        return len(runs) >= self._limits.n_workers or self._fill_workers(time)

    def _end_run_behind(self, time: float, number: int, ended: list[_Item]) -> bool:
        """A report ends the run: later ones at the same time have not been seen, nor ends of trials that made them."""
        heap = self._heap
        while heap and heap[0][0] == time:
            ended.append(heappop(heap))
        for item in ended:
            run = self._runs[item[2]]
            has_ended = run.due >= len(run.elapsed)
            is_new = has_ended and self._seen_at(run, len(run.elapsed) - 1) == time
            if has_ended and (not is_new or item[1] <= number):
                self._complete(time, item[2])
            else:
                heappush(heap, item)
        self._last_time, self._last_number = time, number
        return False

    def _decide(self, time: float, trial_id: int, run: SimulatedRun, place: int) -> bool:
        """Asks what shall become of a trial that reported; returns whether there is an answer."""
        table, column = run.reports, self._column
        if column is None:
            return False
        assert isinstance(table, ReportTable), "otherwise something is odd"
        resource = table.resources[place]
        if type(resource) is not int:
            return False
        verdict = self._shorthand.decide(trial_id, resource, table.values.item(place, column))
        if verdict is None:
            return False
        self._decisions_left -= 1
        letter, wording, row, promise = verdict
        self._rows[wording].append(row)
        self._add_segment(run, trial_id, place + 1, letter, -1 - wording)
        if letter == GO_ON:
            self._promise(trial_id, run, promise)
        else:
            self._leave(time, trial_id, Status.stopped)
        return True

    def _find_column(self, run: SimulatedRun) -> None:
        """Where the metric is, if reports are as the scheduler needs them, and their times not counted from a base."""
        metric, names = self._shorthand.metric, self.names
        if self._column is None and names and names[-1] == self._shorthand.resource_attr:
            is_found = metric in names[:-1] and run.elapsed_attr != metric
            self._column = names.index(metric) if is_found else None

    def _complete(self, time: float, trial_id: int) -> None:
        self._decisions_left -= 1
        self._shorthand.complete(trial_id)
        self._pass(trial_id, self._runs[trial_id], len(self._runs[trial_id].elapsed))
        self._leave(time, trial_id, Status.completed)
        self._completions_left -= 1

    def _leave(self, time: float, trial_id: int, status: str) -> None:
        self._ends_left -= 1
        self._left.append((time, trial_id, status))
        self.promises.pop(trial_id, None)
        self._gone[trial_id] = self._runs.pop(trial_id)

    # ------------------------------------------------------------------ what workers get

    def _fill_workers(self, time: float) -> bool:
        """Gives free workers something to do; returns whether the stretch goes on."""
        runs, n_workers = self._runs, self._limits.n_workers
        while len(runs) < n_workers and self._starts_left > 0:
            trial_id, foreseen = self._next_trial_id, self._foresee()
            draft = self._shorthand.start(trial_id)
            if draft is None:
                self._is_exhausted = True
                return False
            config, answer, promise = draft
            run = runs[trial_id] = self._trials.look_up(time, trial_id, config, foreseen)
            self._next_trial_id += 1
            self._starts_left -= 1
            if foreseen is None or run.names != self.names:
                self._note(run)
                self._find_column(run)
            self._new.append((time, trial_id, config, self._reasons.of(answer)))
            self._new_runs[trial_id] = run
            self._promise(trial_id, run, promise)
        return True

    def _foresee(self) -> ReportTable | None:
        """What the next new trial will report, if it can be looked up together with what others will."""
        if not self._foreseen:
            number = min(self._decisions_left + self._limits.n_workers, self._starts_left, _MOST_FORESEEN)
            self._foreseen = self._trials.foresee(self._shorthand.upcoming(int(number)))[::-1]
        return self._foreseen.pop() if self._foreseen else None

    # ------------------------------------------------------------------ the end

    def _course(self) -> Course | None:
        self._shorthand.close()
        if self._last_time is not None:
            last = Moment(self._last_time, self._last_number)
            for trial_id, run in self._runs.items():
                self._pass(trial_id, run, self._num_seen(run, last))
        self._runs |= {trial_id: run for trial_id, run in self._gone.items() if trial_id not in self._new_runs}
        self._trials.end_course(self._new, self._new_runs, self._left, self._last_time)
        if self._last_time is None:
            return None
        return Course(
            self._reports(),
            self._new,
            self._left,
            self._reasons.all,
            list(zip(self._shorthand.wordings, self._rows, strict=True)),
            self._is_exhausted,
            self._gave_up,
        )
