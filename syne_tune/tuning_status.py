"""What a tuning run has seen so far: counts, best values and one row per trial. Kept up to date, never recomputed."""

from __future__ import annotations

import itertools
import math
from collections import Counter, OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from syne_tune.clock import Clock, WallClock
from syne_tune.constants import ST_RESERVED_PREFIX, ST_WORKER_COST, ST_WORKER_TIME
from syne_tune.garbage import no_garbage_collection
from syne_tune.metric_statistics import MetricsStatistics, add_rows, is_number
from syne_tune.report_block import ReportBlock
from syne_tune.trial import Result, Status, Trial

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["MetricsStatistics", "TuningStatus", "best_trial", "is_number", "print_best_metric_found"]

_WORKER_COLUMNS = {ST_WORKER_TIME: "worker-time", ST_WORKER_COST: "worker-cost"}
_MAX_ROWS_SHOWN = 30
_MOST_NOTED = 10_000
_FEWEST_AT_ONCE = 8
_NUMBERS = {int, float}

_Reports = tuple[int, Result] | ReportBlock


class TuningStatus:
    """State of a tuning run, as stopping criteria and displays see it.

    Reports are noted when they come, and added up when somebody looks.

    Args:
        metric_names: Metrics of the scheduler, the first of which counts for displays.
        clock: Where ``wallclock_time`` comes from.

    Attributes:
        last_trial_status_seen: Status per trial id, in order of the ids' first appearance.
        num_evaluations: Number of reports.
    """

    def __init__(self, metric_names: Sequence[str], clock: Clock | None = None) -> None:
        self.metric_names = list(metric_names)
        self.num_evaluations = 0
        self._overall = MetricsStatistics()
        self._per_trial: dict[int, MetricsStatistics] = {}
        self._rows: OrderedDict[int, dict[str, Any]] = OrderedDict()
        self._noted: list[_Reports] = []
        self._num_noted = 0
        self.last_trial_status_seen: dict[int, str] = {}
        self._counts: Counter[str] = Counter()
        self._num_ended = 0
        self._interrupted: set[int] = set()
        self._worker_sums: dict[str, float] = dict.fromkeys(_WORKER_COLUMNS, 0.0)
        self._clock: Clock = clock or WallClock()
        self._elapsed_before = 0.0
        self.start_time: float | None = self._clock.now()

    @property
    def overall_metric_statistics(self) -> MetricsStatistics:
        """Statistics over all trials."""
        self._add_up()
        return self._overall

    @property
    def trial_metric_statistics(self) -> dict[int, MetricsStatistics]:
        """Statistics per trial id."""
        self._add_up()
        return self._per_trial

    @property
    def trial_rows(self) -> OrderedDict[int, dict[str, Any]]:
        """Per trial id: trial id, status, number of reports, configuration, last reported values."""
        self._add_up()
        return self._rows

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

    def set_status(self, trial: Trial, status: str, interrupted: bool = False) -> None:
        """Records the status of one trial, which may be new; one that is ``interrupted`` has not finished."""
        trial_id = trial.trial_id
        previous = self.last_trial_status_seen.get(trial_id)
        if previous is not None:
            self._counts[previous] -= 1
        self._counts[status] += 1
        self._num_ended += (status in Status.ended) - (previous in Status.ended)
        self.last_trial_status_seen[trial_id] = status
        if interrupted:
            self._interrupted.add(trial_id)
        else:
            self._interrupted.discard(trial_id)
        row = self._rows.setdefault(trial_id, {"trial_id": trial_id, "status": status, "iter": 0})
        row.update(trial.config)
        row["status"] = status

    def add_result(self, trial_id: int, result: Result) -> None:
        """Records one report of a trial whose status has been recorded before."""
        self.num_evaluations += 1
        self._note(((trial_id, result),), 1)

    def add_block(self, block: ReportBlock) -> None:
        """Records many reports of running trials."""
        self.num_evaluations += len(block)
        self._note((block,), len(block))

    def _note(self, reports: Iterable[_Reports], number: int) -> None:
        self._noted.extend(reports)
        self._num_noted += number
        if self._num_noted >= _MOST_NOTED:
            self._add_up()

    def _add_up(self) -> None:
        """Takes into account what has been noted."""
        noted, self._noted, self._num_noted = self._noted, [], 0
        with no_garbage_collection():
            self._add_all(noted)

    def _add_all(self, noted: list[_Reports]) -> None:
        for names, together in itertools.groupby(noted, key=_names_of_numbers):
            group = list(together)
            if names and sum(map(_number_of_reports, group)) >= _FEWEST_AT_ONCE:
                self._add_many(names, group)
            else:
                for trial_id, result in _one_by_one(group):
                    self._add_one(trial_id, result)

    def _add_one(self, trial_id: int, result: Result) -> None:
        self._overall.add(result)
        self._per_trial.setdefault(trial_id, MetricsStatistics()).add(result)
        row = self._row_of(trial_id)
        row["iter"] += 1
        for name, value in result.items():
            if name in _WORKER_COLUMNS:
                self._add_worker_total(row, name, value)
            else:
                row[name] = value

    def _add_many(self, names: tuple[str, ...], group: list[_Reports]) -> None:
        trial_ids: list[int] = []
        rows: list[Sequence[float]] = []
        for reports in group:
            if isinstance(reports, ReportBlock):
                trial_ids += reports.trial_ids
                rows += reports.rows
            else:
                trial_ids.append(reports[0])
                rows.append(list(reports[1].values()))
        counts = Counter(trial_ids)
        for trial_id, count in counts.items():
            self._per_trial.setdefault(trial_id, MetricsStatistics())
            self._row_of(trial_id)["iter"] += count
        columns: list[tuple[float, ...]] = list(zip(*rows, strict=True))
        add_rows({0: self._overall}, names, [0] * len(rows), columns)
        add_rows(self._per_trial, names, trial_ids, columns)
        for trial_id in counts:
            self._rows[trial_id].update(self._per_trial[trial_id].last_metrics)

    def _row_of(self, trial_id: int) -> dict[str, Any]:
        return self._rows.setdefault(trial_id, {"trial_id": trial_id, "status": Status.in_progress, "iter": 0})

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
                self._num_ended += 1
                self.last_trial_status_seen[trial_id] = Status.stopped
                self._rows[trial_id]["status"] = Status.stopped

    def start_clock(self, elapsed: float, since: float | None = None) -> None:
        """Counts running time, beginning with ``elapsed`` seconds at the time ``since``; default is now."""
        self._elapsed_before = elapsed
        self.start_time = self._clock.now() if since is None else since

    @property
    def clock_origin(self) -> tuple[float, float]:
        """Running time in seconds, and since when it is counted from there; the clock must be running."""
        assert self.start_time is not None, "the clock runs"
        return self._elapsed_before, self.start_time

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
        """Trials that completed, failed or were stopped; not paused ones, nor those that a next run goes on with."""
        return self._num_ended - len(self._interrupted)

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
        self._add_up()
        return self._worker_sums[ST_WORKER_TIME]

    @property
    def cost(self) -> float:
        """Dollars spent by all trials together, as far as they report it."""
        self._add_up()
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
        import pandas as pd

        rows = list(self.trial_rows.values())
        if not rows:
            return self.summary()
        columns = list(dict.fromkeys(name for row in rows for name in row))
        table = pd.DataFrame(rows[-_MAX_ROWS_SHOWN:], columns=columns)
        shown = [name for name in table.columns if not str(name).startswith(ST_RESERVED_PREFIX)]
        text = table[shown].astype(object).where(table[shown].notna(), "-").to_string(index=False)
        return f"{text}\n{self.summary()}\n"


def _names_of_numbers(reports: _Reports) -> tuple[str, ...]:
    """Names of what was reported, if it is nothing but finite numbers that are treated alike; else nothing."""
    if isinstance(reports, ReportBlock):
        names, are_numbers = reports.names, True
    else:
        values = reports[1].values()
        names, are_numbers = tuple(reports[1]), {*map(type, values)} <= _NUMBERS and math.isfinite(sum(values))
    return names if are_numbers and _WORKER_COLUMNS.keys().isdisjoint(names) else ()


def _number_of_reports(reports: _Reports) -> int:
    return len(reports) if isinstance(reports, ReportBlock) else 1


def _one_by_one(group: list[_Reports]) -> Iterator[tuple[int, Result]]:
    for reports in group:
        if isinstance(reports, ReportBlock):
            yield from zip(reports.trial_ids, reports.results(), strict=True)
        else:
            yield reports


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
