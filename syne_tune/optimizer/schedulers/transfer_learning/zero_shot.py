"""A fixed list of configurations that complement each other on earlier tasks: :class:`ZeroShotTransfer`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from syne_tune.errors import ConfigSpaceError, OptionError
from syne_tune.optimizer.models.predictor import FloatArray
from syne_tune.optimizer.models.random_features import RandomFeatureRegression
from syne_tune.optimizer.models.ranks import smallest_ranks
from syne_tune.optimizer.schedulers.metrics import check_metrics, sign_of
from syne_tune.optimizer.schedulers.searchers.duplicates import StochasticAndFilterDuplicatesSearcher
from syne_tune.optimizer.schedulers.searchers.encoding import HyperparameterRanges
from syne_tune.optimizer.schedulers.searchers.model_inputs import ModelInputs
from syne_tune.optimizer.schedulers.transfer_learning.evaluations import (
    TaskEvaluations,
    TransferLearningTaskEvaluations,
    check_tasks,
)
from syne_tune.optimizer.schedulers.transfer_learning.fitting import distinct, fit_to_space
from syne_tune.optimizer.schedulers.transfer_learning.portfolio import Portfolio
from syne_tune.optimizer.schedulers.transfer_learning.task_data import TaskData, read_tasks

_NUM_CANDIDATES = 2000
_ROWS_PER_TASK = 20000


class ZeroShotTransfer(StochasticAndFilterDuplicatesSearcher):
    """Suggests what, together with all before it, would have been best on earlier tasks.

    Wistuba, Schilling, Schmidt-Thieme, *Sequential Model-Free Hyperparameter Tuning*, ICDM 2015: configurations are
    added one by one, each time the one that most lowers the average over tasks of the best rank so far. Results of the
    present task are not looked at. When the list is used up, nothing is left to suggest.

    All tasks are compared on the *same* candidates. Without surrogates these are the configurations that were evaluated
    on every task; with them, random configurations and the best of each task, ranked by one model per task.

    Args:
        config_space: Name of parameter to domain or constant.
        metric: Name of the metric.
        transfer_learning_evaluations: Name of task to what was measured there.
        mode: ``"min"`` or ``"max"``.
        sort_transfer_learning_evaluations: Whether rows of different tasks are matched by their configurations. If
            not, row i must be the same configuration in all tasks, which is checked. Only without surrogates.
        use_surrogates: Whether one model per task stands in for evaluations that are missing.
        points_to_evaluate: First suggestions. ``None`` means none here.
        random_seed_generator: Called once for the seed, if ``random_seed`` is not given.
        random_seed: The seed; by default a new one from the operating system.

    Raises:
        ConfigSpaceError: If the space breaks a rule.
        OptionError: If another argument is not allowed, or no configuration is known for all tasks.
    """

    def __init__(
        self,
        config_space: Mapping[str, Any],
        metric: str,
        transfer_learning_evaluations: TaskEvaluations,
        mode: str = "min",
        sort_transfer_learning_evaluations: bool = True,
        use_surrogates: bool = False,
        points_to_evaluate: list[dict[str, Any]] | None = None,
        random_seed_generator: Callable[[], int] | None = None,
        random_seed: int | None = None,
    ) -> None:
        super().__init__(
            config_space,
            metric,
            points_to_evaluate or [],
            mode=mode,
            random_seed_generator=random_seed_generator,
            random_seed=random_seed,
        )
        check_metrics(metric, mode)
        check_tasks(transfer_learning_evaluations, metric)
        self._num_tasks = len(transfer_learning_evaluations)
        if use_surrogates:
            self._candidates, losses = self._predicted(transfer_learning_evaluations)
        else:
            tasks = list(transfer_learning_evaluations.values())
            if not sort_transfer_learning_evaluations:
                _check_equal_rows(tasks)
            self._candidates, losses = self._evaluated(tasks)
        self._portfolio = Portfolio(np.stack([smallest_ranks(row) for row in losses]))

    # -- candidates ----------------------------------------------------------------------------------------------

    def _evaluated(self, tasks: Sequence[TransferLearningTaskEvaluations]) -> tuple[list[dict[str, Any]], FloatArray]:
        """Configurations with a value on every task, and their losses ``(tasks, candidates)``."""
        sign = sign_of(str(self._mode))
        tables = [self._table(task, sign * task.summary(str(self._metric), str(self._mode))) for task in tasks]
        shared = [key for key in tables[0] if all(key in table for table in tables[1:])]
        if not shared:
            raise OptionError(
                "transfer_learning_evaluations: no configuration of the present space was evaluated on all of the "
                f"{len(tasks)} tasks; use_surrogates=True predicts what is missing"
            )
        configs = [tables[0][key][0] for key in shared]
        return configs, np.array([[table[key][1] for key in shared] for table in tables])

    def _table(
        self, task: TransferLearningTaskEvaluations, losses: FloatArray
    ) -> dict[str, tuple[dict[str, Any], float]]:
        """Configurations in the present space and their losses, by match string; the first of equal ones counts."""
        table: dict[str, tuple[dict[str, Any], float]] = {}
        for row in np.flatnonzero(np.isfinite(losses)).tolist():
            try:
                config = fit_to_space(task.configurations[row], self.space, clip=False).config
            except ConfigSpaceError:  # says that it is outside: no candidate
                continue
            table.setdefault(self.space.match_string(config), (config, float(losses[row])))
        return table

    def _predicted(self, evaluations: TaskEvaluations) -> tuple[list[dict[str, Any]], FloatArray]:
        """One set of candidates for all tasks, and predicted losses ``(tasks, candidates)``."""
        inputs = ModelInputs(HyperparameterRanges(self.space))
        metric, mode = str(self._metric), str(self._mode)
        tasks = read_tasks(evaluations, metric, mode, inputs, self.space, max_rows=_ROWS_PER_TASK)
        drawn = self.space.sample_many(self.random_state, _NUM_CANDIDATES)
        candidates = distinct([*(_best(task) for task in tasks), *drawn], self.space)
        x = inputs.encode(candidates)
        models = (RandomFeatureRegression(inputs.layout, task.x, task.z, self.random_state) for task in tasks)
        return candidates, np.stack([model.predict(x).mean for model in models])

    # -- suggestions ---------------------------------------------------------------------------------------------

    def _get_config(self, **kwargs: Any) -> dict[str, Any] | None:
        choice = self._portfolio.next()
        while choice is not None and self.should_not_suggest(self._candidates[choice.candidate]):
            choice = self._portfolio.next()
        if choice is None:
            return None
        self._explain_as(
            f"number {choice.number} of a list that complements itself on {self._num_tasks} earlier tasks: average of "
            f"the best ranks {choice.before:.4g} before, {choice.after:.4g} with it",
            source="earlier tasks",
            number=choice.number,
            average_best_rank=choice.after,
            num_candidates=len(self._candidates),
        )
        return dict(self._candidates[choice.candidate])


def _best(task: TaskData) -> dict[str, Any]:
    return task.configs[int(np.argmin(task.z))]


def _check_equal_rows(tasks: Sequence[TransferLearningTaskEvaluations]) -> None:
    first = tasks[0].configurations
    for task in tasks[1:]:
        if task.configurations != first:
            raise OptionError(
                "sort_transfer_learning_evaluations=False: row i must be the same configuration in all tasks, but rows "
                "differ; leave the option out to match them"
            )
