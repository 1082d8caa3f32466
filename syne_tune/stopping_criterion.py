"""When a tuning run ends. Any callable from :class:`~syne_tune.tuning_status.TuningStatus` to ``bool`` will do."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import pstdev

from syne_tune.errors import OptionError
from syne_tune.trial import Status
from syne_tune.tuning_status import TuningStatus, is_number

StopCriterion = Callable[[TuningStatus], bool]


_PROGRESS: dict[str, Callable[[TuningStatus], float]] = {
    "max_wallclock_time": lambda status: status.wallclock_time,
    "max_num_trials_completed": lambda status: status.num_trials_completed,
    "max_num_trials_finished": lambda status: status.num_trials_finished,
    "max_cost": lambda status: status.cost,
    "max_num_evaluations": lambda status: status.num_evaluations,
}


@dataclass
class StoppingCriterion:
    """Ends the run as soon as any of its limits is reached. Limits that are ``None`` do not count.

    Limits are exact: ``max_num_trials_finished=10`` ends the run when the tenth trial finishes, and
    ``max_num_trials_started=10`` lets ten trials start, no eleventh, and those ten run to their end. Trials that end at
    the same moment, or ended while no tuner was running, all count.

    Args:
        max_wallclock_time: Seconds during which a tuner was running; interruptions are not counted.
        max_num_evaluations: Number of reports over all trials.
        max_num_trials_started: Number of trials started.
        max_num_trials_completed: Number of trials whose script ran to its end. A trial that the scheduler stops at
            the largest resource has finished, but not completed.
        max_cost: Dollars, summed over the ``st_worker_cost`` of all runs of all trials.
        max_num_trials_finished: Number of trials that completed, failed or were stopped.
        min_metric_value: Per metric: the run ends once a smaller value has been reported.
        max_metric_value: Per metric: the run ends once a larger value has been reported.

    Raises:
        OptionError: If a limit is negative or not a number.
    """

    max_wallclock_time: float | None = None
    max_num_evaluations: int | None = None
    max_num_trials_started: int | None = None
    max_num_trials_completed: int | None = None
    max_cost: float | None = None
    max_num_trials_finished: int | None = None
    min_metric_value: Mapping[str, float] | None = None
    max_metric_value: Mapping[str, float] | None = None

    def __post_init__(self) -> None:
        for name, limit in vars(self).items():
            if limit is None or isinstance(limit, Mapping):
                continue
            if isinstance(limit, bool) or not isinstance(limit, (int, float)) or not limit >= 0:
                raise OptionError(f"StoppingCriterion: {name}={limit!r} must be a number that is not negative")

    def __call__(self, status: TuningStatus) -> bool:
        """Whether a limit is reached."""
        return self.starts_exhausted(status) or self.reason(status) is not None

    def starts_exhausted(self, status: TuningStatus) -> bool:
        """Whether no further trial may start, although those running may go on."""
        return self.max_num_trials_started is not None and status.num_trials_started >= self.max_num_trials_started

    def reason(self, status: TuningStatus) -> str | None:
        """Which limit ends the run now, as one sentence; ``None`` if none does."""
        limits = vars(self)
        for name, progress in _PROGRESS.items():
            limit = limits[name]
            if limit is not None and progress(status) >= limit:
                return f"{name}={limit} is reached"
        if self.max_metric_value is None and self.min_metric_value is None:
            return None
        statistics = status.overall_metric_statistics
        for metric, limit in (self.max_metric_value or {}).items():
            if statistics.max_metrics.get(metric, float("-inf")) > limit:
                return f"{metric} is above max_metric_value={limit}"
        for metric, limit in (self.min_metric_value or {}).items():
            if statistics.min_metrics.get(metric, float("inf")) < limit:
                return f"{metric} is below min_metric_value={limit}"
        return None

    def ends_by_trials(self, status: TuningStatus) -> bool:
        """Whether a number of trials that have started, finished or completed is reached."""
        finished, completed = self.max_num_trials_finished, self.max_num_trials_completed
        return (finished is not None and status.num_trials_finished >= finished) or (
            completed is not None and status.num_trials_completed >= completed
        )

    def trials_left(self, status: TuningStatus) -> tuple[float, float, float]:
        """How many trials may still start, and with how many that finish, or that complete, the run ends."""
        limits = (
            (self.max_num_trials_started, status.num_trials_started),
            (self.max_num_trials_finished, status.num_trials_finished),
            (self.max_num_trials_completed, status.num_trials_completed),
        )
        starts, ends, completions = (float("inf") if most is None else most - number for most, number in limits)
        return starts, ends, completions

    def remaining_ratio(self, status: TuningStatus, elapsed: float) -> float:
        """How much longer the run lasts than it has lasted so far, if things go on as before.

        Args:
            status: Counts so far.
            elapsed: Seconds so far.

        Returns:
            What is left of the limit that is reached first, in units of what has been used of it: zero or more,
            possibly infinite. 1 if no limit is known that counts anything.
        """
        used = {name: progress(status) for name, progress in _PROGRESS.items()}
        used |= {"max_wallclock_time": elapsed, "max_num_trials_started": status.num_trials_started}
        limits = {name: limit for name, limit in vars(self).items() if name in used and limit is not None}
        ratios = [
            max(0.0, limit - used[name]) / used[name] if used[name] > 0 else float("inf")
            for name, limit in limits.items()
        ]
        return min(ratios, default=1.0)

    def reports_left(self, status: TuningStatus) -> tuple[int, float] | None:
        """How long the run goes on for sure, if trials do nothing but report.

        Returns:
            Number of reports up to the one that ends the run, and the running time that ends it; or ``None`` if that
            depends on what is reported.
        """
        if self.max_cost is not None or self.max_metric_value is not None or self.min_metric_value is not None:
            return None
        most = sys.maxsize if self.max_num_evaluations is None else self.max_num_evaluations - status.num_evaluations
        return most, float("inf") if self.max_wallclock_time is None else self.max_wallclock_time

    def seconds_left(self, status: TuningStatus) -> float:
        """Seconds until ``max_wallclock_time``; infinite if there is no such limit."""
        return float("inf") if self.max_wallclock_time is None else self.max_wallclock_time - status.wallclock_time


class PlateauStopper:
    """Ends the run when the best value has stopped improving.

    The running best over finished trials, in the order in which they reported first, is called a plateau if the
    standard deviation of its last ``num_trials`` entries is at most ``std``. Each trial counts with its last report,
    and ``patience`` counts trials, not turns of the tuner's loop.

    Args:
        metric: Name of the metric.
        std: Largest standard deviation of a plateau, in units of the metric; positive.
        num_trials: Number of trials a plateau is made of; larger than 1.
        mode: ``"min"`` or ``"max"``.
        patience: Number of further trials for which the plateau must last.

    Raises:
        OptionError: If an argument is outside of its range.
    """

    def __init__(
        self, metric: str, std: float = 0.001, num_trials: int = 10, mode: str = "min", patience: int = 0
    ) -> None:
        if not isinstance(num_trials, int) or num_trials <= 1:
            raise OptionError(f"PlateauStopper: num_trials={num_trials!r} must be an integer larger than 1")
        if not isinstance(patience, int) or patience < 0:
            raise OptionError(f"PlateauStopper: patience={patience!r} must be an integer that is not negative")
        if not isinstance(std, float) or not std > 0:
            raise OptionError(f"PlateauStopper: std={std!r} must be a positive float")
        if mode not in ("min", "max"):
            raise OptionError(f"PlateauStopper: mode={mode!r} must be 'min' or 'max'")
        self.metric, self.std, self.num_trials, self.mode, self.patience = (
            metric,
            std,
            num_trials,
            mode,
            patience,
        )

    def __call__(self, status: TuningStatus) -> bool:
        """Whether the best value has stopped improving."""
        if status.num_trials_finished == 0:
            return False
        trajectory = self._running_best(status)
        length = self.num_trials + self.patience
        if len(trajectory) < length:
            return False
        window = trajectory[-length:]
        ends = range(self.num_trials, length + 1)
        return all(pstdev(window[end - self.num_trials : end]) <= self.std for end in ends)

    def _running_best(self, status: TuningStatus) -> list[float]:
        better = min if self.mode == "min" else max
        trajectory: list[float] = []
        for trial_id, statistics in status.trial_metric_statistics.items():
            value = statistics.last_metrics.get(self.metric)
            if status.last_trial_status_seen.get(trial_id) in Status.ended and is_number(value):
                trajectory.append(better(trajectory[-1], value) if trajectory else value)
        return trajectory
