"""Several objectives as one weighted sum: :class:`LinearScalarizedScheduler`."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from syne_tune.errors import OptionError
from syne_tune.optimizer.scheduler import TrialScheduler
from syne_tune.optimizer.schedulers.fifo import FIFOScheduler
from syne_tune.optimizer.schedulers.metrics import check_metrics, required_number
from syne_tune.optimizer.schedulers.scheduler_around import SchedulerAround
from syne_tune.report_block import Continuation
from syne_tune.trial import Result, Trial

_LONGEST_NAME = 64


class LinearScalarizedScheduler(SchedulerAround):
    """Hands the weighted sum of several metrics to a scheduler for one metric.

    Args:
        config_space: Name of parameter to domain or constant.
        metric: Names of the metrics, at least two.
        mode: ``"min"`` or ``"max"``, the same for all; a list must agree.
        scalarization_weights: One per metric. Default: ones.
        base_scheduler_factory: Makes the scheduler: called with the space, ``metric`` (name of the sum), ``mode`` and
            the arguments below. Default: :class:`~syne_tune.optimizer.schedulers.fifo.FIFOScheduler`.
        **base_scheduler_kwargs: Further arguments of that scheduler.

    Raises:
        OptionError: If there are fewer than two metrics, modes differ, or there is not one weight per metric.

    Attributes:
        base_scheduler: That scheduler.
        scalarized_metric: Name of the sum.
    """

    def __init__(
        self,
        config_space: Mapping[str, Any],
        metric: Sequence[str],
        mode: str | Sequence[str] = "min",
        scalarization_weights: Sequence[float] | None = None,
        base_scheduler_factory: Callable[..., TrialScheduler] | None = None,
        **base_scheduler_kwargs: Any,
    ) -> None:
        super().__init__(config_space)
        self._metrics, modes = check_metrics(metric, mode)
        if len(self._metrics) < 2:
            raise OptionError(f"metric = {metric!r}: name at least two metrics")
        if len(set(modes)) > 1:
            raise OptionError(f"mode = {mode!r}: a sum has one mode; report the negative of a metric if modes differ")
        self._mode = modes[0]
        self._weights = _checked_weights(scalarization_weights, self._metrics)
        self.scalarized_metric = _name_of_sum(self._metrics)
        factory = FIFOScheduler if base_scheduler_factory is None else base_scheduler_factory
        self.base_scheduler = factory(
            config_space, metric=self.scalarized_metric, mode=self._mode, **base_scheduler_kwargs
        )

    @property
    def searcher(self) -> Any:
        """The searcher of the base scheduler."""
        return getattr(self.base_scheduler, "searcher", None)

    @property
    def _inner(self) -> TrialScheduler:
        return self.base_scheduler

    def _scalarized(self, trial: Trial, result: Result) -> Result:
        values = [required_number(trial, result, name) for name in self._metrics]
        return {**result, self.scalarized_metric: float(np.dot(self._weights, values))}

    def on_trial_result(self, trial: Trial, result: Result) -> str:
        """Handed on, with the sum added."""
        return super().on_trial_result(trial, self._scalarized(trial, result))

    def continuation(self, trial: Trial) -> Continuation | None:
        """What the base scheduler promises."""
        return self.base_scheduler.continuation(trial)

    def on_trial_complete(self, trial: Trial, result: Result) -> None:
        """Handed on, with the sum added."""
        super().on_trial_complete(trial, self._scalarized(trial, result))

    def metric_names(self) -> list[str]:
        """Names of the metrics, which are what is reported."""
        return list(self._metrics)

    def metric_mode(self) -> str:
        """The mode of all metrics."""
        return self._mode

    def is_multiobjective_scheduler(self) -> bool:
        """Always True."""
        return True

    def metadata(self) -> dict[str, Any]:
        """As for the base scheduler, with the metrics in place of the sum, and ``scalarized_metric``."""
        metrics = {"metric_names": self.metric_names(), "metric_mode": self.metric_mode()}
        return {**super().metadata(), **metrics, "scalarized_metric": self.scalarized_metric}


def _checked_weights(weights: Sequence[float] | None, metrics: Sequence[str]) -> np.ndarray:
    if weights is None:
        return np.ones(len(metrics))
    array = np.asarray(weights, dtype=np.float64)
    if array.shape != (len(metrics),) or not np.all(np.isfinite(array)):
        raise OptionError(f"scalarization_weights = {weights!r}: needs one finite number for each of {list(metrics)}")
    return array


def _name_of_sum(metrics: Sequence[str]) -> str:
    name = "_".join(["scalarized", *metrics])
    if len(name) <= _LONGEST_NAME:
        return name
    return f"scalarized_{hashlib.sha256(name.encode()).hexdigest()[:16]}"
