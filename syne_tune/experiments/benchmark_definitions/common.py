"""What an experiment has to know about a benchmark, whether it runs a training script or is looked up.

Both kinds of definition are plain values. Their numbers of workers and budgets are suggestions, which the command line
overrides.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from syne_tune.errors import OptionError, nearest

DEFAULT_MAX_RESOURCE_ATTR = "epochs"
"""Entry of the configuration that says how far to train, where a surrogate benchmark names none."""

_MODES = ("min", "max")


@dataclass
class SurrogateBenchmarkDefinition:
    """A benchmark that is looked up in a blackbox.

    Args:
        max_wallclock_time: Suggested budget, in seconds of virtual time.
        n_workers: Suggested number of workers.
        elapsed_time_attr: Objective that holds the seconds since a trial began.
        metric: Objective to optimise, or several of them.
        mode: ``"min"`` or ``"max"``; for several metrics, one each.
        blackbox_name: Name of the blackbox, see ``syne_tune.blackbox_repository.load_blackbox``.
        dataset_name: Which of the tasks of the blackbox.
        max_num_evaluations: Suggested largest number of reports.
        surrogate: Name of the model that answers for configurations the blackbox lacks; ``None`` for none.
        surrogate_kwargs: Arguments of that model.
        add_surrogate_kwargs: Arguments of ``add_surrogate``.
        max_resource_attr: Entry of the configuration that says how far to train; default is ``"epochs"``.
        datasets: Other tasks, from which transfer learning may learn.
        fidelities: Restricts the fidelities at which trials report.
        points_to_evaluate: Configurations to try first.

    Raises:
        OptionError: If metric and mode do not fit together.
    """

    max_wallclock_time: float
    n_workers: int
    elapsed_time_attr: str
    metric: str | list[str]
    mode: str | list[str]
    blackbox_name: str
    dataset_name: str
    max_num_evaluations: int | None = None
    surrogate: str | None = None
    surrogate_kwargs: dict[str, Any] | None = None
    add_surrogate_kwargs: dict[str, Any] | None = None
    max_resource_attr: str | None = None
    datasets: Sequence[str] | None = None
    fidelities: Sequence[int] | None = None
    points_to_evaluate: list[dict[str, Any]] | None = None

    def __post_init__(self) -> None:
        check_metric_and_mode(self.metric, self.mode)
        if self.max_resource_attr is None:
            self.max_resource_attr = DEFAULT_MAX_RESOURCE_ATTR


@dataclass
class RealBenchmarkDefinition:
    """A benchmark that runs a training script.

    Args:
        script: The script. Packages it needs are listed in ``requirements.txt`` next to it.
        config_space: What the script takes; must hold ``max_resource_attr``.
        max_wallclock_time: Suggested budget, in seconds.
        n_workers: Suggested number of workers.
        instance_type: Suggested AWS instance type.
        metric: Metric to optimise, or several of them.
        mode: ``"min"`` or ``"max"``; for several metrics, one each.
        max_resource_attr: Entry of the configuration that says how far to train.
        framework: SageMaker framework, for example ``"PyTorch"``.
        resource_attr: Name under which the script reports how far it is.
        estimator_kwargs: Further arguments of the SageMaker estimator.
        max_num_evaluations: Suggested largest number of reports.
        points_to_evaluate: Configurations to try first.

    Raises:
        OptionError: If metric and mode do not fit together, or ``max_resource_attr`` is not in the space.
    """

    script: Path
    config_space: dict[str, Any]
    max_wallclock_time: float
    n_workers: int
    instance_type: str
    metric: str | list[str]
    mode: str | list[str]
    max_resource_attr: str
    framework: str
    resource_attr: str | None = None
    estimator_kwargs: dict[str, Any] | None = None
    max_num_evaluations: int | None = None
    points_to_evaluate: list[dict[str, Any]] | None = None

    def __post_init__(self) -> None:
        check_metric_and_mode(self.metric, self.mode)
        if self.max_resource_attr not in self.config_space:
            raise OptionError(
                f"max_resource_attr = {self.max_resource_attr!r} must be an entry of config_space: "
                f"{nearest(self.max_resource_attr, self.config_space)}"
            )


BenchmarkDefinition = SurrogateBenchmarkDefinition | RealBenchmarkDefinition
"""Either kind."""

SurrogateDefinitions = Mapping[str, SurrogateBenchmarkDefinition]
"""Surrogate benchmarks by name."""


def check_metric_and_mode(metric: str | Sequence[str], mode: str | Sequence[str]) -> None:
    """Checks that there is a mode for each metric.

    Raises:
        OptionError: If there is not, or a mode is neither ``"min"`` nor ``"max"``.
    """
    modes = [mode] if isinstance(mode, str) else list(mode)
    num_metrics = 1 if isinstance(metric, str) else len(metric)
    for one in modes:
        if one not in _MODES:
            raise OptionError(f"mode = {one!r}: {nearest(one, _MODES)}")
    if isinstance(metric, str) != isinstance(mode, str) or len(modes) != num_metrics:
        raise OptionError(f"metric = {metric!r} and mode = {mode!r}: there must be one mode for each metric")
