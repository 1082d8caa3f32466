"""One model per earlier task, in the encoding of the present space: :class:`SourceModels`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from syne_tune.config_space import Space
from syne_tune.optimizer.models.gp.posterior import Posterior
from syne_tune.optimizer.models.gp.surrogate import GaussianProcessSurrogate, SurrogateOptions
from syne_tune.optimizer.models.inputs import InputLayout
from syne_tune.optimizer.models.ranks import smallest_ranks
from syne_tune.optimizer.schedulers.searchers.model_inputs import ModelInputs
from syne_tune.optimizer.schedulers.transfer_learning.evaluations import TaskEvaluations
from syne_tune.optimizer.schedulers.transfer_learning.fitting import distinct
from syne_tune.optimizer.schedulers.transfer_learning.portfolio import Portfolio
from syne_tune.optimizer.schedulers.transfer_learning.task_data import TaskData, read_tasks

_ROWS_PER_TASK = 20000
_MOST_OBSERVATIONS, _FEWEST_OBSERVATIONS, _TOTAL_OBSERVATIONS = 300, 60, 1500
_CANDIDATES_PER_TASK = 20


class SourceModels:
    """Gaussian processes of normal quantiles of ranks (Salinas, Shen, Perrone, ICML 2020), one per task.

    Args:
        tasks: Name of task to what was measured there. Evaluations outside of the present space do not count.
        metric: Name of the metric.
        mode: ``"min"`` or ``"max"``.
        inputs: Encoding of the present space.
        space: The present space.
        random_state: Draws starting points of fits.

    Attributes:
        names: Of the tasks that have evaluations in the present space.
        models: One per name; they predict lower values for better configurations.

    Raises:
        OptionError: If no evaluation lies in the space, or an argument is not allowed.
    """

    def __init__(
        self,
        tasks: TaskEvaluations,
        metric: str,
        mode: str,
        inputs: ModelInputs,
        space: Space,
        random_state: np.random.RandomState,
    ) -> None:
        self._inputs, self._space = inputs, space
        self._data = read_tasks(tasks, metric, mode, inputs, space, max_rows=_ROWS_PER_TASK)
        self.names = [task.name for task in self._data]
        self.models = _models(inputs.layout, self._data, random_state)

    def complementary(self, count: int) -> list[dict[str, Any]]:
        """Evaluated configurations that complement each other on the tasks, the most useful one first.

        Args:
            count: At most so many.
        """
        best = [
            task.configs[row] for task in self._data for row in np.argsort(task.z, kind="stable")[:_CANDIDATES_PER_TASK]
        ]
        candidates = distinct(best, self._space)
        x = self._inputs.encode(candidates)
        portfolio = Portfolio(np.stack([smallest_ranks(model.predict_mean(x)) for model in self.models]))
        return [candidates[choice.candidate] for _ in range(count) if (choice := portfolio.next()) is not None]


def _models(layout: InputLayout, tasks: Sequence[TaskData], random_state: np.random.RandomState) -> list[Posterior]:
    size = min(_MOST_OBSERVATIONS, max(_FEWEST_OBSERVATIONS, _TOTAL_OBSERVATIONS // len(tasks)))
    options = SurrogateOptions(
        transform="standardize", warping=False, max_observations=size, subset_size=size, top_fraction=0.3
    )
    return [GaussianProcessSurrogate(layout, options, random_state).update(task.x, task.z) for task in tasks]
