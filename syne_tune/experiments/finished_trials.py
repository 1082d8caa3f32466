"""The data of an experiment as models want them: one value per trial, and what failed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from syne_tune.config_space import Space
from syne_tune.constants import ST_TRIAL_ID
from syne_tune.errors import ConfigSpaceError, ExperimentNotFoundError
from syne_tune.experiments.experiment_result import ExperimentResult
from syne_tune.experiments.recorded_study import read_study
from syne_tune.experiments.result_table import finite_values
from syne_tune.metric_modes import metric_name_mode
from syne_tune.trial import FailureCause

_NOT_THE_CONFIGURATION = (FailureCause.LOST, FailureCause.STOPPED_BY_USER, FailureCause.CANNOT_START)
"""These causes say nothing about the configuration."""


@dataclass(frozen=True)
class FinishedTrials:
    """Values of trials that can be compared, and configurations of failed ones.

    Args:
        space: The search space.
        metric: Name of the metric.
        mode: ``"min"`` or ``"max"``.
        resource: The resource at which values were taken, if trials report one; else each trial counts with its last.
        trial_ids: Of the trials with a value, ``(n,)``.
        configs: Their active hyperparameters, and the constants of the space.
        values: In the units of the metric, finite, ``(n,)``.
        failed: The same of trials that failed for a reason that may lie in the configuration.
    """

    space: Space
    metric: str
    mode: str
    resource: int | None
    trial_ids: tuple[int, ...]
    configs: tuple[dict[str, Any], ...]
    values: np.ndarray
    failed: tuple[dict[str, Any], ...]

    @property
    def sign(self) -> float:
        """What values are multiplied by to be minimised."""
        return 1.0 if self.mode == "min" else -1.0


def finished_trials(experiment: ExperimentResult, metric: int | str = 0, min_share: float = 0.5) -> FinishedTrials:
    """Collects one value per trial.

    Where trials report a resource (the experiment knows its name), values are those at the largest resource that at
    least ``min_share`` of the trials have reached; otherwise the last finite one of each trial.

    Args:
        experiment: As loaded.
        metric: Name or position.
        min_share: Between 0 and 1.

    Raises:
        OptionError: If there is no such metric.
        ExperimentNotFoundError: If the experiment does not tell its search space or results.
    """
    metadata = experiment.metadata
    if metadata is None or experiment.results is None:
        raise ExperimentNotFoundError(f"{experiment.path}: the experiment has no metadata or no results to learn from")
    name, mode = metric_name_mode(experiment.metric_names(), experiment.metric_mode(), metric)
    space = _space(metadata, experiment.path)
    rows, resource = _one_row_per_trial(experiment.results, name, metadata.get("resource_attr"), min_share)
    trials = read_study(experiment.path, experiment.metric_names()).trials
    failed = {
        trial_id
        for trial_id, state in trials.items()
        if state.failure is not None and state.failure.cause not in _NOT_THE_CONFIGURATION
    }
    kept = [trial_id for trial_id in rows if trial_id in trials and trial_id not in failed]
    return FinishedTrials(
        space=space,
        metric=name,
        mode=mode,
        resource=resource,
        trial_ids=tuple(kept),
        configs=tuple(_whole(space, trials[trial_id].trial.config) for trial_id in kept),
        values=np.array([rows[trial_id] for trial_id in kept], dtype=float),
        failed=tuple(_whole(space, trials[trial_id].trial.config) for trial_id in sorted(failed)),
    )


def _space(metadata: Mapping[str, Any], path: Path) -> Space:
    try:
        return Space.from_json(metadata.get("config_space") or "{}")
    except (ConfigSpaceError, TypeError, ValueError) as error:
        raise ExperimentNotFoundError(
            f"{path}: the search space cannot be read from metadata.json ({error})"
        ) from error


def _whole(space: Space, config: Mapping[str, Any]) -> dict[str, Any]:
    known = {name: value for name, value in config.items() if name in space.free}
    active = space.active(known)
    return {
        name: space.free[name].cast(known[name]) if name in space.free else value
        for name, value in space.items()
        if name in active or name not in space.free
    }


def _one_row_per_trial(
    results: pd.DataFrame, metric: str, resource_attr: str | None, min_share: float
) -> tuple[dict[int, float], int | None]:
    """Value by trial, and the resource at which it was taken."""
    values = finite_values(results, metric)
    table = results.iloc[values.index.to_numpy()].assign(**{metric: values.to_numpy()})
    if resource_attr is None or resource_attr not in table or table.empty:
        last = table.groupby(ST_TRIAL_ID, sort=True)[metric].last()
        return _by_trial(last), None
    reached = table.groupby(resource_attr)[ST_TRIAL_ID].nunique()
    enough = reached[reached >= max(1.0, min_share * table[ST_TRIAL_ID].nunique())]
    level = int(enough.index.max() if len(enough) else reached.index.min())
    at_level = table[table[resource_attr] == level].groupby(ST_TRIAL_ID, sort=True)[metric].last()
    return _by_trial(at_level), level


def _by_trial(values: pd.Series[float]) -> dict[int, float]:
    return dict(zip(values.index.astype(int).tolist(), values.astype(float).tolist(), strict=True))
