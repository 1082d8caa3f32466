"""What a tuning run has seen so far: counts, best values and one row per trial. Kept up to date, never recomputed."""

from __future__ import annotations

import itertools
from collections import Counter, OrderedDict
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from syne_tune.clock import Clock, WallClock
from syne_tune.constants import ST_RESERVED_PREFIX, ST_WORKER_COST, ST_WORKER_TIME
from syne_tune.metric_statistics import MetricsStatistics, is_number
from syne_tune.report_block import ReportBlock
from syne_tune.reported_values import ReportedValues
from syne_tune.text_table import text_table
from syne_tune.trial import Config, Result, Status, Trial

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["MetricsStatistics", "TuningStatus", "best_trial", "is_number", "print_best_metric_found"]

_MAX_ROWS_SHOWN = 30
_ENDED = Status.ended


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
        self._reported = ReportedValues()
        self._configs: dict[int, Config] = {}
        self.last_trial_status_seen: dict[int, str] = {}
        self._counts: Counter[str] = Counter()
        self._num_ended = 0
        self._interrupted: set[int] = set()
        self._clock: Clock = clock or WallClock()
        self._elapsed_before = 0.0
        self.start_time: float | None = self._clock.now()

    @property
    def overall_metric_statistics(self) -> MetricsStatistics:
        """Statistics over all trials."""
        return self._reported.overall

    @property
    def trial_metric_statistics(self) -> dict[int, MetricsStatistics]:
        """Statistics per trial id."""
        return self._reported.per_trial

    @property
    def trial_rows(self) -> OrderedDict[int, dict[str, Any]]:
        """Per trial id: trial id, status, number of reports, configuration, last reported values."""
        return self._rows_of({**self.last_trial_status_seen, **self._reported.per_trial})

    def _rows_of(self, trial_ids: Collection[int]) -> OrderedDict[int, dict[str, Any]]:
        reported, rows = self._reported.last_values(trial_ids), OrderedDict()
        for trial_id in trial_ids:
            number, values = reported.get(trial_id, (0, {}))
            status = self.last_trial_status_seen.get(trial_id, Status.in_progress)
            first = {"trial_id": trial_id, "status": status, "iter": number}
            rows[trial_id] = {**first, **self._configs.get(trial_id, {}), **values}
        return rows

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
        trial_id, seen, counts = trial.trial_id, self.last_trial_status_seen, self._counts
        previous = seen.get(trial_id)
        if previous is not None:
            counts[previous] -= 1
        counts[status] += 1
        self._num_ended += (status in _ENDED) - (previous in _ENDED)
        seen[trial_id] = status
        self._configs[trial_id] = trial.config
        if interrupted:
            self._interrupted.add(trial_id)
        else:
            self._interrupted.discard(trial_id)

    def add_trials(self, configs: Mapping[int, Config], statuses: Mapping[int, str]) -> None:
        """Records the statuses of many new trials at once.

        Args:
            configs: Their configurations, by trial id.
            statuses: What each of them does.
        """
        self._configs.update(configs)
        self.last_trial_status_seen.update(statuses)
        self._counts.update(statuses.values())
        self._num_ended += sum(map(_ENDED.__contains__, statuses.values()))

    def begin_run(self, trial_id: int) -> None:
        """Records that a trial is run again: seconds and dollars of this run add to those of the runs before."""
        self._reported.begin_run(trial_id)

    def add_result(self, trial_id: int, result: Result) -> None:
        """Records one report of a trial whose status has been recorded before."""
        self.num_evaluations += 1
        self._reported.add(trial_id, result)

    def add_block(self, block: ReportBlock) -> None:
        """Records many reports of running trials."""
        self.num_evaluations += len(block)
        self._reported.add_block(block)

    def best(self, metric: str, mode: str) -> tuple[int, float] | None:
        """Trial id and value of the best report, see :func:`best_trial`."""
        return self._reported.best(metric, mode)

    def mark_running_job_as_stopped(self) -> None:
        """Counts every running trial as stopped; used when the run ends."""
        for trial_id, status in self.last_trial_status_seen.items():
            if status == Status.in_progress:
                self._counts[status] -= 1
                self._counts[Status.stopped] += 1
                self._num_ended += 1
                self.last_trial_status_seen[trial_id] = Status.stopped

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
        return self._reported.total(ST_WORKER_TIME)

    @property
    def cost(self) -> float:
        """Dollars spent by all trials together, as far as they report it."""
        return self._reported.total(ST_WORKER_COST)

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
        rows = self._rows_of(list(self._configs)[-_MAX_ROWS_SHOWN:]).values()
        if not rows:
            return self.summary()
        names = dict.fromkeys(itertools.chain.from_iterable(rows))
        shown = [name for name in names if not name.startswith(ST_RESERVED_PREFIX)]
        return f"{text_table(list(rows), shown)}\n{self.summary()}\n"


def best_trial(status: TuningStatus, metric: str, mode: str) -> tuple[int, float] | None:
    """The trial with the best value over all of its reports.

    Args:
        status: State of the run.
        metric: Name of the metric.
        mode: ``"min"`` or ``"max"``.

    Returns:
        Trial id and value, or ``None`` if the metric has not been reported.
    """
    return status.best(metric, mode)


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
