"""What a tuning run has seen so far: counts, best values and one row per trial. Kept up to date, never recomputed."""

from __future__ import annotations

import math
from collections import Counter, OrderedDict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeGuard

from syne_tune.clock import Clock, WallClock
from syne_tune.constants import ST_RESERVED_PREFIX, ST_WORKER_COST, ST_WORKER_TIME
from syne_tune.trial import Result, Status, Trial

if TYPE_CHECKING:
    import pandas as pd

_WORKER_COLUMNS = {ST_WORKER_TIME: "worker-time", ST_WORKER_COST: "worker-cost"}
_MAX_ROWS_SHOWN = 30


def is_number(value: object) -> TypeGuard[float]:
    """Whether ``value`` is a finite number that can be compared; booleans are not."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


class MetricsStatistics:
    """Smallest, largest, summed and last values of everything that was reported.

    The type of a metric is fixed by its first finite value or first non-number; values that are no finite numbers
    appear in ``last_metrics`` only.
    """

    def __init__(self) -> None:
        self.metric_names: list[str] = []
        self.count = 0
        self.min_metrics: dict[str, float] = {}
        self.max_metrics: dict[str, float] = {}
        self.sum_metrics: dict[str, float] = {}
        self.last_metrics: Result = {}
        self.is_numeric: dict[str, bool] = {}

    def add(self, metrics: Result) -> None:
        """Takes one report into account."""
        self.count += 1
        for name, value in metrics.items():
            if name not in self.is_numeric:
                self.metric_names.append(name)
                self.is_numeric[name] = isinstance(value, (int, float)) and not isinstance(value, bool)
            if self.is_numeric[name] and is_number(value):
                self._add_number(name, value)
        self.last_metrics = dict(metrics)

    def _add_number(self, name: str, value: float) -> None:
        if name not in self.sum_metrics:
            self.min_metrics[name] = self.max_metrics[name] = self.sum_metrics[name] = value
            return
        self.sum_metrics[name] += value
        if value < self.min_metrics[name]:
            self.min_metrics[name] = value
        elif value > self.max_metrics[name]:
            self.max_metrics[name] = value


class TuningStatus:
    """State of a tuning run, as stopping criteria and displays see it.

    Args:
        metric_names: Metrics of the scheduler, the first of which counts for displays.
        clock: Where ``wallclock_time`` comes from.

    Attributes:
        overall_metric_statistics: Statistics over all trials.
        trial_metric_statistics: Statistics per trial id.
        last_trial_status_seen: Status per trial id, in order of the ids' first appearance.
        trial_rows: Per trial id: trial id, status, number of reports, configuration, last reported values.
    """

    def __init__(self, metric_names: Sequence[str], clock: Clock | None = None) -> None:
        self.metric_names = list(metric_names)
        self.overall_metric_statistics = MetricsStatistics()
        self.trial_metric_statistics: dict[int, MetricsStatistics] = {}
        self.last_trial_status_seen: dict[int, str] = {}
        self.trial_rows: OrderedDict[int, dict[str, Any]] = OrderedDict()
        self._counts: Counter[str] = Counter()
        self._worker_sums: dict[str, float] = dict.fromkeys(_WORKER_COLUMNS, 0.0)
        self._clock: Clock = clock or WallClock()
        self._elapsed_before = 0.0
        self.start_time: float | None = self._clock.now()

    def update(
        self,
        trial_status_dict: Mapping[int, tuple[Trial, str]],
        new_results: Sequence[tuple[int, Result]],
    ) -> None:
        """Takes statuses and reports into account.

        Args:
            trial_status_dict: Trial and status by trial id.
            new_results: Pairs of trial id and report.
        """
        for trial, status in trial_status_dict.values():
            self.set_status(trial, status)
        for trial_id, result in new_results:
            self.add_result(trial_id, result)

    def set_status(self, trial: Trial, status: str) -> None:
        """Records the status of one trial, which may be new."""
        trial_id = trial.trial_id
        previous = self.last_trial_status_seen.get(trial_id)
        if previous is not None:
            self._counts[previous] -= 1
        self._counts[status] += 1
        self.last_trial_status_seen[trial_id] = status
        row = self.trial_rows.setdefault(trial_id, {"trial_id": trial_id, "status": status, "iter": 0})
        row.update(trial.config)
        row["status"] = status

    def add_result(self, trial_id: int, result: Result) -> None:
        """Records one report of a trial whose status has been recorded before."""
        self.overall_metric_statistics.add(result)
        self.trial_metric_statistics.setdefault(trial_id, MetricsStatistics()).add(result)
        row = self.trial_rows.setdefault(trial_id, {"trial_id": trial_id, "status": Status.in_progress, "iter": 0})
        row["iter"] += 1
        for name, value in result.items():
            if name in _WORKER_COLUMNS:
                self._add_worker_total(row, name, value)
            else:
                row[name] = value

    def _add_worker_total(self, row: dict[str, Any], name: str, value: float) -> None:
        column = _WORKER_COLUMNS[name]
        increase = value - row.get(column, 0.0)
        if increase > 0:
            self._worker_sums[name] += increase
            row[column] = value

    def mark_running_job_as_stopped(self) -> None:
        """Counts every running trial as stopped; used when the run ends."""
        for trial_id, status in self.last_trial_status_seen.items():
            if status == Status.in_progress:
                self._counts[status] -= 1
                self._counts[Status.stopped] += 1
                self.last_trial_status_seen[trial_id] = Status.stopped
                self.trial_rows[trial_id]["status"] = Status.stopped

    def start_clock(self, elapsed: float) -> None:
        """Counts running time from now on, beginning with ``elapsed`` seconds."""
        self._elapsed_before = elapsed
        self.start_time = self._clock.now()

    def stop_clock(self, elapsed: float | None = None) -> None:
        """Counts no running time until the clock is started again.

        Args:
            elapsed: Seconds the clock shall show; default is what it shows now.
        """
        self._elapsed_before = self.wallclock_time if elapsed is None else elapsed
        self.start_time = None

    @property
    def num_trials_started(self) -> int:
        """Trials seen so far."""
        return len(self.last_trial_status_seen)

    @property
    def num_trials_completed(self) -> int:
        """Trials whose script ran to its end."""
        return self._counts[Status.completed]

    @property
    def num_trials_failed(self) -> int:
        """Trials that failed."""
        return self._counts[Status.failed]

    @property
    def num_trials_finished(self) -> int:
        """Trials that completed, failed or were stopped; paused ones are not finished."""
        return sum(self._counts[status] for status in Status.ended)

    @property
    def num_trials_running(self) -> int:
        """Trials that are running."""
        return self._counts[Status.in_progress]

    @property
    def wallclock_time(self) -> float:
        """Seconds during which the tuner was running; time between interruption and resumption is not counted."""
        running = 0.0 if self.start_time is None else self._clock.now() - self.start_time
        return self._elapsed_before + running

    @property
    def user_time(self) -> float:
        """Seconds spent by all trials together, as far as they report it."""
        return self._worker_sums[ST_WORKER_TIME]

    @property
    def cost(self) -> float:
        """Dollars spent by all trials together, as far as they report it."""
        return self._worker_sums[ST_WORKER_COST]

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_elapsed_before": self.wallclock_time, "start_time": None}

    def get_dataframe(self) -> pd.DataFrame:
        """One row per trial: ``trial_id, status, iter``, configuration, last reported values, worker time and cost."""
        import pandas as pd

        return pd.DataFrame(list(self.trial_rows.values()))

    def summary(self) -> str:
        """One line: trials running and finished, time, and cost if known."""
        line = (
            f"{self.num_trials_running} trials running, {self.num_trials_finished} finished "
            f"({self.num_trials_completed} until the end), {self.wallclock_time:.2f}s wallclock-time"
        )
        cost = self.cost
        return f"{line}, ${cost:.2f} estimated cost" if cost > 0 else line

    def __str__(self) -> str:
        table = self.get_dataframe()
        if table.empty:
            return self.summary()
        table = table.tail(_MAX_ROWS_SHOWN)
        shown = [name for name in table.columns if not str(name).startswith(ST_RESERVED_PREFIX)]
        text = table[shown].astype(object).where(table[shown].notna(), "-").to_string(index=False)
        return f"{text}\n{self.summary()}\n"


def best_trial(status: TuningStatus, metric: str, mode: str) -> tuple[int, float] | None:
    """The trial with the best value over all of its reports.

    Args:
        status: State of the run.
        metric: Name of the metric.
        mode: ``"min"`` or ``"max"``.

    Returns:
        Trial id and value, or ``None`` if the metric has not been reported.
    """
    best: tuple[int, float] | None = None
    for trial_id, stats in status.trial_metric_statistics.items():
        value = (stats.min_metrics if mode == "min" else stats.max_metrics).get(metric)
        if value is not None and (best is None or (value < best[1] if mode == "min" else value > best[1])):
            best = trial_id, value
    return best


def print_best_metric_found(
    tuning_status: TuningStatus, metric_names: Sequence[str], mode: str | list[str] | None = None
) -> tuple[int, float] | None:
    """Prints the best value of the first metric and its trial.

    Args:
        tuning_status: State of the run.
        metric_names: Metrics; only the first one is looked at.
        mode: ``"min"`` (default) or ``"max"``, or one of these per metric.

    Returns:
        Trial id and value, or ``None`` if nothing was reported.
    """
    first_mode = mode[0] if isinstance(mode, list) else mode
    best = best_trial(tuning_status, metric_names[0], first_mode or "min")
    if best is not None:
        print("-" * 20)  # noqa: T201  # printing is what the name promises
        print(f"Resource summary (last result is reported):\n{tuning_status}")  # noqa: T201
        print(f"{metric_names[0]}: best {best[1]} for trial-id {best[0]}")  # noqa: T201
        print("-" * 20)  # noqa: T201
    return best
