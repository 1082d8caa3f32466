"""What was measured on one earlier task: :class:`TransferLearningTaskEvaluations`."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from syne_tune.config_space import Space
from syne_tune.errors import OptionError, nearest
from syne_tune.optimizer.models.predictor import FloatArray
from syne_tune.optimizer.schedulers.searchers.option_checks import check_integer, check_name

if TYPE_CHECKING:
    import pandas as pd

_DIMENSIONS = "(evaluations, seeds, fidelities, objectives)"


class TransferLearningTaskEvaluations:
    """Configurations that were evaluated on one task, and what was measured.

    Rows are counted by position: the index of the table plays no role. Constants of the space need not be columns, and
    columns that are not in the space do not count.

    Args:
        configuration_space: Name of parameter to domain or constant, of the earlier task.
        hyperparameters: One row per configuration, one column per parameter that is searched over; missing (NaN) where
            a parameter is not active.
        objectives_names: Names of the metrics.
        objectives_evaluations: Shape ``(num_configurations, num_seeds, num_fidelities, num_objectives)``; NaN where
            nothing is known.

    Raises:
        ConfigSpaceError: If the space breaks a rule, or a row is outside of it.
        OptionError: If shapes do not match, or a column is missing.
    """

    def __init__(
        self,
        configuration_space: Mapping[str, Any],
        hyperparameters: pd.DataFrame,
        objectives_names: Sequence[str],
        objectives_evaluations: npt.NDArray[Any],
    ) -> None:
        self.configuration_space = configuration_space
        self.space = Space.of(configuration_space)
        self.hyperparameters = hyperparameters
        self.objectives_names = list(objectives_names)
        self.objectives_evaluations = np.asarray(objectives_evaluations, dtype=np.float64)
        self._check()
        self.configurations: list[dict[str, Any]] = self._read_configurations()
        """Values of the active parameters, one dictionary per row."""

    def _check(self) -> None:
        shape = self.objectives_evaluations.shape
        if len(shape) != 4:
            raise OptionError(f"objectives_evaluations has shape {shape}: must be {_DIMENSIONS}")
        if shape[0] != len(self.hyperparameters) or shape[3] != len(self.objectives_names):
            raise OptionError(
                f"objectives_evaluations has shape {shape}: must be {_DIMENSIONS}, but there are "
                f"{len(self.hyperparameters)} rows of hyperparameters and {len(self.objectives_names)} objectives"
            )
        for name in self.space.free:
            if name not in self.hyperparameters.columns:
                raise OptionError(
                    f"hyperparameters: the column {name!r} is missing; {nearest(name, self.hyperparameters.columns)}"
                )

    def _read_configurations(self) -> list[dict[str, Any]]:
        names = list(self.space.free)
        columns = [self.hyperparameters[name].tolist() for name in names]
        rows = zip(*columns, strict=True) if columns else [()] * len(self.hyperparameters)
        return [self.space.cast({k: v for k, v in zip(names, row, strict=True) if v == v}) for row in rows]

    def objective_index(self, objective_name: str) -> int:
        """Position of a metric.

        Raises:
            OptionError: If there is none of this name.
        """
        if objective_name not in self.objectives_names:
            raise OptionError(f"metric = {objective_name!r}: {nearest(objective_name, self.objectives_names)}")
        return self.objectives_names.index(objective_name)

    def objective_values(self, objective_name: str) -> FloatArray:
        """Everything that is known of a metric, shape ``(num_configurations, num_seeds, num_fidelities)``.

        Raises:
            OptionError: If there is no such metric.
        """
        return self.objectives_evaluations[..., self.objective_index(objective_name)]

    def summary(self, objective_name: str, mode: str) -> FloatArray:
        """One number per configuration: mean over seeds, then best over fidelities.

        Args:
            objective_name: Name of the metric.
            mode: ``"min"`` or ``"max"``.

        Returns:
            Shape ``(num_configurations,)``, in units of the metric; NaN where nothing finite is known.

        Raises:
            OptionError: If there is no such metric or mode.
        """
        check_name("mode", mode, ("min", "max"))
        values = self.objective_values(objective_name)
        finite = np.where(np.isfinite(values), values, np.nan)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)  # all of a row may be missing
            by_fidelity = np.nanmean(finite, axis=1)
            best = np.nanmin(by_fidelity, axis=1) if mode == "min" else np.nanmax(by_fidelity, axis=1)
        return np.asarray(best)

    def top_k_hyperparameter_configurations(self, k: int, mode: str, objective: str) -> list[dict[str, Any]]:
        """The best configurations, best first; earlier rows come first among equals.

        Args:
            k: How many; fewer if fewer have a finite value.
            mode: ``"min"`` or ``"max"``.
            objective: Name of the metric; configurations are ranked by :meth:`summary`.

        Raises:
            OptionError: If an argument is not allowed.
        """
        check_integer("k", k, 1)
        values = self.summary(objective, mode)
        known = np.flatnonzero(np.isfinite(values))
        order = np.argsort(values[known] if mode == "min" else -values[known], kind="stable")
        return [dict(self.configurations[row]) for row in known[order[:k]].tolist()]


TaskEvaluations = Mapping[str, TransferLearningTaskEvaluations]
"""Name of task to what was measured there."""


def check_tasks(tasks: TaskEvaluations, metric: str) -> None:
    """Checks what methods are given as ``transfer_learning_evaluations``.

    Raises:
        OptionError: If it is not a dictionary of evaluations, is empty, or a task lacks the metric.
    """
    if not isinstance(tasks, Mapping) or not tasks:
        raise OptionError(
            "transfer_learning_evaluations: must be a dictionary, not empty, from name of task to "
            f"TransferLearningTaskEvaluations; got {type(tasks).__name__}"
        )
    given: Mapping[str, object] = tasks
    for name, evaluations in given.items():
        if not isinstance(evaluations, TransferLearningTaskEvaluations):
            kind = type(evaluations).__name__
            raise OptionError(
                f"transfer_learning_evaluations[{name!r}] is of type {kind}: must be TransferLearningTaskEvaluations"
            )
        evaluations.objective_index(metric)


def best_per_task(tasks: TaskEvaluations, k: int, mode: str, metric: str) -> dict[str, list[dict[str, Any]]]:
    """The ``k`` best configurations of each task, in the order of the tasks.

    Raises:
        OptionError: If an argument is not allowed.
    """
    check_tasks(tasks, metric)
    return {name: task.top_k_hyperparameter_configurations(k, mode, metric) for name, task in tasks.items()}


class TransferLearningMixin:
    """For schedulers and searchers of users that look at earlier tasks."""

    def top_k_hyperparameter_configurations_per_task(
        self,
        transfer_learning_evaluations: TaskEvaluations,
        num_hyperparameters_per_task: int,
        mode: str,
        metric: str,
    ) -> dict[str, list[dict[str, Any]]]:
        """The best configurations of each task, see :func:`best_per_task`."""
        return best_per_task(transfer_learning_evaluations, num_hyperparameters_per_task, mode, metric)
