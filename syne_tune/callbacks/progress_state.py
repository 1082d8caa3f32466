"""What the progress display knows about a run: a few numbers, updated in constant time per event. Draws nothing."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from syne_tune.constants import ST_RESERVED_PREFIX
from syne_tune.trial import Config, Failure, Result
from syne_tune.tuning_status import TuningStatus, is_number

_FAILURES_SHOWN = 3
_LIMITS = (
    ("max_wallclock_time", "wallclock_time", "s"),
    ("max_num_trials_started", "num_trials_started", "trials to start"),
    ("max_num_trials_finished", "num_trials_finished", "trials to finish"),
    ("max_num_trials_completed", "num_trials_completed", "trials to complete"),
    ("max_cost", "cost", "dollars"),
)


@dataclass
class WorkerState:
    """What one worker is doing.

    Args:
        trial_id: Its trial.
        config: Configuration of the trial.
        since: Running time of the tuner when the trial was given to this worker, in seconds.
        num_reports: Reports since then.
        last: The last of them, without internal entries.
    """

    trial_id: int
    config: Config
    since: float
    num_reports: int = 0
    last: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Best:
    """The best value so far.

    Args:
        value: The value.
        trial_id: The trial that reported it.
        config: Configuration of that trial.
    """

    value: float
    trial_id: int
    config: Config


@dataclass(frozen=True)
class Budget:
    """One limit of the stopping criterion.

    Args:
        used: How much of it is spent.
        limit: The limit.
        unit: What is counted.
    """

    used: float
    limit: float
    unit: str

    @property
    def left(self) -> float:
        """What remains; never negative."""
        return max(0.0, self.limit - self.used)


@dataclass
class ProgressState:
    """Everything the display shows.

    Args:
        name: Name of the experiment.
        metric: The first metric.
        mode: ``"min"`` or ``"max"``.
        n_workers: Number of workers.
        workers: What each worker is doing; ``None`` if it is idle.
        best: The best value so far, if any.
        counts: Number of trials by word: running, paused, finished, failed.
        num_reports: Number of reports.
        budgets: Limits of the stopping criterion.
        rungs: Per rung level, in ascending order, the number of trials that reached it.
        failures: The last failures with their trials.
    """

    name: str
    metric: str
    mode: str
    n_workers: int
    workers: list[WorkerState | None] = field(default_factory=list)
    best: Best | None = None
    counts: dict[str, int] = field(default_factory=dict)
    num_reports: int = 0
    budgets: list[Budget] = field(default_factory=list)
    rungs: list[tuple[int, int]] = field(default_factory=list)
    failures: deque[tuple[int, Failure]] = field(default_factory=lambda: deque(maxlen=_FAILURES_SHOWN))

    def trial_started(self, trial_id: int, config: Config, now: float) -> None:
        """A worker was given a trial; the first idle one is taken to be it."""
        worker = WorkerState(trial_id, config, now)
        if None in self.workers:
            self.workers[self.workers.index(None)] = worker
        else:
            self.workers.append(worker)

    def trial_reported(self, trial_id: int, config: Config, result: Result) -> None:
        """A trial reported."""
        shown = {key: value for key, value in result.items() if not key.startswith(ST_RESERVED_PREFIX)}
        for worker in self.workers:
            if worker is not None and worker.trial_id == trial_id:
                worker.num_reports += 1
                worker.last, worker.config = shown, config
        value = result.get(self.metric)
        if value is not None and is_number(value) and self._improves(value):
            self.best = Best(value, trial_id, config)

    def _improves(self, value: float) -> bool:
        if self.best is None:
            return True
        return value < self.best.value if self.mode == "min" else value > self.best.value

    def trial_left(self, trial_id: int) -> None:
        """A trial no longer occupies its worker; does nothing if it did not."""
        for slot, worker in enumerate(self.workers):
            if worker is not None and worker.trial_id == trial_id:
                self.workers[slot] = None

    def trial_failed(self, trial_id: int, failure: Failure) -> None:
        """A trial failed for good."""
        self.trial_left(trial_id)
        self.failures.append((trial_id, failure))

    def count(self, status: TuningStatus, stop_criterion: object) -> None:
        """Takes over counts and limits; constant time."""
        running, finished = status.num_trials_running, status.num_trials_finished
        self.counts = {
            "running": running,
            "paused": status.num_trials_started - running - finished,
            "finished": finished - status.num_trials_failed,
            "failed": status.num_trials_failed,
        }
        self.num_reports = status.overall_metric_statistics.count
        self.budgets = list(_budgets(status, stop_criterion))


def _budgets(status: TuningStatus, stop_criterion: object) -> list[Budget]:
    found = []
    for limit_name, attribute, unit in _LIMITS:
        limit = getattr(stop_criterion, limit_name, None)
        if limit is not None:
            found.append(Budget(getattr(status, attribute), limit, unit))
    evaluations = getattr(stop_criterion, "max_num_evaluations", None)
    if evaluations is not None:
        found.append(Budget(status.overall_metric_statistics.count, evaluations, "reports"))
    return found


def rung_sizes(scheduler: object) -> list[tuple[int, int]]:
    """Number of trials per rung level, summed over brackets.

    Args:
        scheduler: Has rungs if it has a ``terminator`` that tells about them.

    Returns:
        Level and number in ascending order of levels; empty for schedulers without rungs.
    """
    tell = getattr(getattr(scheduler, "terminator", None), "information_for_rungs", None)
    if tell is None:
        return []
    sizes: dict[int, int] = {}
    for level, size, *_ in tell():
        sizes[level] = sizes.get(level, 0) + size
    return sorted(sizes.items())


def described(values: Mapping[str, Any]) -> str:
    """Names and values on one line, floats with four digits."""
    return ", ".join(f"{name}={short(value)}" for name, value in values.items())


def short(value: object) -> str:
    """A value for people: floats with four significant digits."""
    return f"{value:.4g}" if isinstance(value, float) else str(value)
