"""Workers, trials and a virtual clock around a scheduler; what it says goes into a log that can be compared."""

from __future__ import annotations

import datetime
import heapq
import math
import random
from collections.abc import Callable
from typing import Any

from syne_tune.optimizer.scheduler import SchedulerDecision, TrialScheduler
from syne_tune.trial import Config, Trial

CREATED = datetime.datetime(2024, 1, 1)


def sphere(config: Config, resource: int) -> float:
    """Lowest at 0.3 in every number; falls with the resource."""
    return sum((value - 0.3) ** 2 for value in config.values() if isinstance(value, float)) + 0.1 / resource


class TimedStudy:
    """Plays tuner and backend in virtual time.

    Args:
        scheduler: May be replaced between two calls of :meth:`run`.
        workers: Number of workers.
        seconds: Time per unit of resource.
        units: Number of reports of a trial.
        value: From configuration and resource to the metric ``loss``.
        resource_attr: Name under which the resource is reported, if it is.
        prepare: From the number of the event to whether the scheduler is given time to prepare after it.
    """

    def __init__(
        self,
        scheduler: TrialScheduler,
        workers: int = 4,
        seconds: float = 1.0,
        units: int = 1,
        value: Callable[[Config, int], float] = sphere,
        resource_attr: str | None = None,
        prepare: Callable[[int], bool] = lambda event: False,
        failures: float = 0.0,
    ) -> None:
        self.scheduler = scheduler
        self.log: list[tuple[Any, ...]] = []
        self.trials: list[Trial] = []
        self.units_spent = 0
        self._workers, self._seconds, self._units = workers, seconds, units
        self._value, self._resource_attr, self._prepare = value, resource_attr, prepare
        self._random, self._failures = random.Random(0), failures
        self._queue: list[tuple[float, int, int, float]] = []
        self._is_exhausted = False

    @property
    def reasons(self) -> list[str]:
        """Reasons of all suggestions."""
        return [entry[2] for entry in self.log if entry[0] == "suggest"]

    @property
    def sources(self) -> list[str]:
        """Where each suggestion came from."""
        return [entry[3].get("source", "initial") for entry in self.log if entry[0] == "suggest"]

    def run(self, num_events: int) -> TimedStudy:
        """Plays so many reports, or fewer if nothing is left to try."""
        self._fill(0.0)
        for event in range(num_events):
            if not self._queue:
                break
            if self._prepare(event):
                self.scheduler.prepare()
            now, trial_id, unit, started = heapq.heappop(self._queue)
            self._report(self.trials[trial_id], unit, now, started)
            self._fill(now)
        return self

    def _fill(self, now: float) -> None:
        while len(self._queue) < self._workers and not self._is_exhausted:
            trial_id = len(self.trials)
            suggestion = self.scheduler.suggest(trial_id)
            if suggestion is None:
                self._is_exhausted = True
                return
            self.trials.append(Trial(trial_id, dict(suggestion.config or {}), CREATED))
            self.log.append(("suggest", suggestion.config, suggestion.reason, dict(suggestion.facts or {})))
            self.scheduler.on_trial_add(self.trials[-1])
            heapq.heappush(self._queue, (now + self._length(trial_id), trial_id, 1, now))

    def _length(self, trial_id: int) -> float:
        return self._seconds * (1 + 0.1 * math.sin(trial_id))

    def _report(self, trial: Trial, unit: int, now: float, started: float) -> None:
        if self._random.random() < self._failures:
            self.log.append(("fail", trial.trial_id))
            self.scheduler.on_trial_error(trial)
            return
        self.units_spent += 1
        result = {"loss": self._value(trial.config, unit), "st_worker_time": now - started}
        if self._resource_attr is not None:
            result[self._resource_attr] = unit
        decision = self.scheduler.on_trial_result(trial, result)
        self.log.append(("report", trial.trial_id, unit, str(decision), getattr(decision, "reason", "")))
        if decision == SchedulerDecision.STOP:
            self.scheduler.on_trial_remove(trial)
        elif unit == self._units:
            self.scheduler.on_trial_complete(trial, result)
        else:
            heapq.heappush(self._queue, (now + self._length(trial.trial_id), trial.trial_id, unit + 1, started))
