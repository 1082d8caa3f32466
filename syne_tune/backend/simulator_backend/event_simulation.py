"""Trials of a simulation that go from event to event: :class:`EventSimulation`."""

from __future__ import annotations

import datetime
import logging
import os
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

from syne_tune.backend.simulator_backend.clock import SimulatedClock
from syne_tune.backend.simulator_backend.events import (
    CompleteEvent,
    Event,
    OnTrialResultEvent,
    SimulatorState,
    StartEvent,
)
from syne_tune.backend.simulator_backend.run import ReportTable, SimulatedRun, SimulatedTrial
from syne_tune.backend.simulator_backend.script_run import run_script
from syne_tune.backend.simulator_backend.simulated_trials import SimulatedTrials
from syne_tune.backend.simulator_backend.simulator_config import SimulatorConfig
from syne_tune.backend.trial_backend import (
    BUSY_STATUS,
    TrialAndStatusInformation,
    TrialBackend,
    TrialIdAndResultList,
)
from syne_tune.errors import OptionError
from syne_tune.report_block import Continuation
from syne_tune.trial import Config, Failure, FailureCause, Result, Status, TrialResult

logger = logging.getLogger(__name__)


class EventSimulation(TrialBackend):
    """Base class: starts, pauses and ends trials, each of which stands in a queue with its next event.

    :meth:`wait` moves the clock to the first event of the queue. The arguments are those of
    :class:`~syne_tune.backend.simulator_backend.simulator_backend.SimulatorBackend`.

    Raises:
        OptionError: If ``tuner_sleep_time`` is negative.
    """

    clock: SimulatedClock
    is_simulated = True
    _trial_dict: SimulatedTrials  # type: ignore[assignment]  # all are registered below

    def __init__(
        self,
        entry_point: str | os.PathLike[str],
        elapsed_time_attr: str,
        simulator_config: SimulatorConfig | None = None,
        tuner_sleep_time: float = 0.0,
        debug_resource_attr: str | None = None,
        count_decision_time: bool = False,
    ) -> None:
        super().__init__()
        if not tuner_sleep_time >= 0:
            raise OptionError(f"tuner_sleep_time={tuner_sleep_time!r} must be a number of seconds, at least 0")
        self.elapsed_time_attr = elapsed_time_attr
        self.simulator_config = simulator_config or SimulatorConfig()
        self.tuner_sleep_time = tuner_sleep_time
        self.debug_resource_attr = debug_resource_attr
        self.clock = SimulatedClock(counts_real_time=count_decision_time)
        self._entry_point = Path(entry_point)
        self._trial_dict = SimulatedTrials()
        self._queue = SimulatorState()
        self._runs: dict[int, SimulatedRun] = {}
        self._numbers: dict[int, int] = {}
        self._promises: dict[int, Continuation] = {}
        self._reached: dict[int, int] = {}
        self._num_adopted: dict[int, int] = {}
        self._busy: dict[int, None] = {}
        self._job_ends: dict[int, float] = {}
        self._new_results: TrialIdAndResultList = []
        self._changed: dict[int, None] = {}
        self._commanded: dict[int, None] = {}
        self._something_happened = False

    @property
    def time_keeper(self) -> SimulatedClock:
        """The clock, under the name that older scripts use."""
        return self.clock

    # ------------------------------------------------------------------ what a run reports

    def _run_job_and_collect_results(self, trial_id: int, config: Config) -> tuple[Sequence[Result], Failure | None]:
        """All that a run reports if it starts from scratch and nobody stops it.

        Args:
            trial_id: The trial.
            config: Its configuration.

        Returns:
            Reports, whose ``elapsed_time_attr`` increases; and why the run fails after the last of them, if it does.
        """
        return run_script(self._entry_point, config)

    def foresee(self, configs: Sequence[Config]) -> list[ReportTable | None]:
        """What the next trials will report, looked up together because that is faster than one by one.

        Args:
            configs: Their configurations.

        Returns:
            One table per configuration, without numbers that are not finite; ``None``: it has to be asked for when the
            trial starts. By default, this holds for all.
        """
        return [None] * len(configs)

    @property
    def keeps_checkpoints(self) -> bool:
        """Whether a resumed trial goes on where it was paused, as opposed to starting from scratch."""
        return True

    # ------------------------------------------------------------------ events

    def wait(self, timeout: float) -> None:
        """Moves the clock to the next moment in which something becomes visible.

        Args:
            timeout: Not needed, because virtual time costs nothing, unless nothing will ever happen: then the clock is
                moved by so many seconds.
        """
        if self.tuner_sleep_time > 0:
            self._process_until(self.clock.now() + self.tuner_sleep_time)
            return
        while not self._something_happened:
            next_time = self._queue.next_time()
            if next_time is None:
                self.clock.sleep(timeout)
                return
            self._process_until(next_time)

    def _process_until(self, time: float) -> None:
        """Lets everything happen that is due until ``time``, included, and moves the clock there."""
        while (due := self._queue.next_until(time)) is not None:
            event_time, event = due
            self.clock.advance_to(event_time)
            self._process(event_time, event)
        self.clock.advance_to(time)

    def _process(self, time: float, event: Event) -> None:
        trial_id = event[0]
        self._something_happened = self._something_happened or self._is_seen(event)
        if isinstance(event, OnTrialResultEvent):
            self._note_result(time, trial_id)
        elif isinstance(event, CompleteEvent):
            self._note_end(time, trial_id, event.status)
        else:
            self._begin(time, trial_id)

    def _note_result(self, time: float, trial_id: int) -> None:
        run = self._runs[trial_id]
        result = run.take()
        self._new_results.append((trial_id, result))
        self._queue.push(*self._next_event(trial_id, run), run.number)
        if self.debug_resource_attr is not None:
            resource = result.get(self.debug_resource_attr)
            logger.debug("%.3f s: trial %d: %s = %s", time, trial_id, self.debug_resource_attr, resource)

    def _is_seen(self, event: Event) -> bool:
        """Whether the tuner has to know of an event."""
        if isinstance(event, CompleteEvent):
            return self.tells_of_idle_jobs or self._trial_dict[event.trial_id].status == Status.in_progress
        return not isinstance(event, StartEvent)

    def _note_end(self, time: float, trial_id: int, status: str) -> None:
        self._busy.pop(trial_id, None)
        trial = self._trial_dict[trial_id]
        if trial.status == Status.in_progress:
            trial.status = status
            trial.failure = self._runs[trial_id].failure
            self._changed[trial_id] = None
            self._end_run(trial_id)
        if trial.training_end_time is None and trial.status in Status.ended:
            trial.training_end_time = datetime.datetime.fromtimestamp(time)

    def _begin(self, time: float, trial_id: int) -> None:
        """Starts a run."""
        run = self._new_run(time, trial_id)
        run.settle(self._promises.get(trial_id))
        self._queue.push(*self._next_event(trial_id, run), run.number)

    def _new_run(self, time: float, trial_id: int) -> SimulatedRun:
        """Finds out what a run will report, leaving out what the checkpoint holds already."""
        trial = self._trial_dict[trial_id]
        run = self._looked_up(time, trial_id, trial.config, self._numbers[trial_id])
        self._runs[trial_id] = run
        trial.runs.append(run)
        return run

    def _looked_up(self, time: float, trial_id: int, config: Config, number: int) -> SimulatedRun:
        with self.clock.standing_still():
            try:
                reports, failure = self._run_job_and_collect_results(trial_id, config)
            except Exception as error:
                logger.exception("Trial %d cannot be simulated", trial_id)
                reports, failure = (), Failure(FailureCause.ERROR, f"{type(error).__name__}: {error}")
        first = min(self._reached.get(trial_id, 0), len(reports))
        from_scratch = not self.keeps_checkpoints
        return SimulatedRun(reports, failure, self.elapsed_time_attr, number, time, first, from_scratch)

    def _next_event(self, trial_id: int, run: SimulatedRun) -> tuple[Event, float]:
        """What will be seen of a run next, and when."""
        config = self.simulator_config
        if run.next < len(run.elapsed):
            return OnTrialResultEvent(trial_id), run.start + run.elapsed[run.next] + config.delay_on_trial_result
        last = run.elapsed[-1] if run.next > run.first else run.base
        end = run.start + last + config.delay_complete_after_final_report
        return CompleteEvent(trial_id, Status.completed if run.failure is None else Status.failed), end

    def _end_run(self, trial_id: int) -> None:
        run = self._runs.pop(trial_id, None)
        self._promises.pop(trial_id, None)
        if run is not None:
            self._reached[trial_id] = run.next
            run.end()

    # ------------------------------------------------------------------ what trials say

    def fetch_status_results(
        self, trial_ids: Collection[int]
    ) -> tuple[TrialAndStatusInformation, TrialIdAndResultList]:
        """New reports of some trials, and their statuses if anything about them is new.

        Args:
            trial_ids: The trials asked for. Reports of others are kept until somebody asks.

        Returns:
            Status of those trials that reported or ended since they were asked about, or were started, paused or
            stopped since the last call; and new reports as (trial id, report), in the order in which they became
            visible.
        """
        if self.clock.counts_real_time:
            self._process_until(self.clock.now())
        self._something_happened = False
        results = [new for new in self._new_results if new[0] in trial_ids]
        kept = len(self._new_results) - len(results)
        self._new_results = [new for new in self._new_results if new[0] not in trial_ids] if kept else []
        told = [i for i in (*self._changed, *self._commanded) if i in trial_ids]
        told += [trial_id for trial_id, _ in results]
        self._commanded.clear()
        for trial_id in told:
            self._changed.pop(trial_id, None)
        return {i: (self._trial_dict[i], self._trial_dict[i].status) for i in told}, results

    def _all_trial_results(self, trial_ids: list[int]) -> list[TrialResult]:
        return [self._trial_dict[trial_id] for trial_id in trial_ids if trial_id in self._trial_dict]

    def busy_trial_ids(self) -> list[tuple[int, str]]:
        """Trials whose job has not ended."""
        running = Status.in_progress
        return [(i, running if self._trial_dict[i].status == running else Status.stopping) for i in sorted(self._busy)]

    def stdout(self, trial_id: int) -> list[str]:
        """Nothing: what a simulated trial would have printed is not known."""
        return []

    def stderr(self, trial_id: int) -> list[str]:
        """Nothing, as for :meth:`stdout`."""
        return []

    # ------------------------------------------------------------------ life of a trial

    def _register(self, trial_id: int, config: Config, creation_time: datetime.datetime | None = None) -> None:
        self.trial_ids.append(trial_id)
        created = creation_time or datetime.datetime.fromtimestamp(self.clock.now())
        self._trial_dict[trial_id] = SimulatedTrial(trial_id, dict(config), created)

    def _schedule(self, trial_id: int, config: dict[str, Any]) -> None:
        self._queue.remove_events(trial_id)
        self._numbers[trial_id] = number = self._queue.new_number()
        self._queue.push(StartEvent(trial_id), self.clock.now() + self.simulator_config.delay_start, number)
        self._busy[trial_id] = None
        self._commanded[trial_id] = None

    def _pause_trial(self, trial_id: int, result: Result | None) -> None:
        self._end_job(trial_id, result)

    def _running_trial_ids(self) -> list[int]:
        return [trial_id for trial_id in sorted(self._busy) if self._trial_dict[trial_id].status in BUSY_STATUS]

    def _stop_trial(self, trial_id: int, result: Result | None) -> None:
        if trial_id in self._busy:
            self._end_job(trial_id, result)

    def _end_job(self, trial_id: int, result: Result | None) -> None:
        """Ends a run; what it reported after ``result``, or has not been asked for, has not happened."""
        self._queue.remove_events(trial_id)
        num_undelivered = self._drop_undelivered(trial_id)
        runs = self._trial_dict[trial_id].runs
        if runs:
            runs[-1].cut(num_undelivered, result)
            self._reached[trial_id] = runs[-1].next
        self._end_run(trial_id)
        self._commanded[trial_id] = None
        self._queue.push(
            CompleteEvent(trial_id, Status.stopped), self.clock.now() + self.simulator_config.delay_until_idle
        )

    def _drop_undelivered(self, trial_id: int) -> int:
        """Forgets reports of a trial that have not been asked for; returns how many."""
        before = len(self._new_results)
        if before:
            self._new_results = [new for new in self._new_results if new[0] != trial_id]
        return before - len(self._new_results)

    def _resume_trial(self, trial_id: int) -> None:
        if not self.keeps_checkpoints:
            self._reached[trial_id] = 0

    # ------------------------------------------------------------------ checkpoints, paths

    def copy_checkpoint(self, src_trial_id: int, tgt_trial_id: int) -> None:
        """Makes a trial start where another one is."""
        if self.keeps_checkpoints:
            source = self._runs.get(src_trial_id)
            self._reached[tgt_trial_id] = self._reached.get(src_trial_id, 0) if source is None else source.next

    def delete_checkpoint(self, trial_id: int) -> None:
        """Makes a trial start from scratch, if it is started again."""
        self._reached.pop(trial_id, None)

    def entrypoint_path(self) -> Path:
        """The script."""
        return self._entry_point

    def set_entrypoint(self, entry_point: str) -> None:
        """Replaces the script."""
        self._entry_point = Path(entry_point)
