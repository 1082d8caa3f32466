"""Publishes the best result so far as metrics of the job in which the tuner runs: the console shows them as curves.

The metrics are printed as report lines, which SageMaker finds in the log by regular expressions.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from syne_tune.backend.sagemaker_backend.metric_definitions import add_metric_definitions_to_sagemaker_estimator
from syne_tune.callbacks.callback import TunerCallback
from syne_tune.config_space import Domain
from syne_tune.constants import MAX_METRICS_SUPPORTED_BY_SAGEMAKER
from syne_tune.errors import OptionError
from syne_tune.report import Reporter
from syne_tune.trial import Result, Trial

BEST_METRIC_VALUE = "best_metric_value"
BEST_TRIAL_ID = "best_trial_id"
BEST_RESOURCE_VALUE = "best_resource_value"
BEST_HP_PREFIX = "best_hp_"


class RemoteTuningMetricsCallback(TunerCallback):
    """Prints, whenever a trial reports a better value than all before it, that value, the trial and its configuration.

    When an experiment is resumed, the improvements of earlier jobs are printed again, so that the curves of each job
    begin where those of the one before it end.

    Args:
        metric: Name of the metric. Of several, the first one counts.
        mode: ``"min"`` or ``"max"``; of several, the first one.
        config_space: Its hyperparameters are published, too.
        resource_attr: Name of the resource, which is published, too.

    Raises:
        OptionError: If the mode is none of the two.

    Attributes:
        metric_names: Names of what may be published.
    """

    replays = True

    def __init__(
        self,
        metric: str | Sequence[str],
        mode: str | Sequence[str],
        config_space: Mapping[str, Any] | None = None,
        resource_attr: str | None = None,
    ) -> None:
        self._metric, self._mode = _first(metric), _first(mode)
        if self._mode not in ("min", "max"):
            raise OptionError(f"RemoteTuningMetricsCallback: mode={self._mode!r} must be 'min' or 'max'")
        self._resource_attr = resource_attr
        self.metric_names = self.get_metric_names(config_space or {}, resource_attr)
        self._best: float | None = None
        self._report = Reporter(add_time=False, add_cost=False)

    @staticmethod
    def get_metric_names(config_space: Mapping[str, Any], resource_attr: str | None = None) -> list[str]:
        """Names of all metrics: best value, trial, resource, hyperparameters; SageMaker takes 40 at most.

        Args:
            config_space: Configuration space.
            resource_attr: Name of the resource, if there is one.
        """
        names = [BEST_METRIC_VALUE, BEST_TRIAL_ID]
        if resource_attr is not None:
            names.append(BEST_RESOURCE_VALUE)
        names += [f"{BEST_HP_PREFIX}{name}" for name, domain in config_space.items() if isinstance(domain, Domain)]
        return names[:MAX_METRICS_SUPPORTED_BY_SAGEMAKER]

    def register_metrics_with_estimator(self, estimator: Any) -> None:
        """Lets the jobs of an estimator show these metrics.

        Args:
            estimator: An estimator of the ``sagemaker`` SDK; its ``metric_definitions`` are replaced.
        """
        add_metric_definitions_to_sagemaker_estimator(estimator, self.metric_names)

    def on_trial_result(self, trial: Trial, status: str, result: Result, decision: str) -> None:
        """Prints the metrics if this result is the best one so far."""
        value = result.get(self._metric)
        if not isinstance(value, (int, float)) or not math.isfinite(value) or not self._is_better(value):
            return
        self._best = value
        self._report(**self._metrics(trial, result))

    def _is_better(self, value: float) -> bool:
        if self._best is None:
            return True
        return value < self._best if self._mode == "min" else value > self._best

    def _metrics(self, trial: Trial, result: Result) -> dict[str, Any]:
        values = {BEST_METRIC_VALUE: result[self._metric], BEST_TRIAL_ID: trial.trial_id}
        if self._resource_attr is not None:
            values[BEST_RESOURCE_VALUE] = result.get(self._resource_attr)
        values |= {f"{BEST_HP_PREFIX}{name}": value for name, value in trial.config.items()}
        return {name: value for name, value in values.items() if name in self.metric_names and value is not None}


def _first(value: str | Sequence[str]) -> str:
    return value if isinstance(value, str) else value[0]
