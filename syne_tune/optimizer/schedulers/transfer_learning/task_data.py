"""Evaluations of earlier tasks as arrays in the encoding of the present space."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from syne_tune.config_space import Space
from syne_tune.errors import ConfigSpaceError, OptionError
from syne_tune.optimizer.models.gp.target_transforms import TRANSFORMS
from syne_tune.optimizer.models.predictor import FloatArray
from syne_tune.optimizer.models.subsample import lots
from syne_tune.optimizer.schedulers.metrics import sign_of
from syne_tune.optimizer.schedulers.searchers.model_inputs import ModelInputs
from syne_tune.optimizer.schedulers.transfer_learning.evaluations import (
    TaskEvaluations,
    TransferLearningTaskEvaluations,
    check_tasks,
)
from syne_tune.optimizer.schedulers.transfer_learning.fitting import fit_to_space

_FEWEST = 2
"""A task with fewer usable evaluations says nothing."""

NORMALIZATIONS = {"gaussian": "rank_gaussian", "standard": "standardize"}
"""How values of different tasks are made comparable: name of the option to name of the transform."""


class TaskData(NamedTuple):
    """The evaluations of one task that lie in the present space.

    Attributes:
        name: Of the task.
        configs: Configurations of the present space.
        x: Encoded ``(n, d)``, ``nan`` where inactive.
        z: Values ``(n,)``, to be minimised, of comparable size for all tasks.
    """

    name: str
    configs: list[dict[str, Any]]
    x: FloatArray
    z: FloatArray


def read_tasks(
    tasks: TaskEvaluations,
    metric: str,
    mode: str,
    inputs: ModelInputs,
    space: Space,
    normalization: str = "gaussian",
    max_rows: int | None = None,
) -> list[TaskData]:
    """Collects what models can learn from.

    Rows with values outside of the present space are left out, and so are tasks with fewer than two rows in it.

    Args:
        tasks: Name of task to what was measured there.
        metric: Name of the metric.
        mode: ``"min"`` or ``"max"``.
        inputs: Encoding of the present space.
        space: The present space.
        normalization: One of :data:`NORMALIZATIONS`; ``"gaussian"`` turns ranks into normal quantiles (the copula of
            Salinas, Shen, Perrone, ICML 2020).
        max_rows: Of each task; a random choice of more.

    Raises:
        OptionError: If an argument is not allowed, or no task is left.
    """
    check_tasks(tasks, metric)
    found = [_read_task(name, task, metric, mode, space, max_rows) for name, task in tasks.items()]
    usable = [(name, configs, values) for name, configs, values in found if len(values) >= _FEWEST]
    if not usable:
        raise OptionError(
            "transfer_learning_evaluations: no task has two evaluations inside of the present configuration space "
            f"({', '.join(f'{name}: {len(values)}' for name, _, values in found)}); widen its ranges"
        )
    transform = TRANSFORMS[NORMALIZATIONS[normalization]]
    return [
        TaskData(name, configs, inputs.encode(configs), transform(values).forward(values))
        for name, configs, values in usable
    ]


def _read_task(
    name: str,
    task: TransferLearningTaskEvaluations,
    metric: str,
    mode: str,
    space: Space,
    max_rows: int | None,
) -> tuple[str, list[dict[str, Any]], FloatArray]:
    values = sign_of(mode) * task.summary(metric, mode)
    rows = np.flatnonzero(np.isfinite(values))
    if max_rows is not None and len(rows) > max_rows:
        rows = np.sort(rows[np.argsort(lots(len(rows)), kind="stable")[:max_rows]])
    configs, kept = [], []
    for row in rows.tolist():
        config = _inside(task, row, space)
        if config is not None:
            configs.append(config)
            kept.append(row)
    return name, configs, values[kept]


def _inside(task: TransferLearningTaskEvaluations, row: int, space: Space) -> dict[str, Any] | None:
    """A configuration in the present space; ``None`` if a value is out of range.

    What is searched over now may have been constant then.
    """
    constants: Mapping[str, Any] = {name: value for name, value in task.space.constants.items() if name in space.free}
    try:
        return fit_to_space({**constants, **task.configurations[row]}, space, clip=False).config
    except ConfigSpaceError:  # says that it is outside, which is the answer
        return None
