"""Goes through a stretch of a simulation with a scheduler that answers in shorthand.

Nobody looks at trials meanwhile: they are rows, and are started, stopped and completed all together at the end.
"""

from __future__ import annotations

from heapq import heappop, heappush

from syne_tune.backend.simulator_backend.run import ReportTable, SimulatedRun
from syne_tune.backend.simulator_backend.timetable import SimulatedTimetable, Trials
from syne_tune.course import ENDS, STARTS, Answers, Course, Limits, OtherEvent
from syne_tune.report_block import Continuation
from syne_tune.shorthand import Draft, Shorthand
from syne_tune.stretch import COMPLETE, GO_ON, NO_ANSWER, START, Moment
from syne_tune.trial import Config, Status

_FEWEST_FORESEEN, _MOST_FORESEEN = 8, 256
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
        self._others: list[OtherEvent] = []
        self._configs: list[Config | None] = []
        self._new: list[tuple[float, int, Config, SimulatedRun]] = []
        self._left: list[tuple[float, int, str]] = []
        self._next_trial_id = trials.new_trial_id()
        self._num_decisions = self._num_foreseen = 0
        self._last: Moment | None = None
        self._column: int | None = None
        self._gone: dict[int, SimulatedRun] = {}
        self._is_exhausted = self._gave_up = False

    def run(self, now: float, most_decisions: int) -> Course | None:
        """Decides until something has to be looked at more closely, or the run ends.

        Args:
            now: Workers that are free now get something to do first.
            most_decisions: Ends after about so many.

        Returns:
            What has happened, if anything has.
        """
        for trial_id in self._runs:
            self._promise(trial_id, self.promises.get(trial_id))
        if not self._is_odd and self._has_free_worker():
            self._last = Moment(now)
            if not self._fill_workers(now):
                return self._course()
        heap = self._heap
        while heap and self._num_decisions < most_decisions and not self._is_odd:
            time = heap[0][0]
            if not self._limits.allow(time, self.most_reports) or not self._moment(time):
                break
        return self._course()

    def _promise(self, trial_id: int, promise: Continuation | None) -> None:
        self.expect(trial_id, promise, NO_ANSWER if promise is None else self._reasons.of(promise))

    # ------------------------------------------------------------------ one moment

    def _moment(self, time: float) -> bool:
        """All that happens at one time; returns whether the stretch goes on."""
        heap, runs = self._heap, self._runs
        ended: list[_Item] = []
        while heap and heap[0][0] == time:
            item = heappop(heap)
            run = runs[item[2]]
            place = max(run.next, run.num_settled)
            if place >= len(run.elapsed):
                ended.append(item)
            elif not self._decide(time, item[2], run, place):
                for taken in (item, *ended):
                    heappush(heap, taken)
                self._last, self._gave_up = Moment(time, item[1] - _BEFORE), True
                return False
            elif self._ends_left <= 0:
                return self._end_run_behind(time, item[1], ended)
        for item in ended:
            self._complete(time, item[2])
        self._last = Moment(time)
        return self._ends_left > 0 and self._completions_left > 0 and self._fill_workers(time)

    def _end_run_behind(self, time: float, number: int, ended: list[_Item]) -> bool:
        """A report ends the run: later ones at the same time have not been seen, nor ends of trials that made them."""
        heap = self._heap
        while heap and heap[0][0] == time:
            ended.append(heappop(heap))
        for item in ended:
            run = self._runs[item[2]]
            has_ended = max(run.next, run.num_settled) >= len(run.elapsed)
            is_new = has_ended and self._seen_at(run, len(run.elapsed) - 1) == time
            if has_ended and (not is_new or item[1] <= number):
                self._complete(time, item[2])
            else:
                heappush(heap, item)
        self._last = Moment(time, number)
        return False

    def _decide(self, time: float, trial_id: int, run: SimulatedRun, place: int) -> bool:
        """Asks what shall become of a trial that reported; returns whether there is an answer."""
        table, column = run.reports, self._column_of_metric()
        if column is None or not isinstance(table, ReportTable):
            return False
        resource = table.resources[place]
        if type(resource) is not int:
            return False
        verdict = self._shorthand.decide(trial_id, resource, table.values.item(place, column))
        if verdict is None:
            return False
        self._num_decisions += 1
        letter, wording, row, promise = verdict
        self._rows[wording].append(row)
        self.decided(trial_id, letter, -1 - wording)
        if letter == GO_ON:
            self._promise(trial_id, promise)
        else:
            self._leave(time, trial_id, Status.stopped)
        return True

    def _column_of_metric(self) -> int | None:
        """Where the metric is, if reports are as the scheduler needs them, and their times not counted from a base."""
        if self._column is None and self.names and self.names[-1] == self._shorthand.resource_attr:
            places = [place for place, name in enumerate(self.names[:-1]) if name == self._shorthand.metric]
            run = next(iter(self._runs.values()))
            if places and run.elapsed_attr != self._shorthand.metric:
                self._column = places[0]
        return self._column

    def _complete(self, time: float, trial_id: int) -> None:
        self._num_decisions += 1
        self._shorthand.complete(trial_id)
        self._pass(trial_id, self._runs[trial_id], len(self._runs[trial_id].elapsed))
        self._leave(time, trial_id, Status.completed)
        self._completions_left -= 1
        self._others.append(OtherEvent(time, ENDS, COMPLETE, trial_id, NO_ANSWER))

    def _leave(self, time: float, trial_id: int, status: str) -> None:
        self._ends_left -= 1
        self._left.append((time, trial_id, status))
        self._gone[trial_id] = self._runs.pop(trial_id)

    # ------------------------------------------------------------------ what workers get

    def _fill_workers(self, time: float) -> bool:
        """Gives free workers something to do; returns whether the stretch goes on."""
        while self._has_free_worker():
            draft = self._shorthand.start(self._next_trial_id)
            if draft.config is None:
                self._is_exhausted = True
                return False
            self._begin(time, draft, draft.config)
        return True

    def _has_free_worker(self) -> bool:
        return len(self._runs) < self._limits.n_workers and self._starts_left > 0

    def _begin(self, time: float, draft: Draft, config: Config) -> None:
        self._foresee(config)
        trial_id = self._next_trial_id
        run = self._runs[trial_id] = self._trials.look_up(time, trial_id, config)
        self._next_trial_id += 1
        self._starts_left -= 1
        self._note(run)
        self._new.append((time, trial_id, config, run))
        self._others.append(OtherEvent(time, STARTS, START, trial_id, self._reasons.of(draft.answer)))
        self._configs.append(config)
        self._promise(trial_id, draft.promise)

    def _foresee(self, config: Config) -> None:
        """Now and then, lets the backend look up together what this trial and the next ones will report."""
        if self._num_foreseen == 0:
            configs = [config, *self._shorthand.upcoming(_MOST_FORESEEN)]
            self._trials.foresee(configs)
            self._num_foreseen = max(_FEWEST_FORESEEN, len(configs))
        self._num_foreseen -= 1

    # ------------------------------------------------------------------ the end

    def _course(self) -> Course | None:
        for time, trial_id, config, run in self._new:
            self._trials.enter_new(time, trial_id, config, run)
        self._runs |= self._gone
        if self._last is not None:
            for trial_id, run in self._runs.items():
                if trial_id not in self._gone:
                    self._pass(trial_id, run, self._num_seen(run, self._last))
        for time, trial_id, status in self._left:
            self._trials.leave(time, trial_id, status)
        self._trials.leave_stretch(None if self._last is None else self._last.time)
        if self._last is None:
            return None
        return Course(
            self._reports(),
            self._others,
            [trial_id for _, trial_id, status in self._left if status == Status.stopped],
            self._configs,
            self._reasons.all,
            list(zip(self._shorthand.wordings, self._rows, strict=True)),
            self._is_exhausted,
            self._gave_up,
        )
